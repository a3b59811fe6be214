package io.l7.dns.transfer;

import java.time.Duration;

/** The bounds on what a primary may make a secondary do. */
public record TransferLimits(Duration whole, long records, Duration minRetry, Duration maxRefresh) {
  /**
   * One transfer takes 30 minutes at most, BIND's bound for idling ones. It has 50 million records
   * at most: more than the largest zones that a Java heap holds. An SOA asks for another try after
   * a second at the soonest, and for a look once a day at the latest, since a secondary that sleeps
   * for weeks misses what NOTIFY lost.
   */
  public static TransferLimits defaults() {
    return new TransferLimits(
        Duration.ofMinutes(30), 50_000_000, Duration.ofSeconds(1), Duration.ofDays(1));
  }
}
