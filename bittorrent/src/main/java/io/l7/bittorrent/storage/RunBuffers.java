package io.l7.bittorrent.storage;

import io.l7.bittorrent.swarm.Block;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Direct buffers, used over and over, for a run of blocks on its way between a file and a socket.
 * As many as threads use one at the same time. Safe for all threads.
 */
public final class RunBuffers {
  /** Octets for what is said ahead of a block on the wire. */
  private static final int HEADER_ROOM = 16;

  private final int capacity;
  private final ConcurrentLinkedQueue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();

  /** Buffers of {@code blocks} blocks, each with its header. */
  RunBuffers(int blocks) {
    capacity = blocks * (Block.LENGTH + HEADER_ROOM);
  }

  /** Octets of each buffer, unless more is asked for. */
  public int capacity() {
    return capacity;
  }

  /** An empty buffer of {@link #capacity()} octets, or of {@code least} if that is more. */
  public ByteBuffer take(int least) {
    var buffer = least > capacity ? null : idle.poll();
    return buffer == null ? ByteBuffer.allocateDirect(Math.max(least, capacity)) : buffer.clear();
  }

  /** Gives one back. */
  public void give(ByteBuffer buffer) {
    if (buffer.capacity() == capacity) {
      idle.add(buffer);
    }
  }
}
