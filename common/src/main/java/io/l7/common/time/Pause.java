package io.l7.common.time;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waiting for a while in a thread that others may wake for something else. */
public final class Pause {
  private Pause() {}

  /**
   * Waits for the whole time. To park once is not enough: a session's thread is woken when its
   * socket has something, whatever it waits for.
   *
   * @param time real time; an interrupt ends it early and stays set
   */
  public static void of(Duration time) {
    ofNanos(time.toNanos());
  }

  /** {@link #of} for nanoseconds; none or less is no pause. */
  public static void ofNanos(long time) {
    long end = System.nanoTime() + time;
    while (!Thread.currentThread().isInterrupted()) {
      long left = end - System.nanoTime();
      if (left <= 0) return;
      LockSupport.parkNanos(left);
    }
  }
}
