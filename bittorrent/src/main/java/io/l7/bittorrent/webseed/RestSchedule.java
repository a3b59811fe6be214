package io.l7.bittorrent.webseed;

import java.time.Duration;
import java.util.Optional;

/**
 * When a web seed that failed is asked again, and when never. Pure: {@code now} is nanoseconds of
 * one monotonic clock. Not safe for concurrent use.
 */
public final class RestSchedule {
  private static final int MOST_DOUBLINGS = 30;

  /** Files in a row that are not there: a server of so many gaps is left alone for a while. */
  private static final int GAPS = 10;

  private final WebSeedLimits limits;
  private int failures;
  private int lies;
  private int gaps;
  private long until;
  private boolean resting;
  private boolean over;

  /** A schedule that has seen nothing go wrong; it may be asked from {@code now} on. */
  public RestSchedule(WebSeedLimits limits, long now) {
    this.limits = limits;
    this.until = now;
  }

  /** It gave what it was asked for. */
  public void gave() {
    failures = 0;
    gaps = 0;
    resting = false;
  }

  /** It did not, for this reason. */
  public void failed(WebSeedFault why, long now) {
    Optional<Duration> asked = Optional.empty();
    switch (why) {
      case WebSeedFault.Untrue _ -> over = ++lies >= limits.lies();
      case WebSeedFault.Refused _ -> over = true;
      case WebSeedFault.Unavailable busy -> asked = busy.retryAfter();
      case WebSeedFault.Missing _ -> {}
    }
    // One file that is not there is no reason not to ask for the next.
    gaps = why instanceof WebSeedFault.Missing ? gaps + 1 : 0;
    resting = gaps == 0 || gaps % GAPS == 0;
    long pause = limits.firstRest().toNanos();
    for (int i = Math.min(failures++, MOST_DOUBLINGS);
        i > 0 && pause < limits.longestRest().toNanos();
        i--) {
      pause *= 2;
    }
    pause = Math.max(pause, asked.map(RestSchedule::nanos).orElse(0L));
    until = now + Math.min(pause, limits.longestRest().toNanos());
  }

  private static long nanos(Duration pause) {
    return pause.compareTo(Duration.ofDays(1)) > 0 ? Duration.ofDays(1).toNanos() : pause.toNanos();
  }

  /** It is never asked again. */
  public void end() {
    over = true;
  }

  /** Whether it is never asked again. */
  public boolean isOver() {
    return over;
  }

  /** Nanoseconds until it may be asked for anything; 0 when it may be now. */
  public long pause(long now) {
    return resting ? untilAgain(now) : 0;
  }

  /** Nanoseconds until it may be asked again for what it did not have. */
  public long untilAgain(long now) {
    return Math.max(0, until - now);
  }
}
