package io.l7.dash.play;

import io.l7.dash.bmff.BmffException;
import io.l7.dash.bmff.Fragment;
import io.l7.dash.bmff.InitSegment;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.mpd.Mpd;
import java.io.IOException;
import java.util.Optional;

/** The bytes of live segments: what must be in them, and where they are kept. For one thread. */
final class LiveMedia {
  private final EdgeFetcher edges;
  private final Optional<MediaSink> sink;
  private final DashLimits limits;

  LiveMedia(EdgeFetcher edges, Optional<MediaSink> sink, DashLimits limits) {
    this.edges = edges;
    this.sink = sink;
    this.limits = limits;
  }

  /**
   * A segment and where it stands.
   *
   * @param number of it, from 0
   */
  record Place(LiveLane lane, int quality, long number, LiveTimes times, Mpd.Period period) {
    LiveTimes.Segments segments() {
      return lane.segments[quality];
    }

    /** Where the manifest has it on the media's timeline, in seconds. */
    double mediaSeconds() {
      return originSeconds() + (segments().startMs(number) - times.startMs(period)) / 1000;
    }

    double originSeconds() {
      var addressing = lane.track.representation(quality).addressing();
      return (double) addressing.presentationTimeOffset() / addressing.timescale();
    }
  }

  /** A segment of quite another time than the one before it is an edge's lie; drift is not. */
  void check(Place place, InitSegment init, byte[] content) throws BmffException {
    var fragment = Fragment.read(content, init, limits);
    if (fragment.samples().isEmpty()) {
      throw new BmffException("a segment without samples", 0);
    }
    if (!place.segments().isListed()) {
      return;
    }
    double expected = place.mediaSeconds() + place.lane().driftSeconds;
    double given = (double) fragment.decodeTime() / init.timescale();
    if (Math.abs(given - expected) > place.segments().durationMs(place.number()) / 1000) {
      throw new BmffException(
          "a segment of time %.3f s instead of %.3f s".formatted(given, expected), 0);
    }
  }

  /**
   * Takes a segment that was checked.
   *
   * @param zeroMs where play began
   */
  void keep(Place place, InitSegment init, byte[] content, double zeroMs) throws IOException {
    var fragment = Fragment.read(content, init, limits);
    place.lane().driftSeconds =
        (double) fragment.decodeTime() / init.timescale() - place.mediaSeconds();
    if (sink.isPresent()) {
      double start = place.times().startMs(place.period()) - zeroMs;
      // What began before play did is the file's beginning on the media's own timeline.
      double before = Math.max(0, -start) / 1000;
      sink.get()
          .add(init, place.originSeconds() + before, Math.max(0, start) / 1000, content, fragment);
    }
  }

  /** What sets up a decoder for a representation: fetched once. */
  InitSegment init(LiveLane lane, int quality, PlayoutBuffer buffer)
      throws IOException, InterruptedException {
    var representation = lane.track.representation(quality);
    InitSegment known = lane.inits.get(representation.id());
    if (known != null) {
      return known;
    }
    var reference = lane.track.initialization(quality);
    if (reference.isEmpty()) {
      throw new PlayException("segments that initialise themselves are not played");
    }
    var task =
        new EdgeFetcher.Task(
            lane.track.kind(),
            EdgeFetcher.INIT,
            representation,
            reference.get(),
            8_000,
            "init segment",
            EdgeFetcher.Missing.FAILURE);
    byte[] content = edges.fetchWhole(task, buffer, bytes -> InitSegment.read(bytes, limits));
    InitSegment init = InitSegment.read(content, limits);
    lane.inits.put(representation.id(), init);
    return init;
  }
}
