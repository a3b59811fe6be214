package io.l7.common.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Time as a port: what o'clock it is, and being called later. Safe for all threads. */
public interface Scheduler {
  /** The machine's time; each timer is a virtual thread that sleeps. */
  static Scheduler real() {
    return RealScheduler.INSTANCE;
  }

  /** The time of day. */
  InstantSource clock();

  /** Nanoseconds since some moment, never going back. */
  long nanos();

  /** Runs {@code work} once, after {@code delay}. */
  Timer after(Duration delay, Runnable work);

  /** Runs {@code work} once, when it is {@code moment}; at once when that is past. */
  default Timer at(Instant moment, Runnable work) {
    var wait = Duration.between(clock().instant(), moment);
    return after(wait.isNegative() ? Duration.ZERO : wait, work);
  }

  /** Waits. */
  void sleep(Duration duration) throws InterruptedException;

  /** Something that is going to happen. */
  @FunctionalInterface
  interface Timer {
    /** Makes it not happen, if it has not yet. */
    void cancel();
  }
}
