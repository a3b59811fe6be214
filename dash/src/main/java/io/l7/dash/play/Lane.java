package io.l7.dash.play;

import io.l7.dash.bmff.InitSegment;
import java.util.HashMap;
import java.util.Map;

/** How far one track of a Period is fetched. */
final class Lane {
  final int medium;
  final MediaTrack track;
  final Map<Integer, InitSegment> inits = new HashMap<>();
  int next;
  int lastQuality = -1;
  double untilMs;

  /**
   * @param medium 0 for what the rate rule decides on, 1 for what plays beside it
   */
  Lane(int medium, MediaTrack track) {
    this.medium = medium;
    this.track = track;
  }

  boolean isDone() {
    return next >= track.count(Math.max(0, lastQuality));
  }
}
