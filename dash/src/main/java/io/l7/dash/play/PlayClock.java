package io.l7.dash.play;

import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The player's time in milliseconds from its start: real, or real without the idle waits. For one
 * thread, but for {@link #stop}.
 */
public final class PlayClock {
  /** Whether idle waits take their time or are skipped. */
  public enum Pace {
    REAL_TIME,
    FAST
  }

  private final Pace pace;
  private final LongSupplier nanos;
  private final long start;
  private final double epochMs;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private double skippedMs;

  public PlayClock(Pace pace) {
    this(pace, System::nanoTime, Instant.now());
  }

  /**
   * A clock over another one.
   *
   * @param nanos elapsed since some moment
   * @param now what the clock on the wall says
   */
  PlayClock(Pace pace, LongSupplier nanos, Instant now) {
    this.pace = pace;
    this.nanos = nanos;
    this.start = nanos.getAsLong();
    this.epochMs = now.toEpochMilli();
  }

  Pace pace() {
    return pace;
  }

  double nowMs() {
    return (nanos.getAsLong() - start) / 1e6 + skippedMs;
  }

  /** The clock on the wall as it was at the start, run on: nobody sets it meanwhile. Epoch, ms. */
  double epochMs() {
    return epochMs + nowMs();
  }

  /** Nothing is waited for from here on. Safe for all threads. */
  void stop() {
    stopped.countDown();
  }

  boolean isStopped() {
    return stopped.getCount() == 0;
  }

  /**
   * Looked at wherever something is waited for.
   *
   * @throws InterruptedException once it was stopped
   */
  void goOn() throws InterruptedException {
    if (isStopped()) {
      throw new InterruptedException("stopped");
    }
  }

  /**
   * Lets idle time pass. Time in which a request runs is never skipped.
   *
   * @throws InterruptedException once it was stopped
   */
  void idle(double ms) throws InterruptedException {
    goOn();
    if (ms <= 0) {
      return;
    }
    if (pace == Pace.FAST) {
      skippedMs += ms;
    } else if (stopped.await((long) (ms * 1e6), TimeUnit.NANOSECONDS)) {
      goOn();
    }
  }
}
