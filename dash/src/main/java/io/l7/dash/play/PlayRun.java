package io.l7.dash.play;

import io.l7.dash.abr.AbrAlgorithm;
import io.l7.dash.abr.AbrRule;
import io.l7.dash.abr.Movie;
import io.l7.dash.bmff.BmffException;
import io.l7.dash.bmff.Fragment;
import io.l7.dash.bmff.InitSegment;
import io.l7.dash.bmff.SegmentIndexBox;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.mpd.Mpd;
import io.l7.dash.mpd.Mpd.Reference;
import io.l7.dash.mpd.UrlPolicy;
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
  private final double capacityMs;
  private final double lastingMs;
  private final Optional<MediaSink> sink;
  private final DashLimits limits;
  private final PlayLog log;
  private final EdgeFetcher edges;
  private final PlayoutBuffer buffer;
  private Optional<PlayReport.Setting> setting = Optional.empty();
  private double periodStartMs;

  /** How many tracks there are in the Period that has most. */
  private final int media;

  PlayRun(
      URI manifest,
      Mpd mpd,
      Fetcher fetcher,
      PlayClock clock,
      AbrAlgorithm algorithm,
      double capacityMs,
      double lastingMs,
      Optional<MediaSink> sink,
      DashLimits limits,
      PlayLog log)
      throws PlayException {
    this.manifest = manifest;
    this.mpd = mpd;
    this.clock = clock;
    this.algorithm = algorithm;
    this.capacityMs = capacityMs;
    this.lastingMs = lastingMs;
    this.sink = sink;
    this.limits = limits;
    this.log = log;
    double endMs = 0;
    int most = 0;
    for (var period : mpd.periods()) {
      var lanes = lanes(period);
      most = Math.max(most, lanes.size());
      endMs += lengthMs(period, lanes);
    }
    this.media = most;
    this.buffer = new PlayoutBuffer(media, Math.min(endMs, lastingMs));
    this.edges = new EdgeFetcher(fetcher, new UrlPolicy(manifest, limits), clock, log);
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

  PlayReport play() throws IOException, InterruptedException {
    for (var period : mpd.periods()) {
      if (periodStartMs >= lastingMs) {
        break;
      }
      var lanes = lanes(period);
      playPeriod(period, lanes);
      periodStartMs += lengthMs(period, lanes);
    }
    clock.idle(buffer.levelMs());
    buffer.advance(clock.nowMs());
    return log.report(manifest.toString(), algorithm.name(), buffer, edges.standings(), setting);
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
      buffer.endsAt(Math.min(lastingMs, periodStartMs + lengthMs(period, lanes)));
    }
    Lane main = lanes.getFirst();
    Optional<MediaTrack> beside =
        lanes.size() > 1 ? Optional.of(lanes.get(1).track) : Optional.empty();
    long cells = (long) main.track.count(0) * main.track.representations().size();
    if (cells > 4L * limits.segments()) {
      throw new PlayException(
          "%d segments at %d rates are too many to plan"
              .formatted(main.track.count(0), main.track.representations().size()));
    }
    Movie movie = main.track.movie(beside);
    if (mpd.periods().size() == 1) {
      setting = Optional.of(new PlayReport.Setting(capacityMs, movie));
    }
    AbrRule rule = algorithm.start(movie, capacityMs);
    while (true) {
      Optional<Lane> lane = leastBuffered(lanes);
      if (lane.isEmpty()) {
        return;
      }
      step(lane.get(), lane.get() == main ? rule : new Lowest(), movie);
    }
  }

  /**
   * Sound is offered at one rate as a rule; where there are more, the lowest leaves the link to the
   * picture.
   */
  static final class Lowest implements AbrRule {
    @Override
    public Choice choose(State state) {
      return new Choice(0, 0, "beside the picture");
    }
  }

  private Optional<Lane> leastBuffered(List<Lane> lanes) {
    Lane least = null;
    for (var lane : lanes) {
      if (!lane.isDone()
          && lane.untilMs < lastingMs
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
    double excess = Math.min(ahead, ahead + movie.segmentMs() - capacityMs);
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
    InitSegment init = initOf(lane, quality);
    Reference reference = lane.track.segment(quality, lane.next);
    double bits = lane.track.bits(quality, lane.next);
    var task =
        new EdgeFetcher.Task(
            lane.track.kind(),
            lane.next,
            lane.track.representation(quality),
            reference,
            bits,
            choice.why(),
            EdgeFetcher.Missing.FAILURE);
    var attempt =
        edges.fetch(
            task,
            buffer,
            new Contender.Rated(rule, quality),
            content -> check(lane, quality, init, content));
    if (attempt.outcome() instanceof Outcome.Done done) {
      arrived(lane, quality, init, done);
    }
    if (attempt.usable()) {
      rule.finished(attempt.transfer());
    }
  }

  /** What was chosen, where it has this segment: another list of segments may be shorter. */
  private static int quality(Lane lane, int chosen) {
    int quality = Math.min(chosen, lane.track.representations().size() - 1);
    return lane.next < lane.track.count(quality) ? quality : lane.lastQuality;
  }

  private void arrived(Lane lane, int quality, InitSegment init, Outcome.Done done)
      throws IOException {
    double untilMs = periodStartMs + lane.track.endMs(quality, lane.next);
    double duration = Math.max(1, untilMs - lane.untilMs);
    buffer.arrived(lane.medium, untilMs, clock.nowMs());
    lane.untilMs = untilMs;
    if (lane.medium == 0) {
      var representations = lane.track.representations();
      log.played(
          representations.get(quality).bandwidth() / 1000.0,
          representations.getFirst().bandwidth() / 1000.0,
          duration);
    }
    lane.lastQuality = quality;
    lane.next++;
    if (sink.isPresent()) {
      var addressing = lane.track.representation(quality).addressing();
      double origin = (double) addressing.presentationTimeOffset() / addressing.timescale();
      var fragment = Fragment.read(done.content(), init, limits);
      sink.get().add(init, origin, periodStartMs / 1000, done.content(), fragment);
    }
  }

  /** A segment that is no fragment of this track, or of another time, is an edge's lie. */
  private void check(Lane lane, int quality, InitSegment init, byte[] content)
      throws BmffException {
    var fragment = Fragment.read(content, init, limits);
    if (fragment.samples().isEmpty()) {
      throw new BmffException("a segment without samples", 0);
    }
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

  private InitSegment initOf(Lane lane, int quality) throws IOException, InterruptedException {
    InitSegment known = lane.inits.get(quality);
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
            lane.track.representation(quality),
            reference.get(),
            8_000,
            "init segment",
            EdgeFetcher.Missing.FAILURE);
    byte[] content = edges.fetchWhole(task, buffer, bytes -> InitSegment.read(bytes, limits));
    InitSegment init = InitSegment.read(content, limits);
    lane.inits.put(quality, init);
    return init;
  }

  private void index(Lane lane, int quality) throws IOException, InterruptedException {
    var range = lane.track.missingIndex(quality);
    if (range.isEmpty()) {
      return;
    }
    var task =
        new EdgeFetcher.Task(
            lane.track.kind(),
            EdgeFetcher.INIT,
            lane.track.representation(quality),
            new Reference("", range),
            range.get().length() * 8.0,
            "segment index",
            EdgeFetcher.Missing.FAILURE);
    byte[] content = edges.fetchWhole(task, buffer, bytes -> SegmentIndexBox.read(bytes, limits));
    lane.track.index(quality, SegmentIndexBox.read(content, limits));
  }
}
