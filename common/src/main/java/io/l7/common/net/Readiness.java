package io.l7.common.net;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.SelectionKey;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Whether one direction of a socket is ready, as the selector said last. One thread waits for it,
 * the {@link Reactor} reports it, any thread may wake the one that waits.
 *
 * <p>The interest in it stays with the selector from one wait to the next: a request costs no call
 * to the kernel for it. The selector reports a level, so it repeats itself while nobody takes what
 * is ready; after some repetitions the interest is taken away, until the next wait.
 */
final class Readiness {
  /** Nothing was reported since somebody last began to wait. */
  private static final int NOT_YET = 0;

  private static final int REPORTED = 1;

  /** The selector does not look. */
  private static final int UNWATCHED = 2;

  /** Reports in a row that nobody took: the session may just have to come to its turn. */
  private static final int REPETITIONS = 8;

  private final int operation;
  private final AtomicInteger state = new AtomicInteger(UNWATCHED);

  /** Who waits, or did last: to wake it for nothing does no harm. */
  private volatile @Nullable Thread waiter;

  private int repeated;
  private long reported;

  /**
   * For one socket.
   *
   * @param operation of {@link SelectionKey}
   */
  Readiness(int operation) {
    this.operation = operation;
  }

  /**
   * Waits until it is ready, or may be.
   *
   * @param nanos how long, 0 for ever
   * @throws SocketTimeoutException it took longer
   * @throws SocketException the thread was interrupted, or the socket closed
   */
  void await(ReactorSocket socket, long nanos) throws IOException {
    // As a rule it is the thread that waited the last time, and all is as it left it: then nothing
    // is written here, each of which would be a fence.
    if (!Thread.currentThread().equals(waiter)) waiter = Thread.currentThread();
    if (state.get() != NOT_YET) {
      int before = state.getAndSet(NOT_YET);
      if (before == REPORTED) return;
      socket.watch(operation);
    }
    long end = nanos == 0 ? 0 : System.nanoTime() + nanos;
    while (state.get() == NOT_YET) {
      socket.ensureOpen();
      if (Thread.currentThread().isInterrupted()) {
        socket.close();
        throw new SocketException("Closed by interrupt");
      }
      if (nanos == 0) {
        LockSupport.park(this);
      } else {
        long left = end - System.nanoTime();
        if (left <= 0) throw new SocketTimeoutException("timed out");
        LockSupport.parkNanos(this, left);
      }
    }
    state.compareAndSet(REPORTED, NOT_YET);
  }

  /** Lets the one that waits look again. */
  void wake() {
    state.compareAndSet(NOT_YET, REPORTED);
    LockSupport.unpark(waiter);
  }

  /** For the reactor, after the report. */
  void wakeWaiter() {
    LockSupport.unpark(waiter);
  }

  /** For the reactor: the selector says that it is ready. */
  void report(SelectionKey key, Reactor by) {
    if (state.compareAndSet(NOT_YET, REPORTED)) {
      repeated = 0;
      reported = by.ready(this, reported);
    } else if (++repeated >= REPETITIONS) {
      // In this order: who begins to wait in between finds the interest as it was.
      key.interestOpsAnd(~operation);
      if (!state.compareAndSet(REPORTED, UNWATCHED)) key.interestOpsOr(operation);
    }
  }
}
