package io.l7.dash.play;

import io.l7.dash.mpd.Mpd;
import io.l7.dash.mpd.Mpd.Addressing;
import io.l7.dash.mpd.Timeline;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What of a live presentation is there at a moment: all its availability arithmetic (ISO/IEC
 * 23009-1 §5.3.9.5.3, §A.3). Pure; all times are ms since the beginning of 1970, on the server's
 * clock. Immutable.
 */
final class LiveTimes {
  /** Segments behind the live edge where a manifest asks for no delay. */
  private static final double USUAL_DELAY_SEGMENTS = 3;

  private final Mpd mpd;
  private final double zeroMs;
  private final double windowMs;

  private LiveTimes(Mpd mpd, double zeroMs, double windowMs) {
    this.mpd = mpd;
    this.zeroMs = zeroMs;
    this.windowMs = windowMs;
  }

  /**
   * The times of a manifest.
   *
   * @param before those of the manifest that it replaces: one that has become static may not say
   *     any more when it began
   */
  static LiveTimes of(Mpd mpd, Optional<LiveTimes> before) throws PlayException {
    if (mpd.live().isPresent()) {
      var live = mpd.live().get();
      double window = live.windowSeconds().orElse(Double.POSITIVE_INFINITY) * 1000;
      return new LiveTimes(mpd, (double) live.start().toEpochMilli(), window);
    }
    if (mpd.type() == Mpd.Type.STATIC && before.isPresent()) {
      return new LiveTimes(mpd, before.get().zeroMs, Double.POSITIVE_INFINITY);
    }
    throw new PlayException("a live manifest without availabilityStartTime");
  }

  /** Whether nothing is added to it any more. */
  boolean isOver() {
    return mpd.type() == Mpd.Type.STATIC;
  }

  /** The earliest time that may still be played. */
  double windowStartMs(double nowMs) {
    return isOver() ? Double.NEGATIVE_INFINITY : nowMs - windowMs;
  }

  /** Where it ends, once that is known. */
  OptionalDouble endMs() {
    var told = mpd.durationSeconds();
    return told.isPresent()
        ? OptionalDouble.of(zeroMs + told.getAsDouble() * 1000)
        : isOver() ? endMs(mpd.periods().getLast()) : OptionalDouble.empty();
  }

  double startMs(Mpd.Period period) {
    return zeroMs + period.startSeconds() * 1000;
  }

  OptionalDouble endMs(Mpd.Period period) {
    return period.durationSeconds().isPresent()
        ? OptionalDouble.of(startMs(period) + period.durationSeconds().getAsDouble() * 1000)
        : OptionalDouble.empty();
  }

  /** The Period of a time: the last that has begun by then, else the first. */
  Mpd.Period at(double ms) {
    var found = mpd.periods().getFirst();
    for (var period : mpd.periods()) {
      found = startMs(period) <= ms + 1 ? period : found;
    }
    return found;
  }

  /** The Period behind one. */
  Optional<Mpd.Period> after(Mpd.Period period) {
    return mpd.periods().stream().filter(p -> startMs(p) > startMs(period)).findFirst();
  }

  /** The same Period of this manifest, where it still has it. */
  Optional<Mpd.Period> same(Mpd.Period period) {
    return mpd.periods().stream()
        .filter(
            p ->
                period.id().isEmpty()
                    ? Math.abs(p.startSeconds() - period.startSeconds()) < 1
                    : p.id().equals(period.id()))
        .findFirst();
  }

  /**
   * How far behind the live edge to play.
   *
   * @param asked by who plays, over what the manifest asks for
   */
  double delayMs(OptionalDouble asked, double segmentMs) {
    double wanted =
        asked.orElseGet(
            () ->
                mpd.live()
                    .map(Mpd.Live::delaySeconds)
                    .filter(OptionalDouble::isPresent)
                    .map(delay -> delay.getAsDouble() * 1000)
                    .orElse(
                        Math.max(USUAL_DELAY_SEGMENTS * segmentMs, mpd.minBufferSeconds() * 1000)));
    // A segment short of the window's start, or what is asked for is gone before it comes.
    return Math.min(wanted, Math.max(segmentMs, windowMs - segmentMs));
  }

  /**
   * Where to play: behind the live edge, in the window, where there is something.
   *
   * @param last where the last segment that is there starts
   */
  double startMs(double nowMs, double delayMs, OptionalDouble last) {
    double first = startMs(mpd.periods().getFirst());
    if (isOver()) {
      return first;
    }
    double wanted = Math.min(nowMs, endMs().orElse(nowMs)) - delayMs;
    wanted = Math.min(wanted, last.orElse(wanted));
    return Math.max(wanted, Math.max(first, windowStartMs(nowMs)));
  }

  /** What is played of a Period. */
  List<MediaTrack> playable(Mpd.Period period) throws PlayException {
    var tracks = MediaTrack.playable(period);
    for (var track : tracks) {
      for (var representation : track.representations()) {
        if (representation.addressing() instanceof Addressing.Single) {
          throw new PlayException(
              "representation "
                  + representation.id()
                  + " is one file: what is live has a SegmentTemplate, or a SegmentList");
        }
      }
    }
    return tracks;
  }

  /** The segments of one representation that is {@link #playable}, of a Period of this manifest. */
  Segments segments(Mpd.Period period, Mpd.Representation representation) {
    return new Segments(startMs(period), endMs(period), representation.addressing());
  }

  /** The segments of one representation; counted from 0. */
  final class Segments {
    private final double startMs;
    private final OptionalDouble endMs;
    private final Timeline timeline;
    private final long offset;
    private final double timescale;

    private Segments(double startMs, OptionalDouble endMs, Addressing addressing) {
      this.startMs = startMs;
      this.endMs = endMs;
      this.timeline =
          switch (addressing) {
            case Addressing.Template t -> t.timeline();
            case Addressing.Listed l -> l.timeline();
            case Addressing.Single _ -> throw new IllegalArgumentException("one file is not live");
          };
      // A constant duration counts from the Period's start, listed times on the media's timeline.
      this.offset = isListed() ? addressing.presentationTimeOffset() : 0;
      this.timescale = addressing.timescale();
    }

    boolean isListed() {
      return timeline.origin() == Timeline.Origin.LISTED;
    }

    double startMs(long segment) {
      return startMs + (timeline.time(segment) - offset) * 1000.0 / timescale;
    }

    double endMs(long segment) {
      return startMs(segment) + durationMs(segment);
    }

    double durationMs(long segment) {
      return timeline.duration(segment) * 1000.0 / timescale;
    }

    /** A usual duration: the mean. A single one, such as the last, may be next to nothing. */
    double durationMs() {
      return timeline.total() * 1000.0 / timeline.count() / timescale;
    }

    /** From when on a segment may be asked for. */
    double availableMs(long segment) {
      return isOver() ? Double.NEGATIVE_INFINITY : endMs(segment);
    }

    /** From when on it may be gone. */
    double goneMs(long segment) {
      return isOver() ? Double.POSITIVE_INFINITY : endMs(segment) + durationMs(segment) + windowMs;
    }

    /** The last that starts at a time or before it; -1 where none does. */
    private long lastFrom(double ms) {
      double ticks = (ms - startMs) * timescale / 1000 + offset;
      return timeline.at((long) Math.floor(ticks + 1e-3));
    }

    private boolean isBehindPeriod(long segment, double slackMs) {
      return startMs(segment) >= endMs.orElse(Double.POSITIVE_INFINITY) - slackMs;
    }

    /** The segment that holds a time, whether or not it is there yet. */
    OptionalLong at(double ms) {
      long segment = lastFrom(ms);
      return segment < 0 || isBehindPeriod(segment, 0)
          ? OptionalLong.empty()
          : OptionalLong.of(segment);
    }

    /** The last that is there; none before the first. */
    OptionalLong last(double nowMs) {
      double by =
          Math.min(
              isOver() ? Double.POSITIVE_INFINITY : nowMs,
              endMs.orElse(Double.POSITIVE_INFINITY) - 1);
      long segment = by == Double.POSITIVE_INFINITY ? timeline.count() - 1 : lastFrom(by);
      segment -= segment >= 0 && availableMs(segment) > nowMs ? 1 : 0;
      return segment < 0 ? OptionalLong.empty() : OptionalLong.of(segment);
    }

    /**
     * The segment that follows what ends at a time; none where the manifest does not know it yet.
     * Neighbours of other representations may be cut a little earlier or later. What it answers
     * always leads further, whatever a manifest says of times.
     */
    OptionalLong following(double untilMs) {
      long segment = Math.max(0, lastFrom(untilMs));
      if (startMs(segment) < untilMs - durationMs(segment) / 2) {
        segment++;
      }
      return segment >= timeline.count() || isBehindPeriod(segment, 1) || endMs(segment) <= untilMs
          ? OptionalLong.empty()
          : OptionalLong.of(segment);
    }
  }
}
