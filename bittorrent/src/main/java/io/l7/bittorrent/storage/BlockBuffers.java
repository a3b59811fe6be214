package io.l7.bittorrent.storage;

import io.l7.bittorrent.swarm.Block;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Buffers of one block each, a bounded number in use: who takes one while all are waits, and with
 * it the peer it reads from. Safe for all threads.
 */
public final class BlockBuffers {
  private static final long PRESS_AGAIN_MILLIS = 50;

  private final Semaphore permits;
  private final ConcurrentLinkedQueue<byte[]> idle = new ConcurrentLinkedQueue<>();
  private final List<Runnable> holders = new CopyOnWriteArrayList<>();

  /** At most {@code count} in use. */
  public BlockBuffers(int count) {
    permits = new Semaphore(count);
  }

  /** Asks this holder of buffers to give back what it can when they run out. */
  public void onPressure(Runnable holder) {
    holders.add(holder);
  }

  /** Asks it no more. */
  public void forget(Runnable holder) {
    holders.remove(holder);
  }

  /** A buffer of {@link Block#LENGTH} bytes with anything in it. */
  public byte[] take() throws InterruptedIOException {
    if (!permits.tryAcquire()) {
      await();
    }
    var buffer = idle.poll();
    return buffer == null ? new byte[Block.LENGTH] : buffer;
  }

  private void await() throws InterruptedIOException {
    try {
      do {
        holders.forEach(Runnable::run);
      } while (!permits.tryAcquire(PRESS_AGAIN_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the disk");
    }
  }

  /** Gives one back. */
  public void give(byte[] buffer) {
    idle.add(buffer);
    permits.release();
  }
}
