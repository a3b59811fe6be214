package io.l7.common.framing;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Buffers of {@link #SIZE} octets that are lent while a message is written. Takes no lock and
 * allocates nothing but a buffer when none is free; a buffer given back to a full pool is garbage.
 */
public final class BufferPool {
  /** Octets of a buffer: a head with a 10 KiB file leaves in one write. */
  public static final int SIZE = 16 * 1024;

  static final byte[] NONE = new byte[0];
  private static final int PROBES = 4;

  private final AtomicReferenceArray<byte[]> slots;
  private final int mask;

  /** A pool that keeps at most {@code capacity} buffers, rounded up to a power of two. */
  public BufferPool(int capacity) {
    int size = Integer.highestOneBit(Math.max(1, capacity) * 2 - 1);
    slots = new AtomicReferenceArray<>(size);
    mask = size - 1;
  }

  byte[] take() {
    int start = (int) Thread.currentThread().threadId();
    for (int i = 0; i < PROBES; i++) {
      int slot = (start + i) & mask;
      if (slots.getPlain(slot) == null) continue;
      byte[] buffer = slots.getAndSet(slot, null);
      if (buffer != null) return buffer;
    }
    return new byte[SIZE];
  }

  void give(byte[] buffer) {
    int start = (int) Thread.currentThread().threadId();
    for (int i = 0; i < PROBES; i++) {
      if (slots.compareAndSet((start + i) & mask, null, buffer)) return;
    }
  }
}
