package io.l7.dash.mpd;

import java.util.Arrays;

/**
 * The times of a representation's segments, run-length coded: a billion repeats cost as much as
 * one. Immutable.
 */
public final class Timeline {
  private final long[] start;
  private final long[] duration;
  private final long[] firstIndex;
  private final Origin origin;

  /** Whether a manifest lists its segments, or only says how long each is about. */
  public enum Origin {
    LISTED,
    NOMINAL
  }

  /**
   * @param firstIndex index of each run's first segment, and one behind the last
   */
  Timeline(long[] start, long[] duration, long[] firstIndex, Origin origin) {
    this.origin = origin;
    this.start = start;
    this.duration = duration;
    this.firstIndex = firstIndex;
  }

  /** Segments of one duration; the last one may be shorter. */
  static Timeline constant(long duration, long total) {
    long whole = total / duration;
    long rest = total % duration;
    return rest == 0
        ? new Timeline(new long[] {0}, new long[] {duration}, new long[] {0, whole}, Origin.NOMINAL)
        : new Timeline(
            new long[] {0, whole * duration},
            new long[] {duration, rest},
            new long[] {0, whole, whole + 1},
            Origin.NOMINAL);
  }

  public Origin origin() {
    return origin;
  }

  public long count() {
    return firstIndex[firstIndex.length - 1];
  }

  private int run(long index) {
    int found = Arrays.binarySearch(firstIndex, index);
    int run = found >= 0 ? found : -found - 2;
    while (run + 1 < firstIndex.length - 1 && firstIndex[run + 1] <= index) {
      run++;
    }
    return run;
  }

  /** Start of a segment, in ticks. */
  public long time(long index) {
    int run = run(index);
    return start[run] + (index - firstIndex[run]) * duration[run];
  }

  /** Duration of a segment, in ticks. */
  public long duration(long index) {
    return duration[run(index)];
  }

  /** The last segment that starts at this tick or before it; -1 where none does. */
  public long at(long tick) {
    int found = Arrays.binarySearch(start, tick);
    int run = found >= 0 ? found : -found - 2;
    if (run < 0) {
      return -1;
    }
    long within = Math.max(0, (tick - start[run]) / duration[run]);
    return Math.min(firstIndex[run] + within, firstIndex[run + 1] - 1);
  }

  /** Duration of all, in ticks. */
  public long total() {
    long total = 0;
    for (int run = 0; run < duration.length; run++) {
      total += duration[run] * (firstIndex[run + 1] - firstIndex[run]);
    }
    return total;
  }
}
