package io.l7.bittorrent.peer;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** How far a torrent is, and who waits for it to get on. Safe for all threads. */
final class Stage {
  /** What a long holds in nanoseconds, and no more. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(36_500);

  private volatile TorrentState state;
  private boolean over;

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
    over =
        switch (next) {
          case TorrentState.Seeding() -> true;
          case TorrentState.Failed _ -> true;
          case TorrentState.Closed() -> over;
          default -> false;
        };
    notifyAll();
  }

  /** Waits while the disk is being checked; whether that ended in time. */
  synchronized boolean awaitChecked(Duration limit) throws InterruptedIOException {
    uninterrupted(limit, () -> !(state instanceof TorrentState.Checking));
    return !(state instanceof TorrentState.Checking);
  }

  /** Waits until it is known what the torrent is and what of it is there, or it has failed. */
  synchronized void awaitKnown(Duration limit) throws InterruptedIOException {
    uninterrupted(
        limit,
        () ->
            !(state instanceof TorrentState.Checking
                || state instanceof TorrentState.FetchingMetadata));
  }

  private void uninterrupted(Duration limit, BooleanSupplier reached)
      throws InterruptedIOException {
    try {
      await(limit, reached);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a torrent was checked");
    }
  }

  /** Waits until every selected piece is verified, or the torrent has failed; whether it ended. */
  synchronized boolean awaitOver(Duration limit) throws InterruptedException {
    await(limit, () -> over);
    return over;
  }

  private void await(Duration limit, BooleanSupplier reached) throws InterruptedException {
    long nanos = limit.compareTo(LONGEST_WAIT) < 0 ? limit.toNanos() : LONGEST_WAIT.toNanos();
    long end = System.nanoTime() + nanos;
    for (long left = nanos; !reached.getAsBoolean() && left > 0; left = end - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }
}
