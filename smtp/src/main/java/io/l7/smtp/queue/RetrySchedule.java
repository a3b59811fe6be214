package io.l7.smtp.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * When to try again: pauses that grow by a factor up to a longest one, each shaken a little so that
 * mails of one outage do not come back together, until the mail is too old (RFC 5321 §4.5.4.1 asks
 * for at least four to five days). Pure.
 *
 * @param first pause after the first failure
 * @param factor growth of the pause, above 1
 * @param longest the longest pause
 * @param jitter share of a pause that chance may add or take, 0 to below 1
 * @param lifetime age at which a mail is given up
 * @param warnAfter age at which the sender is told of the delay, once
 */
public record RetrySchedule(
    Duration first,
    double factor,
    Duration longest,
    double jitter,
    Duration lifetime,
    Duration warnAfter) {

  public RetrySchedule {
    if (factor <= 1 || jitter < 0 || jitter >= 1 || first.isNegative() || first.isZero()) {
      throw new IllegalArgumentException("retry schedule " + first + " x " + factor);
    }
  }

  /**
   * Five minutes, doubling to four hours, a fifth of chance, five days, a warning after four hours.
   */
  public static RetrySchedule defaults() {
    return new RetrySchedule(
        Duration.ofMinutes(5),
        2,
        Duration.ofHours(4),
        0.2,
        Duration.ofDays(5),
        Duration.ofHours(4));
  }

  /** What to do after a failed try. */
  public sealed interface Decision {
    /** Try again then. */
    record Retry(Instant at) implements Decision {}

    /** The mail is too old. */
    record GiveUp() implements Decision {}
  }

  /**
   * Decides after the {@code failures}-th failure of a mail, which happened {@code now}. The last
   * try falls on the end of the lifetime, not before it.
   */
  public Decision after(int failures, Instant accepted, Instant now, RandomGenerator random) {
    var end = accepted.plus(lifetime);
    if (!now.isBefore(end)) {
      return new Decision.GiveUp();
    }
    var grown = first.toMillis() * Math.pow(factor, Math.min(failures - 1, 60));
    var pause = Math.min(grown, (double) longest.toMillis());
    var shaken = pause * (1 + jitter * (2 * random.nextDouble() - 1));
    var next = now.plusMillis(Math.max(1, Math.round(shaken)));
    return new Decision.Retry(next.isAfter(end) ? end : next);
  }

  /** The longest pause that chance can make: nobody is told to wait longer. */
  public Duration furthest() {
    return Duration.ofMillis(Math.round(longest.toMillis() * (1 + jitter)));
  }

  /** Whether the sender should be told now that the mail is late. */
  public boolean warns(Instant accepted, Instant now) {
    return !now.isBefore(accepted.plus(warnAfter));
  }
}
