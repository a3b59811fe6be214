package io.l7.http.client;

import java.time.Duration;

/** What is left of the time a whole request may take. */
final class Budget {
  private final long end;

  private Budget(long end) {
    this.end = end;
  }

  static Budget of(Duration total) {
    return new Budget(System.nanoTime() + total.toNanos());
  }

  /** The limit of a phase, cut to what is left. */
  Duration phase(Duration limit) {
    long left = end - System.nanoTime();
    return left < limit.toNanos() ? Duration.ofNanos(Math.max(left, 1)) : limit;
  }
}
