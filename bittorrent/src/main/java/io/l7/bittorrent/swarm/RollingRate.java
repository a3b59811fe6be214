package io.l7.bittorrent.swarm;

import java.util.Arrays;

/**
 * Bytes a second over a sliding window, in steps of a twentieth of it: BEP 3 ranks peers by "a
 * rolling 20 second average". Time is handed in as nanoseconds of any monotonic origin. Not safe
 * for concurrent use.
 */
public final class RollingRate {
  private static final int STEPS = 20;

  private final long stepNanos;
  private final long[] bytes = new long[STEPS];
  private long step = Long.MIN_VALUE;
  private long first = Long.MIN_VALUE;
  private long inWindow;
  private long total;

  /** A window of that many seconds. */
  public RollingRate(int windowSeconds) {
    if (windowSeconds < 1) {
      throw new IllegalArgumentException("a window of " + windowSeconds + " s");
    }
    stepNanos = windowSeconds * 1_000_000_000L / STEPS;
  }

  /** Counts bytes that passed now. */
  public void add(long n, long nowNanos) {
    roll(nowNanos);
    if (first == Long.MIN_VALUE) {
      first = nowNanos;
    }
    bytes[(int) Math.floorMod(step, (long) STEPS)] += n;
    inWindow += n;
    total += n;
  }

  /** Bytes a second, over the whole window even when less of it has passed. */
  public double rate(long nowNanos) {
    if (inWindow == 0) {
      return 0; // most connections of a swarm are idle
    }
    roll(nowNanos);
    return inWindow * 1e9 / (stepNanos * STEPS);
  }

  /** Bytes a second since the first came, or over the window: what to show to people. */
  public double recent(long nowNanos) {
    double window = stepNanos * (double) STEPS;
    double known = first == Long.MIN_VALUE ? window : nowNanos - first;
    return rate(nowNanos) * window / Math.clamp(known, Math.min(1e9, window), window);
  }

  /** All bytes ever counted. */
  public long total() {
    return total;
  }

  private void roll(long nowNanos) {
    long now = Math.floorDiv(nowNanos, stepNanos);
    if (now <= step) {
      return; // time does not run backwards; a late reading counts for the present step
    }
    if (step == Long.MIN_VALUE || now - step >= STEPS) {
      Arrays.fill(bytes, 0);
      inWindow = 0;
    } else {
      for (long s = step + 1; s <= now; s++) {
        int slot = (int) Math.floorMod(s, (long) STEPS);
        inWindow -= bytes[slot];
        bytes[slot] = 0;
      }
    }
    step = now;
  }
}
