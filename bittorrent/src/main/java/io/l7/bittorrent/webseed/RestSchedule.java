package io.l7.bittorrent.webseed;

import java.time.Duration;
import java.util.Optional;

/**
 * When a web seed that failed is asked again, and when never. Pure: {@code now} is nanoseconds of
 * one monotonic clock. Not safe for concurrent use.
 */
public final class RestSchedule {
  private static final int MOST_DOUBLINGS = 30;

  private final WebSeedLimits limits;
  private int failures;
  private int lies;
  private long until;
  private boolean over;

  /** A schedule that has seen nothing go wrong; it may be asked from {@code now} on. */
  public RestSchedule(WebSeedLimits limits, long now) {
    this.limits = limits;
    this.until = now;
  }

  /** It gave what it was asked for. */
  public void gave() {
    failures = 0;
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

  /** Nanoseconds until it may be asked; 0 when it may be now. */
  public long pause(long now) {
    return Math.max(0, until - now);
  }
}
