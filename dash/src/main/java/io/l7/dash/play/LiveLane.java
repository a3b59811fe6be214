package io.l7.dash.play;

import io.l7.dash.bmff.InitSegment;
import io.l7.dash.mpd.Mpd;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** How far one track of a live Period is fetched. Times: epoch, ms. */
final class LiveLane {
  final int medium;

  /** By representation: a manifest that is fetched again keeps them. */
  final Map<String, InitSegment> inits = new HashMap<>();

  MediaTrack track;
  LiveTimes.Segments[] segments;
  double untilMs;
  int lastQuality;

  /** Not before: it was not there a moment ago. */
  double retryMs = Double.NEGATIVE_INFINITY;

  /** How far its decode times stand from what the manifest says, in seconds. */
  double driftSeconds;

  /** Segments that have come. */
  int played;

  /**
   * @param medium 0 for what the rate rule decides on, 1 for what plays beside it
   */
  LiveLane(int medium, MediaTrack track, LiveTimes times, Mpd.Period period) {
    this.medium = medium;
    this.track = track;
    this.segments = segments(track, times, period);
  }

  private static LiveTimes.Segments[] segments(
      MediaTrack track, LiveTimes times, Mpd.Period period) {
    return track.representations().stream()
        .map(r -> times.segments(period, r))
        .toArray(LiveTimes.Segments[]::new);
  }

  /** The same Period in a manifest that was fetched again. */
  void renew(MediaTrack fresh, LiveTimes times, Mpd.Period period) {
    track = fresh;
    segments = segments(fresh, times, period);
    lastQuality = Math.min(lastQuality, segments.length - 1);
  }

  LiveTimes.Segments segments() {
    return segments[lastQuality];
  }

  /** The next one, where the manifest knows it. */
  OptionalLong next() {
    return segments().following(untilMs);
  }

  /**
   * Whether nothing more of this Period comes.
   *
   * @param end of what is played
   */
  boolean isDone(LiveTimes times, Mpd.Period period, OptionalDouble end, double nowMs) {
    if (end.isPresent() && untilMs >= end.getAsDouble() - 1) {
      return true;
    }
    if (next().isPresent()) {
      return false;
    }
    double segmentMs = segments().durationMs();
    var closes = times.endMs(period);
    return times.isOver()
        || closes.isPresent() && untilMs >= closes.getAsDouble() - segmentMs / 2
        || times.after(period).filter(p -> times.startMs(p) <= nowMs - segmentMs).isPresent();
  }
}
