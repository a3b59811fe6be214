package io.l7.bittorrent.storage;

import io.l7.bittorrent.swarm.Block;
import java.io.InterruptedIOException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/**
 * Buffers of one block each, a bounded number in use: who takes one while all are waits, and with
 * it the peer it reads from. Safe for all threads.
 */
public final class BlockBuffers {
  private final Semaphore permits;
  private final ConcurrentLinkedQueue<byte[]> idle = new ConcurrentLinkedQueue<>();

  /** At most {@code count} in use. */
  public BlockBuffers(int count) {
    permits = new Semaphore(count);
  }

  /** A buffer of {@link Block#LENGTH} bytes with anything in it. */
  public byte[] take() throws InterruptedIOException {
    try {
      permits.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the disk");
    }
    var buffer = idle.poll();
    return buffer == null ? new byte[Block.LENGTH] : buffer;
  }

  /** Gives one back. */
  public void give(byte[] buffer) {
    idle.add(buffer);
    permits.release();
  }
}
