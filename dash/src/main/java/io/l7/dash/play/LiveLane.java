package io.l7.dash.play;

import io.l7.dash.mpd.Mpd;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** How far one track of a live Period is fetched. Times: epoch, ms. */
final class LiveLane {
  final int medium;
  Courier.Inits inits = new Courier.Inits();
  MediaTrack track;
  LiveTimes.Segments[] segments;
  double untilMs;
  int lastQuality;

  /** Not before: it was not there a moment ago. */
  double retryMs = Double.NEGATIVE_INFINITY;

  /** How far its decode times stand from what the manifest says, in seconds. */
  double driftSeconds;

  /** Segments that have come, in this Period and those before it. */
  int played;

  /** Segments that nobody had, one after the other. */
  int lostInRow;

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

  /** Goes on counting where the lane of the Period before left off. */
  void follow(LiveLane before) {
    played = before.played;
    lostInRow = before.lostInRow;
  }

  /** The same Period in a manifest that was fetched again, where it still has this kind. */
  void renew(List<MediaTrack> tracks, LiveTimes times, Mpd.Period period) {
    for (var fresh : tracks) {
      if (fresh.kind().equals(track.kind())) {
        String last = track.representation(lastQuality).id();
        track = fresh;
        segments = segments(fresh, times, period);
        lastQuality = 0;
        for (int q = 0; q < segments.length; q++) {
          lastQuality = fresh.representation(q).id().equals(last) ? q : lastQuality;
        }
        return;
      }
    }
  }

  /** Goes to the segment that holds a time, else to the time. */
  void seek(double atMs, double periodStartMs) {
    var holds = segments().at(atMs);
    boolean inside = holds.isPresent() && segments().endMs(holds.getAsLong()) > atMs + 1;
    untilMs =
        inside
            ? Math.min(atMs, segments().startMs(holds.getAsLong()))
            : Math.max(atMs, periodStartMs);
  }

  LiveTimes.Segments segments() {
    return segments[lastQuality];
  }

  /** The next one, where the manifest knows it. */
  OptionalLong next() {
    return segments().following(untilMs);
  }

  /** Whether the manifest has nothing between what was fetched and a segment. */
  boolean hasHoleBefore(long segment) {
    return segments().startMs(segment) > untilMs + segments().durationMs(segment) / 2;
  }

  /** Whether a segment that comes next may be gone from the server. */
  boolean hasLost(long segment, LiveTimes times, double nowMs) {
    return segments().goneMs(segment) <= nowMs
        || hasHoleBefore(segment) && untilMs < times.windowStartMs(nowMs) - segments().durationMs();
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
