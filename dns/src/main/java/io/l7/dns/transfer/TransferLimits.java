package io.l7.dns.transfer;

import java.time.Duration;

/**
 * The bounds on what a primary may make a secondary do.
 *
 * @param whole for one transfer
 * @param records of one transfer
 * @param differenceOctets of the messages of one IXFR; over it AXFR is asked for instead
 * @param minRetry between tries, whatever the SOA says
 * @param maxRefresh between looks, whatever the SOA says
 */
public record TransferLimits(
    Duration whole, long records, long differenceOctets, Duration minRetry, Duration maxRefresh) {
  /**
   * One transfer takes 30 minutes at most, BIND's bound for idling ones. It has 50 million records
   * at most: more than the largest zones that a Java heap holds. Differences are held in memory
   * beside the zone until the last one is there: 64 MiB of them are about a million records and 300
   * MB, and a zone that changed so much is had sooner as a whole (BIND's max-ixfr-ratio). An SOA
   * asks for another try after a second at the soonest, and for a look once a day at the latest,
   * since a secondary that sleeps for weeks misses what NOTIFY lost.
   */
  public static TransferLimits defaults() {
    return new TransferLimits(
        Duration.ofMinutes(30), 50_000_000, 64L << 20, Duration.ofSeconds(1), Duration.ofDays(1));
  }

  /** The same with another bound on differences. */
  public TransferLimits withDifferenceOctets(long octets) {
    return new TransferLimits(whole, records, octets, minRetry, maxRefresh);
  }
}
