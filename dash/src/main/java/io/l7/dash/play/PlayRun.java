package io.l7.dash.play;

import io.l7.dash.abr.AbrAlgorithm;
import io.l7.dash.abr.AbrRule;
import io.l7.dash.abr.Movie;
import io.l7.dash.bmff.BmffException;
import io.l7.dash.bmff.Fragment;
import io.l7.dash.bmff.InitSegment;
import io.l7.dash.mpd.Mpd;
import io.l7.dash.play.Fetcher.Outcome;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One run of the player: joins the policies to the network and the buffer. For one thread. */
final class PlayRun {
  private final URI manifest;
  private final Mpd mpd;
  private final PlayClock clock;
  private final AbrAlgorithm algorithm;
  private final Bounds bounds;
  private final Courier courier;
  private final PlayoutBuffer buffer;
  private Optional<PlayReport.Setting> setting = Optional.empty();
  private double periodStartMs;

  /** How many tracks there are in the Period that has most. */
  private final int media;

  /**
   * How much of it.
   *
   * @param capacityMs kept ahead at most
   * @param lastingMs played at most
   * @param segments planned at most
   */
  record Bounds(double capacityMs, double lastingMs, int segments) {}

  PlayRun(
      URI manifest,
      Mpd mpd,
      PlayClock clock,
      AbrAlgorithm algorithm,
      Bounds bounds,
      Courier courier)
      throws PlayException {
    this.manifest = manifest;
    this.mpd = mpd;
    this.clock = clock;
    this.algorithm = algorithm;
    this.bounds = bounds;
    this.courier = courier;
    double endMs = 0;
    int most = 0;
    for (var period : mpd.periods()) {
      var lanes = lanes(period);
      most = Math.max(most, lanes.size());
      endMs += lengthMs(period, lanes);
    }
    this.media = most;
    this.buffer = new PlayoutBuffer(media, Math.min(endMs, bounds.lastingMs()));
  }

  /** What can be played of all tracks; the last of a shorter track is not waited for. */
  private static double lengthMs(Mpd.Period period, List<Lane> lanes) {
    double shortest = Double.POSITIVE_INFINITY;
    for (var lane : lanes) {
      int count = lane.track.count(0);
      boolean unknown = lane.track.missingIndex(0).isPresent();
      double end =
          unknown ? period.durationSeconds().orElse(0) * 1000 : lane.track.endMs(0, count - 1);
      shortest = Math.min(shortest, end);
    }
    return shortest;
  }

  private static List<Lane> lanes(Mpd.Period period) throws PlayException {
    var lanes = new ArrayList<Lane>();
    for (var track : MediaTrack.playable(period)) {
      lanes.add(new Lane(lanes.size(), track));
    }
    return lanes;
  }

  /** Plays to the end, or until the clock is stopped. */
  PlayReport play() throws IOException, InterruptedException {
    try {
      for (var period : mpd.periods()) {
        if (periodStartMs >= bounds.lastingMs()) {
          break;
        }
        var lanes = lanes(period);
        playPeriod(period, lanes);
        periodStartMs += lengthMs(period, lanes);
      }
      clock.idle(buffer.levelMs());
    } catch (InterruptedException e) {
      if (!clock.isStopped()) {
        throw e;
      }
    }
    buffer.advance(clock.nowMs());
    return courier.report(manifest.toString(), algorithm.name(), buffer, setting);
  }

  private void playPeriod(Mpd.Period period, List<Lane> lanes)
      throws IOException, InterruptedException {
    for (var lane : lanes) {
      for (int q = 0; q < lane.track.representations().size(); q++) {
        index(lane, q);
      }
      lane.untilMs = periodStartMs;
    }
    for (int medium = lanes.size(); medium < media; medium++) {
      // Nothing of it in this Period: nobody waits for it.
      buffer.arrived(medium, periodStartMs + lengthMs(period, lanes), clock.nowMs());
    }
    if (period.equals(mpd.periods().getLast())) {
      buffer.endsAt(Math.min(bounds.lastingMs(), periodStartMs + lengthMs(period, lanes)));
    }
    Lane main = lanes.getFirst();
    Optional<MediaTrack> beside =
        lanes.size() > 1 ? Optional.of(lanes.get(1).track) : Optional.empty();
    long cells = (long) main.track.count(0) * main.track.representations().size();
    if (cells > 4L * bounds.segments()) {
      throw new PlayException(
          "%d segments at %d rates are too many to plan"
              .formatted(main.track.count(0), main.track.representations().size()));
    }
    Movie movie = main.track.movie(beside);
    if (mpd.periods().size() == 1) {
      setting = Optional.of(new PlayReport.Setting(bounds.capacityMs(), movie));
    }
    AbrRule rule = start(movie);
    while (true) {
      Optional<Lane> lane = leastBuffered(lanes);
      if (lane.isEmpty()) {
        return;
      }
      step(lane.get(), lane.get() == main ? rule : new Courier.Lowest(), movie);
    }
  }

  private AbrRule start(Movie movie) throws PlayException {
    try {
      return algorithm.start(movie, bounds.capacityMs());
    } catch (IllegalArgumentException e) {
      throw new PlayException(String.valueOf(e.getMessage()), e); // Such as fixed:3 of two rates.
    }
  }

  private Optional<Lane> leastBuffered(List<Lane> lanes) {
    Lane least = null;
    for (var lane : lanes) {
      if (!lane.isDone()
          && lane.untilMs < bounds.lastingMs()
          && (least == null || lane.untilMs < least.untilMs)) {
        least = lane;
      }
    }
    return Optional.ofNullable(least);
  }

  private void step(Lane lane, AbrRule rule, Movie movie) throws IOException, InterruptedException {
    // When: as soon as there is room for one more segment.
    buffer.advance(clock.nowMs());
    double ahead = buffer.aheadMs(lane.medium);
    // A segment that never fits is fetched when nothing else is left to play.
    double excess = Math.min(ahead, ahead + movie.segmentMs() - bounds.capacityMs());
    if (excess > 0) {
      clock.idle(excess);
      buffer.advance(clock.nowMs());
      rule.waited(excess);
    }
    // What rate.
    var choice = rule.choose(new AbrRule.State(lane.next, buffer.aheadMs(lane.medium)));
    if (choice.waitMs() > 0) {
      clock.idle(Math.min(choice.waitMs(), buffer.levelMs()));
      buffer.advance(clock.nowMs());
    }
    int quality = quality(lane, choice.quality());

    // Where, and fetch.
    var wanted =
        new Courier.Wanted(
            lane.track,
            quality,
            lane.next,
            lane.next,
            lane.track.bits(quality, lane.next),
            choice.why(),
            EdgeFetcher.Missing.FAILURE);
    var delivery =
        courier.fetch(
            wanted,
            lane.inits,
            rule,
            buffer,
            (init, fragment) -> check(lane, quality, init, fragment));
    if (delivery.attempt().outcome() instanceof Outcome.Done done) {
      arrived(lane, quality, delivery.init(), done.content());
    }
  }

  /** What was chosen, where it has this segment: another list of segments may be shorter. */
  private static int quality(Lane lane, int chosen) {
    int quality = Math.min(chosen, lane.track.representations().size() - 1);
    return lane.next < lane.track.count(quality) ? quality : lane.lastQuality;
  }

  private void arrived(Lane lane, int quality, InitSegment init, byte[] content)
      throws IOException {
    double untilMs = periodStartMs + lane.track.endMs(quality, lane.next);
    double duration = Math.max(1, untilMs - lane.untilMs);
    buffer.arrived(lane.medium, untilMs, clock.nowMs());
    lane.untilMs = untilMs;
    courier.played(lane.medium, lane.track, quality, duration);
    lane.lastQuality = quality;
    lane.next++;
    var addressing = lane.track.representation(quality).addressing();
    double origin = (double) addressing.presentationTimeOffset() / addressing.timescale();
    courier.keep(init, origin, periodStartMs / 1000, content);
  }

  /** A segment that is no fragment of this track, or of another time, is an edge's lie. */
  private static void check(Lane lane, int quality, InitSegment init, Fragment fragment)
      throws BmffException {
    var expected = lane.track.mediaTime(quality, lane.next);
    if (expected.isPresent()) {
      var e = expected.get();
      double given = (double) fragment.decodeTime() / init.timescale();
      if (Math.abs(given - e.start()) > e.duration()
          && Math.abs(given - e.offset() - e.start()) > e.duration()) {
        throw new BmffException(
            "a segment of time %.3f s instead of %.3f s".formatted(given, e.start()), 0);
      }
    }
  }

  private void index(Lane lane, int quality) throws IOException, InterruptedException {
    var range = lane.track.missingIndex(quality);
    if (range.isEmpty()) {
      return;
    }
    lane.track.index(quality, courier.index(lane.track, quality, range.get(), buffer));
  }
}
