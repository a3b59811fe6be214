package io.l7.dash.play;

import io.l7.dash.abr.AbrAlgorithm;
import io.l7.dash.abr.AbrRule;
import io.l7.dash.bmff.InitSegment;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.mpd.Mpd;
import io.l7.dash.mpd.UrlPolicy;
import io.l7.dash.play.Fetcher.Outcome;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One run of the player over a live presentation. Times named by the presentation are epoch, ms, on
 * the server's clock; the buffer counts from where play began. For one thread.
 */
final class LiveRun {
  /** Refreshes that fail one after the other before one that is needed counts as not to be had. */
  private static final int MOST_FAILED_REFRESHES = 7;

  /** Segments lost one after the other before there is nothing to be had. */
  private static final int MOST_LOST_IN_ROW = 5;

  /** The longest that is waited without a look around, in ms. */
  private static final double LOOK_MS = 1_000;

  private static final double LEAST_RETRY_MS = 100;
  private static final double MOST_RETRY_MS = 1_000;

  /** How long after its time a segment may be missing, in segments. */
  private static final double LATENESS = 2;

  private final ManifestFeed feed;
  private final PlayClock clock;
  private final double aheadMs;
  private final AbrAlgorithm algorithm;
  private final LiveOptions options;
  private final LiveMedia media;
  private final PlayLog log;
  private final EdgeFetcher edges;
  private final URI manifest;
  private final LatencyLog latency = new LatencyLog();
  private LiveTimes times;
  private Mpd.Period period;
  private List<LiveLane> lanes = List.of();
  private PlayoutBuffer buffer = new PlayoutBuffer(0, 0);
  private Optional<RollingRule> rule = Optional.empty();
  private double zeroMs;
  private double delayMs;
  private double segmentMs = 1;
  private int jumps;
  private int lost;
  private int lostInRow;

  /**
   * @param aheadMs how far the server's clock is ahead of ours
   */
  LiveRun(
      URI manifest,
      ManifestFeed feed,
      Fetcher fetcher,
      PlayClock clock,
      double aheadMs,
      AbrAlgorithm algorithm,
      LiveOptions options,
      Optional<MediaSink> sink,
      DashLimits limits,
      PlayLog log)
      throws PlayException {
    this.manifest = manifest;
    this.feed = feed;
    this.clock = clock;
    this.aheadMs = aheadMs;
    this.algorithm = algorithm;
    this.options = options;
    this.log = log;
    this.edges = new EdgeFetcher(fetcher, new UrlPolicy(manifest, limits), clock, log);
    this.media = new LiveMedia(edges, sink, limits);
    this.times = LiveTimes.of(feed.current(), Optional.empty());
    this.period = times.at(serverMs());
  }

  private double serverMs() {
    return clock.epochMs() + aheadMs;
  }

  PlayReport play() throws IOException, InterruptedException {
    zeroMs = startMs();
    period = times.at(zeroMs);
    var tracks = MediaTrack.playable(period);
    buffer = new PlayoutBuffer(tracks.size(), Double.POSITIVE_INFINITY);
    enter(zeroMs);
    boolean more = true;
    while (more) {
      look();
      if (clock.nowMs() >= feed.dueMs() && !times.isOver()) {
        refresh();
      }
      more = step();
    }
    while (buffer.levelMs() > 0) {
      clock.idle(Math.min(LOOK_MS, buffer.levelMs()));
      look();
    }
    return log.report(
            manifest.toString(), algorithm.name(), buffer, edges.standings(), Optional.empty())
        .with(figures());
  }

  private PlayReport.Live figures() {
    return new PlayReport.Live(
        delayMs,
        latency.meanMs(),
        latency.mostMs(),
        aheadMs,
        jumps,
        lost,
        feed.refreshes(),
        feed.ignored(),
        feed.failed());
  }

  /** Time has passed. */
  private void look() {
    buffer.advance(clock.nowMs());
    if (buffer.startupMs() >= 0) {
      latency.at(clock.nowMs(), serverMs() - zeroMs - buffer.positionMs());
    }
  }

  /** Where to play now: behind the live edge, in the window, where there is something. */
  private double startMs() throws PlayException {
    double now = serverMs();
    var current = times.at(now);
    var main = MediaTrack.playable(current).getFirst();
    var segments = times.segments(current, main.representation(0));
    segmentMs = segments.durationMs();
    delayMs = times.delayMs(options.delayMs(), segmentMs);
    var known = segments.last(now);
    var last =
        known.isPresent()
            ? OptionalDouble.of(segments.startMs(known.getAsLong()))
            : OptionalDouble.empty();
    return times.startMs(now, delayMs, last);
  }

  /** Goes to a time in the Period that is there. */
  private void enter(double atMs) throws PlayException {
    var all = new ArrayList<LiveLane>();
    for (var track : MediaTrack.playable(period)) {
      if (all.size() == buffer.media()) {
        break;
      }
      var lane = new LiveLane(all.size(), track, times, period);
      var holds = lane.segments().at(atMs);
      boolean inside = holds.isPresent() && lane.segments().endMs(holds.getAsLong()) > atMs + 1;
      lane.untilMs =
          inside
              ? Math.min(atMs, lane.segments().startMs(holds.getAsLong()))
              : Math.max(atMs, times.startMs(period));
      all.add(lane);
    }
    lanes = List.copyOf(all);
    var rates = lanes.getFirst().track.representations();
    if (rule.filter(r -> r.isFor(rates)).isEmpty()) {
      segmentMs = lanes.getFirst().segments().durationMs();
      double beside =
          lanes.size() > 1 ? lanes.get(1).track.representation(0).bandwidth() / 1000.0 : 0;
      rule =
          Optional.of(
              RollingRule.of(
                  algorithm, rates, beside, segmentMs, Math.min(delayMs, options.capacityMs())));
    }
  }

  private void refresh() throws IOException, InterruptedException {
    boolean fresh = feed.refresh(buffer.levelMs());
    look();
    if (!fresh) {
      return;
    }
    times = LiveTimes.of(feed.current(), Optional.of(times));
    var kept = times.same(period);
    if (kept.isEmpty()) {
      // It has gone: on with what is there instead.
      double next = lanes.getFirst().untilMs;
      period = times.at(next);
      double from = Math.max(next, Math.max(times.startMs(period), startMsIfGone(next)));
      if (from > next + segmentMs / 2) {
        leap(from);
      }
      enter(from);
      return;
    }
    period = kept.get();
    var tracks = MediaTrack.playable(period);
    for (var lane : lanes) {
      if (lane.medium < tracks.size()) {
        lane.renew(tracks.get(lane.medium), times, period);
      }
    }
  }

  /** The live edge less the delay where a time has left the window, else that time. */
  private double startMsIfGone(double ms) throws PlayException {
    return ms < times.windowStartMs(serverMs()) ? startMs() : ms;
  }

  private void leap(double toMs) {
    jumps++;
    buffer.leap(toMs - zeroMs);
  }

  private OptionalDouble endMs() {
    var end = times.endMs();
    return options.lastingMs().isEmpty()
        ? end
        : OptionalDouble.of(
            Math.min(
                end.orElse(Double.POSITIVE_INFINITY), zeroMs + options.lastingMs().getAsDouble()));
  }

  /** One thing is done: a segment, a Period, a wait. False: it is over. */
  private boolean step() throws IOException, InterruptedException {
    var end = endMs();
    end.ifPresent(ms -> buffer.endsAt(ms - zeroMs));
    if (end.isPresent() && zeroMs + buffer.positionMs() >= end.getAsDouble()) {
      return false;
    }
    LiveLane best = null;
    double bestMs = Double.POSITIVE_INFINITY;
    boolean open = false;
    double now = serverMs();
    for (var lane : lanes) {
      if (lane.isDone(times, period, end, now)) {
        continue;
      }
      open = true;
      double ready = Math.max(now, readyMs(lane, now));
      if (ready < bestMs || ready == bestMs && best != null && lane.untilMs < best.untilMs) {
        best = lane;
        bestMs = ready;
      }
    }
    if (!open) {
      return nextPeriod(end);
    }
    if (best != null && bestMs <= now) {
      fetch(best, best.next().orElseThrow());
      return true;
    }
    return await(bestMs - now);
  }

  private boolean await(double readyMs) throws InterruptedException, PlayException {
    double due = times.isOver() ? Double.POSITIVE_INFINITY : feed.dueMs() - clock.nowMs();
    double wait = Math.min(readyMs, due);
    if (wait == Double.POSITIVE_INFINITY) {
      // Nothing more is announced, and the manifest will not change: this was all.
      return false;
    }
    if (readyMs == Double.POSITIVE_INFINITY
        && feed.failedInRow() >= MOST_FAILED_REFRESHES
        && buffer.levelMs() == 0) {
      throw new PlayException("the manifest cannot be had any more: " + feed.trouble());
    }
    wait = Math.clamp(wait, 1, LOOK_MS);
    clock.idle(wait);
    return true;
  }

  private boolean nextPeriod(OptionalDouble end) throws IOException, InterruptedException {
    var next = times.after(period);
    if (end.isPresent() && lanes.getFirst().untilMs >= end.getAsDouble() - 1) {
      return false;
    }
    if (next.isEmpty()) {
      return !times.isOver() && await(Double.POSITIVE_INFINITY);
    }
    double until = lanes.getFirst().untilMs;
    period = next.get();
    double from = times.startMs(period);
    if (from > until + segmentMs / 2) {
      leap(from);
    }
    enter(from);
    return true;
  }

  /** When the next segment may be asked for, by the server's clock; endless where it is unknown. */
  private double readyMs(LiveLane lane, double now) throws PlayException {
    var next = lane.next();
    if (next.isEmpty()) {
      return Double.POSITIVE_INFINITY;
    }
    long segment = next.getAsLong();
    var segments = lane.segments();
    boolean left =
        segments.goneMs(segment) <= now || lane.untilMs < times.windowStartMs(now) - segmentMs;
    if (left || segments.startMs(segment) > lane.untilMs + segments.durationMs(segment) / 2) {
      skipAhead(lane, segment, left);
      return now;
    }
    double ahead = buffer.aheadMs(lane.medium);
    double excess = Math.min(ahead, ahead + segments.durationMs(segment) - options.capacityMs());
    return Math.max(
        Math.max(segments.availableMs(segment), lane.retryMs), now + Math.max(0, excess));
  }

  /** What comes next is gone, or there is a hole in front of it. */
  private void skipAhead(LiveLane lane, long segment, boolean gone) throws PlayException {
    if (gone) {
      double to = startMs();
      period = times.at(to);
      leap(to);
      enter(to);
    } else if (lane.medium == 0) {
      leap(lane.segments().startMs(segment));
      lane.untilMs = lane.segments().startMs(segment);
    } else {
      lane.untilMs = lane.segments().startMs(segment);
    }
  }

  private void fetch(LiveLane lane, long segment) throws IOException, InterruptedException {
    AbrRule.Choice choice =
        lane.medium == 0
            ? rule.orElseThrow().choose(new AbrRule.State(0, buffer.aheadMs(0)))
            : new AbrRule.Choice(0, 0, "beside the picture");
    int quality = Math.min(choice.quality(), lane.segments.length - 1);
    // Other representations may be cut, and counted, otherwise.
    var own = lane.segments[quality].following(lane.untilMs);
    if (own.isEmpty() || lane.segments[quality].availableMs(own.getAsLong()) > serverMs()) {
      quality = lane.lastQuality;
      own = OptionalLong.of(segment);
    }
    long number = own.getAsLong();
    try {
      request(lane, quality, number, choice);
    } catch (PlayException e) {
      lose(lane, quality, number, e);
    }
  }

  private void request(LiveLane lane, int quality, long number, AbrRule.Choice choice)
      throws IOException, InterruptedException {
    InitSegment init = media.init(lane, quality, buffer);
    var place = new LiveMedia.Place(lane, quality, number, times, period);
    var representation = lane.track.representation(quality);
    var segments = lane.segments[quality];
    double bits = Math.max(1, representation.bandwidth()) / 1000.0 * segments.durationMs(number);
    double late = serverMs() - segments.availableMs(number);
    boolean early = !times.isOver() && late < LATENESS * segments.durationMs(number);
    var task =
        new EdgeFetcher.Task(
            lane.track.kind(),
            lane.played,
            representation,
            lane.track.segment(quality, number),
            bits,
            choice.why(),
            early ? EdgeFetcher.Missing.EARLY : EdgeFetcher.Missing.FAILURE);
    AbrRule own = lane.medium == 0 ? rule.orElseThrow() : new PlayRun.Lowest();
    var attempt =
        edges.fetch(
            task,
            buffer,
            new Contender.Rated(own, quality),
            content -> media.check(place, init, content));
    look();
    switch (attempt.outcome()) {
      case Outcome.Done done -> arrived(place, init, done.content());
      case Outcome.Missing _ ->
          lane.retryMs =
              serverMs()
                  + Math.clamp(segments.durationMs(number) / 8, LEAST_RETRY_MS, MOST_RETRY_MS);
      case Outcome.GivenUp _, Outcome.Failed _ -> {}
    }
    if (attempt.usable()) {
      own.finished(attempt.transfer());
    }
  }

  private void arrived(LiveMedia.Place place, InitSegment init, byte[] content) throws IOException {
    lostInRow = 0;
    LiveLane lane = place.lane();
    double until = place.segments().endMs(place.number());
    double now = clock.nowMs();
    buffer.arrived(lane.medium, until - zeroMs, now);
    for (int absent = lanes.size(); absent < buffer.media(); absent++) {
      buffer.arrived(absent, until - zeroMs, now);
    }
    look();
    if (lane.medium == 0) {
      var rates = lane.track.representations();
      log.played(
          rates.get(place.quality()).bandwidth() / 1000.0,
          rates.getFirst().bandwidth() / 1000.0,
          place.segments().durationMs(place.number()));
    }
    lane.untilMs = until;
    lane.lastQuality = place.quality();
    lane.played++;
    media.keep(place, init, content, zeroMs);
  }

  /** A segment that nobody has: live goes on without it. */
  private void lose(LiveLane lane, int quality, long number, PlayException why)
      throws PlayException {
    lost++;
    if (++lostInRow > MOST_LOST_IN_ROW || times.isOver()) {
      throw why;
    }
    lane.untilMs = lane.segments[quality].endMs(number);
  }
}
