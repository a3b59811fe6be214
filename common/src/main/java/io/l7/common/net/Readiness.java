package io.l7.common.net;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Whether one direction of a socket is ready, as the kernel said last. One thread waits for it, the
 * {@link Reactor} reports it, any thread may wake the one that waits.
 *
 * <p>The interest in it stays with the kernel from one wait to the next: a request costs no call
 * for it.
 */
class Readiness {
  private static final VarHandle STATE = FieldHandle.of(MethodHandles.lookup(), "state", int.class);

  /** Nothing was reported since somebody last began to wait. */
  private static final int NOT_YET = 0;

  private static final int REPORTED = 1;

  /** A report is not waited for: the next wait asks for one first. */
  private static final int UNWATCHED = 2;

  private final int operation;
  private volatile int state = UNWATCHED;

  /** Who waits, or did last: to wake it for nothing does no harm. */
  private volatile @Nullable Thread waiter;

  /**
   * For one socket.
   *
   * @param operation of {@link java.nio.channels.SelectionKey}
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
  final void await(ReactorSocket socket, long nanos) throws IOException {
    // As a rule it is the thread that waited the last time, and all is as it left it: then nothing
    // is written here, each of which would be a fence.
    if (!Thread.currentThread().equals(waiter)) waiter = Thread.currentThread();
    if (state != NOT_YET) {
      int before = (int) STATE.getAndSet(this, NOT_YET);
      if (before == REPORTED) return;
      socket.watch(operation);
    }
    long end = nanos == 0 ? 0 : System.nanoTime() + nanos;
    while (state == NOT_YET) {
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
    boolean _ = STATE.compareAndSet(this, REPORTED, NOT_YET);
  }

  /** Lets the one that waits look again. */
  final void wake() {
    boolean _ = STATE.compareAndSet(this, NOT_YET, REPORTED);
    LockSupport.unpark(waiter);
  }

  /** For the reactor, after the report. */
  final void wakeWaiter() {
    LockSupport.unpark(waiter);
  }

  /**
   * For the reactor: the kernel says that it is ready.
   *
   * @return whether somebody waits for that, or will
   */
  final boolean report() {
    return STATE.compareAndSet(this, NOT_YET, REPORTED);
  }

  /**
   * Stops waiting for reports.
   *
   * @return false if somebody has begun to wait since the last one
   */
  final boolean unwatch() {
    return STATE.compareAndSet(this, REPORTED, UNWATCHED);
  }

  /** The one that waited stops waiting for reports. */
  final void leave() {
    state = UNWATCHED;
  }
}
