package io.l7.dash.play;

import java.time.Duration;

/**
 * The player's time in milliseconds from its start: real, or real without the idle waits. For one
 * thread.
 */
public final class PlayClock {
  /** Whether idle waits take their time or are skipped. */
  public enum Pace {
    REAL_TIME,
    FAST
  }

  private final Pace pace;
  private final long start = System.nanoTime();
  private double skippedMs;

  public PlayClock(Pace pace) {
    this.pace = pace;
  }

  double nowMs() {
    return (System.nanoTime() - start) / 1e6 + skippedMs;
  }

  /** Lets idle time pass. Time in which a request runs is never skipped. */
  void idle(double ms) throws InterruptedException {
    if (ms <= 0) {
      return;
    }
    if (pace == Pace.FAST) {
      skippedMs += ms;
    } else {
      Thread.sleep(Duration.ofNanos((long) (ms * 1e6)));
    }
  }
}
