package io.l7.common.net;

import java.util.concurrent.TimeUnit;

/**
 * When the only carrier of virtual threads may itself wait for sockets, in a call to the kernel:
 * while they follow each other so closely that it is hardly gone. To give it back, to wake a thread
 * that waits, and to be woken by that one costs as much as a small request; but it lets everybody
 * else have the carrier, who comes from another thread: a disk that answers, a new connection.
 */
final class Naps {
  /** A wait that is worth a nap. */
  static final long SHORT_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  /** The longest nap, and so the longest time that somebody else waits for its end. */
  static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** Short waits one after the other before the first nap: a load, not a chance. */
  static final int IN_A_ROW = 16;

  /** Short waits without a nap after one that was in somebody's way: one in thousands may be. */
  static final int AFTER_HARM = 4096;

  /** Below zero while the last harm is not forgotten. */
  private int shortWaits;

  /** Whether the next wait is likely to be short. */
  boolean arePaying() {
    return shortWaits >= IN_A_ROW;
  }

  /** Sockets were waited for without the carrier. */
  void waited(long nanos) {
    if (nanos < SHORT_NANOS) shortWaits++;
    else shortWaits = Math.min(shortWaits, 0);
  }

  /** A nap is over that was in nobody's way. */
  void napped(long nanos) {
    if (nanos >= MOST_NANOS) shortWaits = 0;
  }

  /** A nap is over, and somebody waits for the carrier. */
  void wasInTheWay() {
    shortWaits = -AFTER_HARM;
  }
}
