package io.l7.dash.live;

import io.l7.dash.mpd.Timeline;
import java.util.Arrays;

/**
 * The endless segments of one representation: a recording over and over, counted from the beginning
 * of 1970. The one source of what manifests announce, of when a segment is there, and of how its
 * bytes are moved in time. A function of the clock alone, so that every server gives the same
 * answers. Immutable.
 */
public final class Loop {
  private static final long SECOND = 1000;

  private final long timescale;
  private final long origin;
  private final long[] times;
  private final long loopMs;
  private final LiveForm form;
  private final long longestMs;

  /**
   * @param origin ticks of the recording at which the presentation starts
   * @param times start of each segment in ticks, and the end of the last
   * @param loopMs how long one round takes: at least as long as the recording
   */
  Loop(long timescale, long origin, long[] times, long loopMs, LiveForm form) {
    this.timescale = timescale;
    this.origin = origin;
    this.times = times.clone();
    this.loopMs = loopMs;
    this.form = form;
    long longest = 1;
    for (int k = 0; k < perRound(); k++) {
      longest = Math.max(longest, Math.ceilDiv(duration(k) * SECOND, timescale));
    }
    this.longestMs = longest;
  }

  /** What a timeline lists, as starts and an end. */
  static long[] times(Timeline timeline) {
    int count = (int) timeline.count();
    long[] times = new long[count + 1];
    for (int k = 0; k < count; k++) {
      times[k] = timeline.time(k);
    }
    times[count] = timeline.time(count - 1L) + timeline.duration(count - 1L);
    return times;
  }

  /** Milliseconds that one round of these takes, rounded up. */
  static long roundMs(long[] times, long timescale) {
    return Math.ceilDiv((times[times.length - 1] - times[0]) * SECOND, timescale);
  }

  public long timescale() {
    return timescale;
  }

  /** Ticks on the media's timeline at the beginning of 1970. */
  public long origin() {
    return origin;
  }

  /** Segments of one round. */
  public int perRound() {
    return times.length - 1;
  }

  /** How long one round takes, in ms. */
  public long roundMs() {
    return loopMs;
  }

  /** The segment of the recording that stands behind a number. */
  public int source(long number) {
    return (int) Math.floorMod(number, (long) perRound());
  }

  private long round(long number) {
    return Math.floorDiv(number, (long) perRound());
  }

  /** Ticks that are added to the recording's times. */
  public long shift(long number) {
    return shiftOf(round(number));
  }

  private long shiftOf(long round) {
    // Seconds and rest apart: ticks since 1970 times a timescale would not fit.
    long ms = round * loopMs;
    return ms / SECOND * timescale + ms % SECOND * timescale / SECOND;
  }

  /** Where a segment starts on the media's timeline, in ticks. */
  public long start(long number) {
    return times[source(number)] + shift(number);
  }

  /** From where a segment starts to where the next one does, in ticks. */
  public long duration(long number) {
    return start(number + 1) - start(number);
  }

  /** Ticks that the last picture, or sound, of a segment stands longer than recorded. */
  public long stretch(long number) {
    int k = source(number);
    return duration(number) - (times[k + 1] - times[k]);
  }

  /** From when on a segment is there: when it has wholly happened. Epoch, ms, rounded up. */
  public long availableMs(long number) {
    return switch (form) {
      case TIMELINE -> ms(start(number + 1));
      case NUMBER -> Math.ceilDiv((number + 1) * loopMs, (long) perRound());
    };
  }

  private long ms(long ticks) {
    long past = ticks - origin;
    return Math.floorDiv(past, timescale) * SECOND
        + Math.ceilDiv(Math.floorMod(past, timescale) * SECOND, timescale);
  }

  /** When a segment starts; epoch, ms, rounded up. */
  public long startMs(long number) {
    return ms(start(number));
  }

  /**
   * From when on a segment is no longer there: at the earliest its own duration after the window
   * (ISO/IEC 23009-1 §A.3.4), and none before the one in front of it. Epoch, ms.
   */
  public long goneMs(long number, long windowMs) {
    return availableMs(number) + longestMs + windowMs;
  }

  /** The longest segment, in ms, rounded up. */
  public long longestMs() {
    return longestMs;
  }

  /** The last segment that is there. */
  public long last(long nowMs) {
    long round = Math.floorDiv(nowMs, loopMs);
    long rounds = 2 + Math.abs(ms(times[0])) / loopMs;
    // Between the two, halved: a round may have tens of thousands.
    long there = (round - rounds) * perRound();
    long notYet = (round + rounds) * perRound();
    while (notYet - there > 1) {
      long middle = Math.floorDiv(there + notYet, 2L);
      if (availableMs(middle) <= nowMs) {
        there = middle;
      } else {
        notYet = middle;
      }
    }
    return there;
  }

  /** The first segment that is still there; never behind the last. */
  public long first(long nowMs, long windowMs) {
    long gone = last(nowMs - windowMs - longestMs);
    return Math.max(0, Math.min(last(nowMs), gone + 1));
  }

  /**
   * Whether each segment starts less than half of one from where one of constant duration would
   * (ISO/IEC 23009-1 §5.3.9.5.3).
   */
  boolean isNearlyEven() {
    double even = (double) loopMs / perRound();
    for (int k = 0; k < perRound(); k++) {
      double startMs = (times[k] - origin) * 1000.0 / timescale;
      if (Math.abs(startMs - k * even) > even / 2) {
        return false;
      }
    }
    return true;
  }

  /** Whether the other one is cut at the same ticks. */
  boolean sameTimes(Loop other) {
    return timescale == other.timescale
        && origin == other.origin
        && Arrays.equals(times, other.times);
  }
}
