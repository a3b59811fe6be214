package io.l7.dash.play;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * A link that is slower than the real one: content is taken from the network at this rate only.
 * Requests at the same time share it. Thread-safe.
 */
public final class RateLimit {
  /** What may pass at once after a pause, as time at the current rate. */
  private static final double BURST_MS = 10;

  private final List<Step> steps;
  private double freeAtMs;

  /** From a moment of the player's time on, so many bytes a second. */
  public record Step(Duration from, long bytesPerSecond) {
    public Step {
      if (bytesPerSecond <= 0) {
        throw new IllegalArgumentException("a rate limit is above 0");
      }
    }
  }

  /** Rates by time; before the first step there is no limit, and none without steps. */
  public RateLimit(List<Step> steps) {
    this.steps = steps.stream().sorted(Comparator.comparing(Step::from)).toList();
  }

  /** The time in ms to wait before so many bytes, arriving now, are through. */
  synchronized double delayMs(int bytes, double nowMs) {
    double rate = 0;
    for (Step step : steps) {
      if (step.from().toMillis() <= nowMs) {
        rate = step.bytesPerSecond() / 1000.0;
      }
    }
    if (rate == 0) {
      return 0;
    }
    freeAtMs = Math.max(freeAtMs, nowMs - BURST_MS) + bytes / rate;
    return Math.max(0, freeAtMs - nowMs);
  }
}
