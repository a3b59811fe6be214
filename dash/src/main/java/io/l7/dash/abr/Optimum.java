package io.l7.dash.abr;

import java.util.Arrays;

/**
 * The best that could have been done on a trace with its future known: dynamic programming over
 * (segment, time, buffer). Time and buffer are rounded to a grid towards the worse, so that the
 * figure is one a player could reach, a little below the true optimum. Requests are neither cut nor
 * delayed beyond a full buffer.
 */
public final class Optimum {
  private static final double STEP_MS = 100;

  private final Movie movie;
  private final Trace trace;
  private final double capacityMs;
  private final double[] ends;
  private final double[] bitsAt;
  private final double loopMs;
  private final double loopBits;

  private Optimum(Movie movie, Trace trace, double capacityMs) {
    this.movie = movie;
    this.trace = trace;
    this.capacityMs = capacityMs;
    int n = trace.periods().size();
    ends = new double[n + 1];
    bitsAt = new double[n + 1];
    for (int i = 0; i < n; i++) {
      var period = trace.periods().get(i);
      ends[i + 1] = ends[i] + period.durationMs();
      bitsAt[i + 1] = bitsAt[i] + period.durationMs() * period.kbps();
    }
    loopMs = ends[n];
    loopBits = bitsAt[n];
  }

  /** The score of the best sequence of qualities that the search finds. */
  public static double score(Movie movie, Trace trace, double bufferMs) {
    var search = new Optimum(movie, trace, bufferMs);
    // The score divides by play time, which stalls lengthen: a stall costs the weight and the score
    // itself.
    double score = search.best(0);
    return search.best(Math.max(0, score));
  }

  /**
   * States reached after a segment: for each buffer level, the earliest times with their best
   * values.
   */
  private double best(double scoreSoFar) {
    int levels = (int) (capacityMs / STEP_MS) + 1;
    // For one buffer level, play time passed follows from stalls; keep the value per (level, stall
    // steps).
    double first = requestMs(0, movie.sizeBits(0, 0));
    var now = new States(levels);
    for (int q = 0; q < movie.qualities(); q++) {
      double took = requestMs(0, movie.sizeBits(0, q));
      now.offer(
          level(movie.segmentMs()),
          movie.utility(q) - scoreSoFar * (took - first) / movie.segmentMs(),
          took,
          0,
          movie.utility(q));
    }
    for (int segment = 1; segment < movie.segments(); segment++) {
      var next = new States(levels);
      for (int level = 0; level < levels; level++) {
        for (int slot = 0; slot < now.count[level]; slot++) {
          extend(now, level, slot, segment, next, scoreSoFar);
        }
      }
      now = next;
    }
    double best = Double.NEGATIVE_INFINITY;
    for (int level = 0; level < levels; level++) {
      for (int slot = 0; slot < now.count[level]; slot++) {
        best = Math.max(best, finalScore(now, level, slot));
      }
    }
    return best;
  }

  private double finalScore(States s, int level, int slot) {
    double film = movie.segments() * movie.segmentMs();
    double stalled = s.stalled[level][slot];
    // Everything fetched is played: the clock at the end is that of the last request plus what is
    // buffered.
    double playMs = s.clock[level][slot] + level * STEP_MS;
    double slots = Math.max(film, playMs) / movie.segmentMs();
    return (s.utility[level][slot] - Simulator.STALL_WEIGHT * stalled / movie.segmentMs()) / slots;
  }

  private void extend(States from, int level, int slot, int segment, States to, double scoreSoFar) {
    double buffer = level * STEP_MS;
    double clock = from.clock[level][slot];
    double excess = buffer + movie.segmentMs() - capacityMs;
    if (excess > 0) {
      clock += excess;
      buffer -= excess;
    }
    for (int q = 0; q < movie.qualities(); q++) {
      double took = requestMs(clock, movie.sizeBits(segment, q));
      double stall = Math.max(0, took - buffer);
      double after = Math.max(0, buffer - took) + movie.segmentMs();
      double cost = (Simulator.STALL_WEIGHT + scoreSoFar) * stall / movie.segmentMs();
      // What falls off the grid stays in the clock: the buffer is a little smaller than it could
      // be.
      to.offer(
          level(after),
          from.value[level][slot] + movie.utility(q) - cost,
          clock + took,
          from.stalled[level][slot] + stall,
          from.utility[level][slot] + movie.utility(q));
    }
  }

  private static int level(double bufferMs) {
    return (int) (bufferMs / STEP_MS);
  }

  /** Latency, then bits, at the trace's time {@code start}. */
  private double requestMs(double start, double bits) {
    double latency = trace.periods().get(indexAt(start % loopMs)).latencyMs();
    double from = start + latency;
    double loops = Math.floor(from / loopMs);
    double within = from - loops * loopMs;
    int index = indexAt(within);
    double target =
        bitsAt[index] + (within - ends[index]) * trace.periods().get(index).kbps() + bits;
    double more = Math.floor(target / loopBits);
    double rest = target - more * loopBits;
    int found = Arrays.binarySearch(bitsAt, rest);
    int at = found >= 0 ? found : -found - 2;
    // Outages leave several ends at the same count of bits: the first is when it was reached.
    while (at > 0 && bitsAt[at - 1] >= rest) {
      at--;
    }
    double kbps = at < trace.periods().size() ? trace.periods().get(at).kbps() : 0;
    double into = kbps > 0 ? (rest - bitsAt[at]) / kbps : 0;
    return latency + (more * loopMs + ends[at] + into) - within;
  }

  private int indexAt(double within) {
    int found = Arrays.binarySearch(ends, within);
    int index = found >= 0 ? found : -found - 2;
    index = Math.clamp(index, 0, trace.periods().size() - 1);
    while (index + 1 < trace.periods().size() && ends[index + 1] <= within) {
      index++;
    }
    return index;
  }

  /**
   * For each buffer level a few states, of different clocks, none better than another in both clock
   * and value.
   */
  private static final class States {
    private static final int SLOTS = 6;

    final double[][] value;
    final double[][] clock;
    final double[][] stalled;
    final double[][] utility;
    final int[] count;

    States(int levels) {
      value = new double[levels][SLOTS];
      clock = new double[levels][SLOTS];
      stalled = new double[levels][SLOTS];
      utility = new double[levels][SLOTS];
      count = new int[levels];
    }

    void offer(int at, double newValue, double newClock, double newStalled, double newUtility) {
      int level = Math.min(at, count.length - 1);
      int worst = -1;
      for (int i = 0; i < count[level]; i++) {
        if (Math.abs(clock[level][i] - newClock) < STEP_MS) {
          if (value[level][i] < newValue) {
            set(level, i, newValue, newClock, newStalled, newUtility);
          }
          return;
        }
        if (worst < 0 || value[level][i] < value[level][worst]) {
          worst = i;
        }
      }
      if (count[level] < SLOTS) {
        set(level, count[level]++, newValue, newClock, newStalled, newUtility);
      } else if (value[level][worst] < newValue) {
        set(level, worst, newValue, newClock, newStalled, newUtility);
      }
    }

    private void set(int level, int i, double v, double c, double s, double u) {
      value[level][i] = v;
      clock[level][i] = c;
      stalled[level][i] = s;
      utility[level][i] = u;
    }
  }
}
