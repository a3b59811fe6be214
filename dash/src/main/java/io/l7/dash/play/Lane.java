package io.l7.dash.play;

/** How far one track of a Period is fetched. */
final class Lane {
  final int medium;
  final MediaTrack track;
  final Courier.Inits inits = new Courier.Inits();
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
