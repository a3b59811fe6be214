package io.l7.common.net;

import io.l7.common.framing.BufferPool;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * Direct buffers that are lent while a piece of a file is copied to a connection: at most so many
 * in all, the last given back first, as the processor still has it. Safe for any thread.
 */
final class FilePieces {
  /**
   * Octets of a file that are read and written at a time: few enough to stay in a core's own cache
   * between the two calls (a quarter of it), and to be read from memory in some 50 µs; enough for a
   * receiver to be woken seldom.
   */
  static final int OCTETS = 256 * 1024;

  /**
   * Buffers of the whole process, 8 MiB and half a MiB for heads: more transfers at a time than any
   * two cores keep moving. Who finds none sends without a copy.
   */
  static final int MOST = 32;

  private final int most;
  private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
  private int made;

  FilePieces(int most) {
    this.most = most;
  }

  /** A cleared buffer for {@link #OCTETS} behind a head, unless all are lent. */
  synchronized Optional<ByteBuffer> take() {
    var buffer = free.pollFirst();
    if (buffer != null) return Optional.of(buffer.clear());
    if (made == most) return Optional.empty();
    made++;
    return Optional.of(ByteBuffer.allocateDirect(OCTETS + BufferPool.SIZE));
  }

  synchronized void give(ByteBuffer buffer) {
    free.addFirst(buffer);
  }
}
