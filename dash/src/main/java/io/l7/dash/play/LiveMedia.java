package io.l7.dash.play;

import io.l7.dash.abr.AbrRule;
import io.l7.dash.bmff.BmffException;
import io.l7.dash.bmff.Fragment;
import io.l7.dash.bmff.InitSegment;
import io.l7.dash.mpd.Mpd;
import io.l7.dash.play.Fetcher.Outcome;
import java.io.IOException;
import java.util.OptionalLong;

/**
 * Fetches live segments, one at a time: when one that is not there is waited for, what must be in
 * them, and what is done where nobody has one. For one thread.
 */
final class LiveMedia {
  /** Segments of one kind lost one after the other before there is nothing to be had. */
  private static final int MOST_LOST_IN_ROW = 5;

  /** How long after its time a segment may be missing, in segments. */
  private static final double LATENESS = 2;

  private static final double LEAST_RETRY_MS = 100;
  private static final double MOST_RETRY_MS = 1_000;

  private final Courier courier;
  private final PlayClock clock;
  private final ServerClock server;
  private final PlayoutBuffer buffer;
  private double arrivedMs;
  private int lost;

  LiveMedia(Courier courier, PlayClock clock, ServerClock server, PlayoutBuffer buffer) {
    this.courier = courier;
    this.clock = clock;
    this.server = server;
    this.buffer = buffer;
  }

  /**
   * Where segments stand.
   *
   * @param tracks that this Period has
   * @param zeroMs where play began; epoch, ms
   */
  record Stage(LiveTimes times, Mpd.Period period, int tracks, double zeroMs) {}

  /** A segment and where it stands. */
  private record Place(LiveLane lane, int quality, long number, Stage stage) {
    LiveTimes.Segments segments() {
      return lane.segments[quality];
    }

    double durationMs() {
      return segments().durationMs(number);
    }

    /** Where the manifest has it on the media's timeline, in seconds. */
    double mediaSeconds() {
      double periodMs = stage.times().startMs(stage.period());
      return originSeconds() + (segments().startMs(number) - periodMs) / 1000;
    }

    double originSeconds() {
      var addressing = lane.track.representation(quality).addressing();
      return (double) addressing.presentationTimeOffset() / addressing.timescale();
    }
  }

  /** When the last segment came, on the player's clock. */
  double arrivedMs() {
    return arrivedMs;
  }

  /** Segments that nobody had. */
  int lost() {
    return lost;
  }

  /**
   * Fetches the next segment of a lane, at the rate that the rule chooses.
   *
   * @param segment of the quality fetched last
   * @throws PlayException where nobody has had any for long
   */
  void fetch(LiveLane lane, long segment, AbrRule rule, Stage stage)
      throws IOException, InterruptedException {
    var choice = rule.choose(new AbrRule.State(0, buffer.aheadMs(lane.medium)));
    int quality = Math.min(choice.quality(), lane.segments.length - 1);
    // Other representations may be cut, and counted, otherwise.
    OptionalLong own = lane.segments[quality].following(lane.untilMs);
    if (own.isEmpty() || lane.segments[quality].availableMs(own.getAsLong()) > server.nowMs()) {
      quality = lane.lastQuality;
      own = OptionalLong.of(segment);
    }
    var place = new Place(lane, quality, own.getAsLong(), stage);
    try {
      request(place, rule, choice.why());
    } catch (PlayException e) {
      lose(place, e);
    }
  }

  private void request(Place place, AbrRule rule, String why)
      throws IOException, InterruptedException {
    var lane = place.lane();
    var representation = lane.track.representation(place.quality());
    double late = server.nowMs() - place.segments().availableMs(place.number());
    boolean early = !place.stage().times().isOver() && late < LATENESS * place.durationMs();
    var wanted =
        new Courier.Wanted(
            lane.track,
            place.quality(),
            place.number(),
            lane.played,
            Math.max(1, representation.bandwidth()) / 1000.0 * place.durationMs(),
            why,
            early ? EdgeFetcher.Missing.EARLY : EdgeFetcher.Missing.FAILURE);
    var delivery =
        courier.fetch(
            wanted, lane.inits, rule, buffer, (init, fragment) -> check(place, init, fragment));
    buffer.advance(clock.nowMs());
    switch (delivery.attempt().outcome()) {
      case Outcome.Done done -> arrived(place, delivery.init(), done.content());
      case Outcome.Missing _ -> {
        server.doubt();
        double pause = Math.clamp(place.durationMs() / 8, LEAST_RETRY_MS, MOST_RETRY_MS);
        lane.retryMs = server.nowMs() + pause;
      }
      case Outcome.GivenUp _, Outcome.Failed _ -> {}
    }
  }

  /** A segment of quite another time than the one before it is an edge's lie; drift is not. */
  private static void check(Place place, InitSegment init, Fragment fragment) throws BmffException {
    if (!place.segments().isListed()) {
      return;
    }
    double expected = place.mediaSeconds() + place.lane().driftSeconds;
    double given = (double) fragment.decodeTime() / init.timescale();
    if (Math.abs(given - expected) > place.durationMs() / 1000) {
      throw new BmffException(
          "a segment of time %.3f s instead of %.3f s".formatted(given, expected), 0);
    }
  }

  private void arrived(Place place, InitSegment init, byte[] content) throws IOException {
    var lane = place.lane();
    var stage = place.stage();
    double until = place.segments().endMs(place.number());
    arrivedMs = clock.nowMs();
    buffer.arrived(lane.medium, until - stage.zeroMs(), arrivedMs);
    for (int absent = stage.tracks(); absent < buffer.media(); absent++) {
      // Nothing of it in this Period: nobody waits for it.
      buffer.arrived(absent, until - stage.zeroMs(), arrivedMs);
    }
    courier.played(lane.medium, lane.track, place.quality(), place.durationMs());
    lane.untilMs = until;
    lane.lastQuality = place.quality();
    lane.lostInRow = 0;
    lane.played++;
    var fragment = courier.fragment(content, init);
    lane.driftSeconds = (double) fragment.decodeTime() / init.timescale() - place.mediaSeconds();
    double start = stage.times().startMs(stage.period()) - stage.zeroMs();
    // What began before play did is the file's beginning on the media's own timeline.
    double before = Math.max(0, -start) / 1000;
    courier.keep(init, place.originSeconds() + before, Math.max(0, start) / 1000, content);
  }

  /** A segment that nobody has: live goes on without it. */
  private void lose(Place place, PlayException why) throws PlayException {
    lost++;
    server.doubt();
    if (++place.lane().lostInRow > MOST_LOST_IN_ROW || place.stage().times().isOver()) {
      throw why;
    }
    place.lane().untilMs = place.segments().endMs(place.number());
  }
}
