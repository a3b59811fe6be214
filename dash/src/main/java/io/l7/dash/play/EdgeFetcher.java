package io.l7.dash.play;

import io.l7.dash.abr.AbrRule;
import io.l7.dash.mpd.Mpd.BaseUrl;
import io.l7.dash.mpd.Mpd.Reference;
import io.l7.dash.mpd.Mpd.Representation;
import io.l7.dash.play.Fetcher.Outcome;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Fetches from whichever edge is best, and from another at once where one fails: an error, silence,
 * or content that is not what it should be.
 */
final class EdgeFetcher {
  /** The segment number of what is no media segment. */
  static final int INIT = -1;

  private static final Duration LEAST_PATIENCE = Duration.ofMillis(700);
  private static final Duration MOST_PATIENCE = Duration.ofSeconds(10);

  /** Share of the buffer that one silent edge may cost while another is there. */
  private static final double PATIENCE_SHARE = 0.2;

  /** Rounds over all edges before a segment counts as not to be had. */
  private static final int ROUNDS = 4;

  private static final double PAUSE_BETWEEN_ROUNDS_MS = 500;

  private final Fetcher fetcher;
  private final PlayClock clock;
  private final PlayLog log;
  private final EdgeSelector selector = new EdgeSelector();
  private final BandwidthMeter meter = new BandwidthMeter();

  EdgeFetcher(Fetcher fetcher, PlayClock clock, PlayLog log) {
    this.fetcher = fetcher;
    this.clock = clock;
    this.log = log;
  }

  /** What to fetch, and why so. */
  record Task(
      String kind,
      int segment,
      Representation representation,
      Reference reference,
      double bits,
      String why) {}

  /** Refuses content that is not what it should be. */
  @FunctionalInterface
  interface Check {
    void check(byte[] content) throws IOException;
  }

  /**
   * How it ended.
   *
   * @param usable whether the transfer says something about the link
   */
  record Attempt(Outcome outcome, AbrRule.Transfer transfer, boolean usable) {}

  List<EdgeSelector.Standing> standings() {
    return selector.standings();
  }

  /** Fetches what cannot be done without, and is small. */
  byte[] fetchWhole(Task task, PlayoutBuffer buffer, Check check)
      throws IOException, InterruptedException {
    var none = new NeverLeave();
    var attempt = fetch(task, buffer, none, 0, check);
    if (attempt.outcome() instanceof Outcome.Done done) {
      return done.content();
    }
    throw new PlayException("a request was left that must not be");
  }

  private static final class NeverLeave implements AbrRule {
    @Override
    public Choice choose(State state) {
      return new Choice(0, 0, "");
    }
  }

  /** Fetches, from edge to edge, until it is whole or the rule leaves it. */
  Attempt fetch(Task task, PlayoutBuffer buffer, AbrRule rule, int quality, Check check)
      throws IOException, InterruptedException {
    var byName = new LinkedHashMap<String, URI>();
    for (BaseUrl base : task.representation().baseUrls()) {
      byName.putIfAbsent(name(base), base.uri());
    }
    List<String> names = List.copyOf(byName.keySet());
    String last = "";
    for (int tries = 0; tries < ROUNDS * names.size(); tries++) {
      if (tries > 0 && tries % names.size() == 0) {
        Thread.sleep(Duration.ofMillis((long) PAUSE_BETWEEN_ROUNDS_MS));
      }
      buffer.advance(clock.nowMs());
      var edge = selector.choose(names, task.bits(), buffer.levelMs(), clock.nowMs());
      URI uri = resolve(byName.getOrDefault(edge.edge(), URI.create("")), task.reference());
      var attempt = ask(task, edge, uri, names, buffer, rule, quality, check);
      if (!(attempt.outcome() instanceof Outcome.Failed failed)) {
        return attempt;
      }
      last = uri + ": " + failed.why();
    }
    throw new PlayException(last);
  }

  private static String name(BaseUrl base) {
    return base.serviceLocation().isEmpty()
        ? String.valueOf(base.uri().getRawAuthority())
        : base.serviceLocation();
  }

  private static URI resolve(URI base, Reference reference) {
    return reference.url().isEmpty() ? base : base.resolve(reference.url());
  }

  private Attempt ask(
      Task task,
      EdgeSelector.Choice edge,
      URI uri,
      List<String> names,
      PlayoutBuffer buffer,
      AbrRule rule,
      int quality,
      Check check)
      throws InterruptedException {
    double start = clock.nowMs();
    double level = buffer.levelMs();
    var watcher = new Watching(task, rule, quality, buffer, start);
    Outcome outcome =
        fetcher.fetch(
            uri,
            task.reference().range(),
            patience(names, edge.edge(), level),
            cmcd(task, level),
            watcher);
    double now = clock.nowMs();
    OptionalDouble measured = watcher.ended();
    if (outcome instanceof Outcome.Done done) {
      try {
        check.check(done.content());
      } catch (IOException e) {
        outcome = new Outcome.Failed(String.valueOf(e.getMessage()), done.elapsedMs());
      }
    }
    note(edge.edge(), outcome, measured, now);
    double bytes =
        switch (outcome) {
          case Outcome.Done done -> done.content().length;
          case Outcome.GivenUp left -> left.bits() / 8;
          case Outcome.Failed failed -> 0;
        };
    double firstByte =
        switch (outcome) {
          case Outcome.Done done -> done.firstByteMs();
          case Outcome.GivenUp left -> left.firstByteMs();
          case Outcome.Failed failed -> 0;
        };
    boolean whole = outcome instanceof Outcome.Done;
    String failure = outcome instanceof Outcome.Failed failed ? "; failed: " + failed.why() : "";
    log.add(
        new PlayReport.Chunk(
            task.kind(),
            task.segment() + 1,
            task.representation().id(),
            task.representation().bandwidth() / 1000.0,
            uri.toString(),
            (long) bytes,
            start,
            outcome.elapsedMs(),
            firstByte,
            level,
            measured.orElse(0),
            whole
                ? PlayReport.Ending.PLAYED
                : failure.isEmpty() ? PlayReport.Ending.GIVEN_UP : PlayReport.Ending.FAILED,
            task.why() + "; " + edge.why() + failure));
    var transfer =
        new AbrRule.Transfer(
            Math.max(0, task.segment()),
            quality,
            bytes * 8,
            outcome.elapsedMs(),
            firstByte,
            whole ? AbrRule.Ending.COMPLETE : AbrRule.Ending.GIVEN_UP);
    boolean usable = measured.isPresent() || outcome instanceof Outcome.GivenUp;
    return new Attempt(outcome, transfer, usable);
  }

  private void note(String edge, Outcome outcome, OptionalDouble measured, double now) {
    switch (outcome) {
      case Outcome.Done done -> {
        if (measured.isPresent()) {
          selector.succeeded(edge, measured.getAsDouble(), done.firstByteMs(), now);
        } else {
          selector.answered(edge);
        }
      }
      case Outcome.GivenUp left ->
          selector.succeeded(
              edge,
              left.bits() / Math.max(1, left.elapsedMs() - left.firstByteMs()),
              left.firstByteMs(),
              now);
      case Outcome.Failed failed -> selector.failed(edge, now);
    }
  }

  private Duration patience(List<String> names, String edge, double levelMs) {
    if (!selector.hasAlternative(names, edge, clock.nowMs())) {
      return MOST_PATIENCE;
    }
    long share = (long) (levelMs * PATIENCE_SHARE);
    return Duration.ofMillis(
        Math.clamp(share, LEAST_PATIENCE.toMillis(), MOST_PATIENCE.toMillis()));
  }

  /** Common Media Client Data, as header fields (CTA-5004). */
  private Map<String, String> cmcd(Task task, double levelMs) {
    String type = task.segment() == INIT ? "i" : task.kind().equals("video") ? "v" : "a";
    long kbps = Math.round(task.representation().bandwidth() / 1000.0);
    var request = new StringBuilder("bl=").append(Math.round(levelMs / 100) * 100);
    meter
        .kbps()
        .ifPresent(measured -> request.append(",mtp=").append(Math.round(measured / 100) * 100));
    return Map.of("CMCD-Object", "br=" + kbps + ",ot=" + type, "CMCD-Request", request.toString());
  }

  /** Feeds meter and rule while a request runs. */
  private final class Watching implements Fetcher.Watcher {
    private final Task task;
    private final AbrRule rule;
    private final int quality;
    private final double level;
    private final double start;
    private boolean answered;

    Watching(Task task, AbrRule rule, int quality, PlayoutBuffer buffer, double start) {
      this.task = task;
      this.rule = rule;
      this.quality = quality;
      this.level = buffer.aheadMs(0);
      this.start = start;
    }

    @Override
    public synchronized void answered(double nowMs) {
      answered = true;
      meter.begin(nowMs);
    }

    @Override
    public synchronized void received(double bits, double nowMs) {
      meter.received(bits, nowMs);
    }

    @Override
    public boolean leave(
        double totalBits, double receivedBits, double elapsedMs, double firstByteMs) {
      double left = Math.max(0, level - (clock.nowMs() - start));
      var progress =
          new AbrRule.Progress(
              Math.max(0, task.segment()),
              quality,
              totalBits,
              receivedBits,
              elapsedMs,
              firstByteMs,
              left);
      return rule.watch(progress) == AbrRule.Verdict.GIVE_UP;
    }

    synchronized OptionalDouble ended() {
      return answered ? meter.end() : OptionalDouble.empty();
    }
  }
}
