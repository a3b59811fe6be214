package io.l7.bittorrent.peer;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How far a torrent is, and who waits for it to get on. Safe for all threads. */
final class Stage {
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile TorrentState state;

  Stage(TorrentState first) {
    this.state = first;
  }

  TorrentState state() {
    return state;
  }

  boolean isClosed() {
    return state instanceof TorrentState.Closed;
  }

  /** Goes on to {@code next}; from closed there is no way on, though the last work still ends. */
  synchronized void enter(TorrentState next) {
    if (!isClosed()) {
      state = next;
    }
    if (next instanceof TorrentState.Seeding || next instanceof TorrentState.Failed) {
      over.countDown();
    }
    notifyAll();
  }

  /** Waits while the disk is being checked; whether that ended in time. */
  synchronized boolean awaitChecked(Duration limit) throws InterruptedIOException {
    long end = System.nanoTime() + limit.toNanos();
    try {
      for (long left = limit.toNanos();
          state instanceof TorrentState.Checking && left > 0;
          left = end - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a torrent was checked");
    }
    return !(state instanceof TorrentState.Checking);
  }

  /** Waits until every selected piece is verified, or the torrent has failed; whether it ended. */
  boolean awaitOver(Duration limit) throws InterruptedException {
    return over.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }
}
