package io.l7.bittorrent.pick;

import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.RollingRate;

/**
 * How many requests to keep outstanding at one peer: what arrives in one delay and a reserve.
 * Begins small and grows by a block with each that arrives, as TCP's slow start does, until a
 * second brings no more than the one before; from then on it follows the rate. Not safe for
 * concurrent use.
 */
public final class PipelineDepth {
  private static final long SECOND = 1_000_000_000L;

  private final Limits limits;
  private final RollingRate rate = new RollingRate(2);
  private boolean slowStart = true;
  private int depth;
  private long secondStart = Long.MIN_VALUE;
  private long bytesThisSecond;
  private long bytesLastSecond;
  private double delaySeconds;

  /**
   * Bounds of the queue.
   *
   * @param least blocks asked for at any rate; 4, so that a slow peer's link never idles
   * @param most blocks asked for at any rate; 500, which libtorrent and Transmission serve too
   * @param reserveSeconds of the peer's rate beyond one delay; 1 s rides out its choke of the disk
   *     or the scheduler, while a longer queue only makes the endgame longer
   */
  public record Limits(int least, int most, double reserveSeconds) {
    /** The defaults. */
    public static final Limits DEFAULTS = new Limits(4, 500, 1);

    public Limits {
      if (least < 1 || most < least || !(reserveSeconds >= 0)) {
        throw new IllegalArgumentException("limits of the request queue contradict each other");
      }
    }
  }

  /** A queue that has seen nothing yet. */
  public PipelineDepth(Limits limits) {
    this.limits = limits;
    this.depth = limits.least();
  }

  /** A block of that many bytes arrived. */
  public void arrived(int bytes, long nowNanos) {
    rate.add(bytes, nowNanos);
    if (secondStart == Long.MIN_VALUE) {
      secondStart = nowNanos;
    }
    if (nowNanos - secondStart >= SECOND) {
      bytesLastSecond = nowNanos - secondStart < 2 * SECOND ? bytesThisSecond : 0;
      bytesThisSecond = 0;
      secondStart = nowNanos;
      if (bytesLastSecond > 0 && depth > limits.least()) {
        slowStart &= depth < follows((double) bytesLastSecond);
      }
    }
    bytesThisSecond += bytes;
    if (slowStart) {
      depth = Math.min(depth + 1, limits.most());
    }
  }

  /** Measured from a request into an empty queue until its block arrived. */
  public void delay(double seconds) {
    delaySeconds = delaySeconds == 0 ? seconds : delaySeconds * 0.875 + seconds * 0.125;
  }

  /** Blocks to keep outstanding now. */
  public int blocks(long nowNanos) {
    return slowStart ? depth : clamp(follows(rate.rate(nowNanos)));
  }

  /** Whether the queue still grows with each block. */
  public boolean isStarting() {
    return slowStart;
  }

  /** The delay as measured, in seconds; 0 while unknown. */
  public double delaySeconds() {
    return delaySeconds;
  }

  /** Seconds until a block arrives that is asked for now behind so many others. */
  public double arrivalSeconds(int ahead, long nowNanos) {
    double bytesPerSecond = rate.rate(nowNanos);
    double each = bytesPerSecond == 0 ? limits.reserveSeconds() : Block.LENGTH / bytesPerSecond;
    return delaySeconds + (ahead + 1) * each;
  }

  /**
   * Seconds from now in which a cancel comes before the peer sends a block that so many are ahead
   * of; for ever when nothing comes from it.
   */
  public double cancellableSeconds(int ahead, long nowNanos) {
    double bytesPerSecond = rate.rate(nowNanos);
    return bytesPerSecond == 0
        ? Double.POSITIVE_INFINITY
        : ahead * Block.LENGTH / bytesPerSecond - delaySeconds;
  }

  private double follows(double bytesPerSecond) {
    return Math.ceil(bytesPerSecond * (delaySeconds + limits.reserveSeconds()) / Block.LENGTH) + 1;
  }

  private int clamp(double blocks) {
    return (int) Math.max(limits.least(), Math.min(limits.most(), blocks));
  }
}
