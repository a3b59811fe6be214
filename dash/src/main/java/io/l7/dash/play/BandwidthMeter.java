package io.l7.dash.play;

import java.util.OptionalDouble;

/**
 * Judges what a transfer says about the link: pauses of a paced sender are taken out, small ones
 * and answers from a cache say nothing, transfers at the same time add up. Pure; times in ms, sizes
 * in bits. Not thread-safe.
 */
final class BandwidthMeter {
  /** Below this the first round trips dominate. */
  private static final double LEAST_BITS = 16 * 1024 * 8;

  private static final double LEAST_MS = 8;

  /** So many times the estimate is no change of the link but a cache, unless it keeps happening. */
  private static final double CACHE_FACTOR = 8;

  private static final int CONVINCING = 3;

  /** A silence longer than this, and than the bits before it need, is the sender's pause. */
  private static final double PAUSE_MS = 60;

  private static final double HALF_LIFE_MS = 3_000;

  private double estimate;
  private double weight;
  private int suspects;
  private int running;
  private double lastEvent;
  private double burstBits;
  private double busyMs;
  private double bits;
  private double bitsBeforeGap;

  /** A request's first byte is here: from now on its bits count. */
  void begin(double now) {
    if (running++ == 0) {
      busyMs = 0;
      bits = 0;
      burstBits = 0;
      bitsBeforeGap = 0;
      lastEvent = now;
    }
  }

  /** So many bits arrived, on any of the running transfers. */
  void received(double more, double now) {
    count(more, now);
    lastEvent = now;
  }

  private void count(double more, double now) {
    double gap = now - lastEvent;
    double needed = estimate > 0 ? 4 * Math.max(more, bitsBeforeGap) / estimate : PAUSE_MS;
    if (gap > PAUSE_MS && gap > needed && more > 0 && more < burstBits * 4 + LEAST_BITS) {
      // The first bits behind a pause arrive with it: neither they nor the pause are counted.
      bitsBeforeGap = more;
      return;
    }
    busyMs += gap;
    bits += more;
    burstBits = more;
    bitsBeforeGap = more;
  }

  /**
   * A transfer has ended.
   *
   * @return the link's rate in kbit/s as measured, where all that ran has ended and it means
   *     something
   */
  OptionalDouble end() {
    if (--running > 0 || bits < LEAST_BITS) {
      return OptionalDouble.empty();
    }
    double kbps = bits / Math.max(busyMs, 0.1);
    boolean suspect = estimate > 0 && kbps > CACHE_FACTOR * estimate || busyMs < LEAST_MS;
    if (suspect && ++suspects < CONVINCING) {
      return OptionalDouble.empty();
    }
    if (!suspect) {
      suspects = 0;
    }
    double keep = Math.pow(0.5, busyMs / HALF_LIFE_MS);
    estimate =
        suspect
            ? kbps
            : (keep * weight * estimate + (1 - keep) * kbps) / (keep * weight + 1 - keep);
    weight = suspect ? 1 : keep * weight + 1 - keep;
    return OptionalDouble.of(kbps);
  }

  /** The estimate in kbit/s; none before the first transfer that counted. */
  OptionalDouble kbps() {
    return estimate > 0 ? OptionalDouble.of(estimate) : OptionalDouble.empty();
  }
}
