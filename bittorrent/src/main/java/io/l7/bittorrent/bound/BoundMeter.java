package io.l7.bittorrent.bound;

import java.util.OptionalLong;

/**
 * How near a running distribution is to its bound: report bytes as they are verified, read the
 * efficiency at any moment. Safe for concurrent use.
 */
public final class BoundMeter {
  private final Capacity capacity;
  private final Bound bound;
  private OptionalLong start = OptionalLong.empty();
  private long lastNanos;
  private double deliveredBits;

  /** A meter of a distribution that has not begun. */
  public BoundMeter(Capacity capacity) {
    this.capacity = capacity;
    this.bound = Bound.peerToPeer(capacity);
  }

  /**
   * What the meter shows.
   *
   * @param bound the least time possible
   * @param elapsedSeconds since the seed's first byte; when all is delivered, until the last one
   * @param delivered the share of all copies that is verified, 0 to 1
   * @param efficiency the bound's time for that share over the time it took; 1 is perfect, 0 before
   *     anything was delivered
   */
  public record Reading(Bound bound, double elapsedSeconds, double delivered, double efficiency) {}

  /** The first payload byte left the seed. Later calls change nothing. */
  public synchronized void started(long nowNanos) {
    if (start.isEmpty()) {
      start = OptionalLong.of(nowNanos);
      lastNanos = nowNanos;
    }
  }

  /** Some peer verified that many bytes. */
  public synchronized void delivered(long bytes, long nowNanos) {
    started(nowNanos);
    deliveredBits += bytes * 8.0;
    lastNanos = nowNanos;
  }

  /** The reading now. */
  public synchronized Reading read(long nowNanos) {
    double total = capacity.fileBits() * capacity.size();
    double share = total == 0 ? 1 : Math.min(1, deliveredBits / total);
    if (start.isEmpty()) {
      return new Reading(bound, 0, 0, 0);
    }
    long end = share >= 1 ? lastNanos : nowNanos;
    double elapsed = (end - start.getAsLong()) / 1e9;
    double efficiency = elapsed <= 0 ? 0 : share * bound.seconds() / elapsed;
    return new Reading(bound, elapsed, share, efficiency);
  }
}
