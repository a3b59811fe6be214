package io.l7.dash.play;

import io.l7.dash.abr.AbrAlgorithm;
import io.l7.dash.abr.AbrRule;
import io.l7.dash.mpd.Mpd;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One run of the player over a live presentation: what is fetched next, and when. Times named by
 * the presentation are epoch, ms, on the server's clock; the buffer counts from where play began.
 * For one thread.
 */
final class LiveRun {
  /** Picture and sound. */
  private static final int MEDIA = 2;

  /** Refreshes that fail one after the other before one that is needed counts as not to be had. */
  private static final int MOST_FAILED_REFRESHES = 7;

  /** With nothing new for so long it is over, whatever the manifest says; ms. */
  private static final double LONGEST_DROUGHT_MS = 300_000;

  /** The longest that is waited without a look around, in ms. */
  private static final double LOOK_MS = 1_000;

  private final URI manifest;
  private final ManifestFeed feed;
  private final PlayClock clock;
  private final ServerClock server;
  private final AbrAlgorithm algorithm;
  private final LiveOptions options;
  private final Courier courier;
  private final LiveMedia media;
  private final PlayoutBuffer buffer = new PlayoutBuffer(MEDIA, Double.POSITIVE_INFINITY);
  private final LatencyLog latency = new LatencyLog();
  private LiveTimes times;
  private Mpd.Period period;
  private List<LiveLane> lanes = List.of();
  private Optional<RollingRule> rule = Optional.empty();
  private double zeroMs;
  private double delayMs;
  private double segmentMs = 1;
  private int jumps;

  LiveRun(
      URI manifest,
      ManifestFeed feed,
      PlayClock clock,
      ServerClock server,
      AbrAlgorithm algorithm,
      LiveOptions options,
      Courier courier)
      throws PlayException {
    this.manifest = manifest;
    this.feed = feed;
    this.clock = clock;
    this.server = server;
    this.algorithm = algorithm;
    this.options = options;
    this.courier = courier;
    this.media = new LiveMedia(courier, clock, server, buffer);
    this.times = LiveTimes.of(feed.current(), Optional.empty());
    this.period = times.at(server.nowMs());
  }

  /** Plays to the end, or until the clock is stopped. */
  PlayReport play() throws IOException, InterruptedException {
    try {
      readClock(Double.POSITIVE_INFINITY);
      zeroMs = startMs(times);
      period = times.at(zeroMs);
      enter(zeroMs);
      boolean more = true;
      while (more) {
        keepUp();
        more = step();
      }
      while (buffer.levelMs() > 0) {
        clock.idle(Math.min(LOOK_MS, buffer.levelMs()));
        look();
      }
    } catch (InterruptedException e) {
      if (!clock.isStopped()) {
        throw e;
      }
      look();
    } finally {
      feed.leave();
    }
    return courier
        .report(manifest.toString(), algorithm.name(), buffer, Optional.empty())
        .with(figures());
  }

  private PlayReport.Live figures() {
    return new PlayReport.Live(
        delayMs,
        latency.meanMs(),
        latency.mostMs(),
        server.aheadMs(),
        jumps,
        media.lost(),
        feed.refreshes(),
        feed.ignored(),
        feed.failed());
  }

  /** Time has passed. */
  private void look() {
    buffer.advance(clock.nowMs());
    if (buffer.startupMs() >= 0) {
      latency.at(clock.nowMs(), server.nowMs() - zeroMs - buffer.positionMs());
    }
  }

  private void readClock(double bufferMs) throws InterruptedException {
    var live = feed.current().live();
    if (live.isPresent()) {
      server.read(live.get(), feed.location(), feed.receivedMs(), bufferMs);
    }
  }

  /** With time, with the manifest and with the server's clock. */
  private void keepUp() throws InterruptedException {
    if (!times.isOver()) {
      feed.tend();
      feed.settle(this::take);
      if (server.isDue()) {
        readClock(buffer.levelMs());
      }
    }
    look();
  }

  /** Where to play now: behind the live edge, in the window, where there is something. */
  private double startMs(LiveTimes of) throws PlayException {
    double now = server.nowMs();
    var current = of.at(now);
    var main = of.playable(current).getFirst();
    var segments = of.segments(current, main.representation(0));
    segmentMs = segments.durationMs();
    delayMs = of.delayMs(options.delayMs(), segmentMs);
    var known = segments.last(now);
    var last =
        known.isPresent()
            ? OptionalDouble.of(segments.startMs(known.getAsLong()))
            : OptionalDouble.empty();
    return of.startMs(now, delayMs, last);
  }

  /** Goes to a time in the Period that is there. */
  private void enter(double atMs) throws PlayException {
    var all = new ArrayList<LiveLane>();
    for (var track : times.playable(period)) {
      var lane = new LiveLane(all.size(), track, times, period);
      lanes.stream()
          .filter(before -> before.track.kind().equals(track.kind()))
          .findFirst()
          .ifPresent(lane::follow);
      lane.seek(atMs, times.startMs(period));
      all.add(lane);
    }
    var main = all.getFirst();
    double usualMs = main.segments().durationMs();
    rule = Optional.of(ruleFor(all.stream().map(lane -> lane.track).toList(), usualMs));
    segmentMs = usualMs;
    lanes = List.copyOf(all);
  }

  /** A rule stays as long as the rates that it was made for. */
  private RollingRule ruleFor(List<MediaTrack> tracks, double usualMs) throws PlayException {
    var rates = tracks.getFirst().representations();
    if (rule.isPresent() && rule.get().isFor(rates)) {
      return rule.get();
    }
    double beside = tracks.size() > 1 ? tracks.get(1).representation(0).bandwidth() / 1000.0 : 0;
    double reach = Math.min(delayMs, options.capacityMs());
    try {
      return RollingRule.of(algorithm, rates, beside, usualMs, reach);
    } catch (IllegalArgumentException e) {
      throw new PlayException(String.valueOf(e.getMessage()), e); // Such as fixed:3 of two rates.
    }
  }

  /** A manifest that was fetched again. Throws before it has changed anything. */
  private void take(Mpd mpd) throws PlayException {
    var fresh = LiveTimes.of(mpd, Optional.of(times));
    double until = lanes.getFirst().untilMs;
    var kept = fresh.same(period);
    var now = kept.orElse(fresh.at(until));
    var tracks = fresh.playable(now);
    if (kept.isPresent()) {
      if (tracks.getFirst().kind().equals(lanes.getFirst().track.kind())) {
        rule = Optional.of(ruleFor(tracks, segmentMs));
      }
      times = fresh;
      period = now;
      lanes.forEach(lane -> lane.renew(tracks, times, period));
      return;
    }
    // It has gone: on with what is there instead.
    double edge = until < fresh.windowStartMs(server.nowMs()) ? startMs(fresh) : until;
    times = fresh;
    period = now;
    move(until, Math.max(edge, times.startMs(now)));
  }

  /** On to another time, in the Period that is there. */
  private void move(double untilMs, double fromMs) throws PlayException {
    if (fromMs > untilMs + segmentMs / 2) {
      leap(fromMs);
    }
    enter(fromMs);
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

  /** One thing is done: a segment, a Period, a jump, a wait. False: it is over. */
  private boolean step() throws IOException, InterruptedException {
    var end = endMs();
    end.ifPresent(ms -> buffer.endsAt(ms - zeroMs));
    if (end.isPresent() && zeroMs + buffer.positionMs() >= end.getAsDouble()) {
      return false;
    }
    LiveLane best = null;
    double bestMs = Double.POSITIVE_INFINITY;
    boolean open = false;
    double now = server.nowMs();
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
    if (best == null || bestMs > now) {
      return await(bestMs - now);
    }
    long segment = best.next().orElseThrow();
    if (best.hasLost(segment, times, now)) {
      if (feed.isRefreshing()) {
        feed.linger(); // It says where the edge is by now.
      } else {
        jump();
      }
    } else if (best.hasHoleBefore(segment)) {
      overHole(best, segment);
    } else {
      AbrRule own = best.medium == 0 ? rule.orElseThrow() : new Courier.Lowest();
      media.fetch(best, segment, own, new LiveMedia.Stage(times, period, lanes.size(), zeroMs));
    }
    return true;
  }

  /** When the next segment may be asked for, by the server's clock; endless where it is unknown. */
  private double readyMs(LiveLane lane, double now) {
    var next = lane.next();
    if (next.isEmpty()) {
      return Double.POSITIVE_INFINITY;
    }
    long segment = next.getAsLong();
    if (lane.hasLost(segment, times, now) || lane.hasHoleBefore(segment)) {
      return now;
    }
    double durationMs = lane.segments().durationMs(segment);
    double ahead = buffer.aheadMs(lane.medium);
    double excess = Math.min(ahead, ahead + durationMs - options.capacityMs());
    return Math.max(
        Math.max(lane.segments().availableMs(segment), lane.retryMs), now + Math.max(0, excess));
  }

  /** What comes next is gone: back to the live edge. */
  private void jump() throws PlayException {
    double to = startMs(times);
    leap(to);
    var there = times.at(to);
    if (times.startMs(there) == times.startMs(period)) {
      lanes.forEach(lane -> lane.seek(to, times.startMs(period)));
      return;
    }
    period = there;
    enter(to);
  }

  /** The manifest has nothing in front of a segment. */
  private void overHole(LiveLane lane, long segment) {
    lane.untilMs = lane.segments().startMs(segment);
    if (lane.medium == 0) {
      leap(lane.untilMs);
    }
  }

  private boolean await(double readyMs) throws InterruptedException, PlayException {
    double due =
        times.isOver() || feed.isRefreshing()
            ? Double.POSITIVE_INFINITY
            : feed.dueMs() - clock.nowMs();
    double wait = Math.min(readyMs, due);
    if (wait == Double.POSITIVE_INFINITY && !feed.isRefreshing()) {
      // Nothing more is announced, and the manifest will not change: this was all.
      return false;
    }
    if (readyMs == Double.POSITIVE_INFINITY && buffer.levelMs() == 0) {
      requireHope();
    }
    if (feed.isRefreshing()) {
      feed.linger();
    } else {
      clock.idle(Math.clamp(wait, 1, LOOK_MS));
    }
    return true;
  }

  private void requireHope() throws PlayException {
    if (feed.failedInRow() >= MOST_FAILED_REFRESHES) {
      throw new PlayException("the manifest cannot be had any more: " + feed.trouble());
    }
    double drought = Math.min(clock.nowMs() - media.arrivedMs(), server.nowMs() - zeroMs);
    if (drought > LONGEST_DROUGHT_MS) {
      throw new PlayException("nothing new for %.0f s".formatted(drought / 1000));
    }
  }

  private boolean nextPeriod(OptionalDouble end) throws IOException, InterruptedException {
    double until = lanes.getFirst().untilMs;
    if (end.isPresent() && until >= end.getAsDouble() - 1) {
      return false;
    }
    var next = times.after(period);
    if (next.isEmpty()) {
      return !times.isOver() && await(Double.POSITIVE_INFINITY);
    }
    period = next.get();
    move(until, times.startMs(period));
    return true;
  }
}
