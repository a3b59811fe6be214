package io.l7.common.framing;

/** Buffers of {@link #SIZE} octets that are lent while a message is written. */
public final class BufferPool {
  /** Octets of a buffer: a head with a 10 KiB file leaves in one write. */
  public static final int SIZE = 16 * 1024;

  static final byte[] NONE = new byte[0];

  private final Shelf<byte[]> shelf;

  /** A pool that keeps at most {@code capacity} buffers, rounded up to a power of two. */
  public BufferPool(int capacity) {
    shelf = new Shelf<>(capacity, () -> new byte[SIZE]);
  }

  byte[] take() {
    return shelf.take();
  }

  void give(byte[] buffer) {
    shelf.give(buffer);
  }
}
