package io.l7.dash.play;

import io.l7.dash.abr.AbrRule;
import io.l7.dash.mpd.Mpd.BaseUrl;
import io.l7.dash.mpd.Mpd.Reference;
import io.l7.dash.mpd.Mpd.Representation;
import io.l7.dash.mpd.UrlPolicy;
import io.l7.dash.play.Fetcher.Outcome;
import io.l7.http.message.HostPort;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Fetches from whichever edge is best, and from another at once where one fails: an error, or
 * content that is not what it should be. Where one is silent, another is asked beside it, and who
 * shows life first is kept.
 */
final class EdgeFetcher {
  /** The segment number of what is no media segment. */
  static final int INIT = -1;

  private static final int POLL_MS = 20;
  private static final double LEAST_PATIENCE_MS = 700;
  private static final double MOST_PATIENCE_MS = 10_000;

  /** Share of the buffer that one silent edge may cost while another is there. */
  private static final double PATIENCE_SHARE = 0.2;

  /** Share of the buffer that an edge may be silent before another is asked beside it. */
  private static final double DOUBT_SHARE = 0.05;

  private static final double LEAST_DOUBT_MS = 100;

  /** Usual first bytes that an edge may be late. */
  private static final double DOUBT_LATENCIES = 3;

  /** For an edge of which nothing is known: the Connection Attempt Delay of RFC 8305 §5. */
  private static final double UNKNOWN_DOUBT_MS = 250;

  /** Rounds over all edges before a segment counts as not to be had. */
  private static final int ROUNDS = 4;

  private static final double PAUSE_BETWEEN_ROUNDS_MS = 500;

  private final Fetcher fetcher;
  private final PlayClock clock;
  private final PlayLog log;
  private final EdgeSelector selector = new EdgeSelector();
  private final BandwidthMeter meter = new BandwidthMeter();
  private final NameWatch names;
  private final UrlPolicy urls;
  private final Runnable meanwhile;

  /**
   * @param meanwhile done again and again while a request runs; must be quick
   */
  EdgeFetcher(Fetcher fetcher, UrlPolicy urls, PlayClock clock, PlayLog log, Runnable meanwhile) {
    this.meanwhile = meanwhile;
    this.fetcher = fetcher;
    this.urls = urls;
    this.names = fetcher.names();
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
      String why,
      Missing missing) {}

  /** What it means that an edge has it not (404, 410). */
  enum Missing {
    /** Its fault. */
    FAILURE,
    /** At the live edge it may come in a moment: nobody's fault. */
    EARLY
  }

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
    var attempt = fetch(task, buffer, new Contender.Rated(new NeverLeave(), 0), check);
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
  Attempt fetch(Task task, PlayoutBuffer buffer, Contender.Rated rated, Check check)
      throws IOException, InterruptedException {
    var byName = new LinkedHashMap<String, URI>();
    for (BaseUrl base : task.representation().baseUrls()) {
      byName.putIfAbsent(name(base), urls.resolve(base.uri(), task.reference().url(), 0));
    }
    List<String> names = List.copyOf(byName.keySet());
    String last = "";
    for (int tries = 0; tries < ROUNDS * names.size(); tries++) {
      if (tries > 0 && tries % names.size() == 0) {
        clock.idle(PAUSE_BETWEEN_ROUNDS_MS);
      }
      buffer.advance(clock.nowMs());
      var edge = selector.choose(names, task.bits(), buffer.levelMs(), clock.nowMs());
      var race = new Race(task, byName, buffer, rated, check);
      var attempt = race.run(edge);
      if (!(attempt.outcome() instanceof Outcome.Failed failed)) {
        return attempt;
      }
      last = race.lastUri + ": " + failed.why();
    }
    throw new PlayException(last);
  }

  private static String name(BaseUrl base) {
    return base.serviceLocation().isEmpty()
        ? String.valueOf(base.uri().getRawAuthority())
        : base.serviceLocation();
  }

  /** A request, and a second one at another edge where the first is silent. */
  private final class Race {
    private final Task task;
    private final Map<String, URI> edges;
    private final PlayoutBuffer buffer;
    private final Contender.Rated rated;
    private final Check check;
    private final Semaphore changes = new Semaphore(0);
    private final Deque<Entry> running = new ArrayDeque<>();
    private int challenges;
    private String lastUri = "";

    private record Entry(Contender who, Fetcher.Running request) {}

    Race(
        Task task,
        Map<String, URI> edges,
        PlayoutBuffer buffer,
        Contender.Rated rated,
        Check check) {
      this.task = task;
      this.edges = edges;
      this.buffer = buffer;
      this.rated = rated;
      this.check = check;
    }

    /** How the one that was kept ended; a failure where all that ran failed. */
    Attempt run(EdgeSelector.Choice first) throws InterruptedException {
      start(first);
      try {
        Optional<Attempt> end = Optional.empty();
        while (end.isEmpty()) {
          changes.tryAcquire(POLL_MS, TimeUnit.MILLISECONDS);
          clock.goOn();
          meanwhile.run();
          end = look();
        }
        return end.get();
      } finally {
        running.forEach(this::drop);
      }
    }

    private Optional<Attempt> look() throws InterruptedException {
      for (var entry : List.copyOf(running)) {
        Optional<Outcome> ended = entry.request().outcome().or(() -> impatience(entry));
        if (ended.isEmpty()) {
          continue;
        }
        running.remove(entry);
        var attempt = settle(entry, ended.get());
        boolean failed = attempt.outcome() instanceof Outcome.Failed;
        if (!failed) {
          List.copyOf(running).stream()
              .filter(other -> other.request().startMs() < entry.request().startMs())
              .forEach(silent -> beaten(silent, entry));
        }
        if (!failed || running.isEmpty()) {
          return Optional.of(attempt);
        }
      }
      if (running.size() == 1) {
        challenge(running.getFirst());
      } else {
        keepWhoShowsLife(running.getFirst(), running.getLast());
      }
      return Optional.empty();
    }

    private void start(EdgeSelector.Choice edge) throws InterruptedException {
      URI uri = edges.getOrDefault(edge.edge(), URI.create(""));
      var host = HostPort.of(uri);
      if (host.isPresent()) {
        names.before(host.get().host(), clock.nowMs());
      }
      var who = new Contender(task, edge, uri, rated, buffer, meter);
      var request =
          fetcher.start(uri, task.reference().range(), cmcd(task, who.levelMs()), who, changes);
      running.addLast(new Entry(who, request));
    }

    private void drop(Entry entry) {
      entry.request().leave();
      entry.who().ended();
    }

    private Optional<Outcome> impatience(Entry entry) {
      if (entry.request().drips()) {
        return Optional.of(silence(entry, "next to nothing comes"));
      }
      double most = patienceMs(entry.who());
      return entry.request().silentMs() > most
          ? Optional.of(silence(entry, "silent for %.0f ms".formatted(most)))
          : Optional.empty();
    }

    private double patienceMs(Contender who) {
      boolean alone =
          !selector.hasAlternative(List.copyOf(edges.keySet()), who.edge(), clock.nowMs());
      return alone
          ? MOST_PATIENCE_MS
          : Math.clamp(who.levelMs() * PATIENCE_SHARE, LEAST_PATIENCE_MS, MOST_PATIENCE_MS);
    }

    private Outcome silence(Entry entry, String why) {
      drop(entry);
      return new Outcome.Failed(why, clock.nowMs() - entry.request().startMs());
    }

    /** Asks another edge where this one has been silent for too long to be trusted. */
    private void challenge(Entry silent) throws InterruptedException {
      double least =
          selector.latencyMs(silent.who().edge()).stream()
              .map(latency -> Math.max(LEAST_DOUBT_MS, DOUBT_LATENCIES * latency))
              .findFirst()
              .orElse(UNKNOWN_DOUBT_MS);
      double doubt = Math.max(least, silent.who().levelMs() * DOUBT_SHARE);
      if (challenges >= edges.size() - 1 || silent.request().silentMs() < doubt) {
        return;
      }
      challenges++;
      var rival =
          selector.rival(
              List.copyOf(edges.keySet()), silent.who().edge(), task.bits(), clock.nowMs());
      if (rival.isPresent()) {
        String why =
            "beside %s, silent for %.0f ms"
                .formatted(silent.who().edge(), silent.request().silentMs());
        start(new EdgeSelector.Choice(rival.get(), why));
      }
    }

    /** The race is over with the first sign of life: both at once would halve the link. */
    private void keepWhoShowsLife(Entry first, Entry rival) {
      if (first.request().showedLifeSince(rival.request().startMs())) {
        running.remove(rival);
        drop(rival);
        challenges = 0;
      } else if (rival.request().showedLife()) {
        beaten(first, rival);
      }
    }

    private void beaten(Entry silent, Entry winner) {
      running.remove(silent);
      settle(silent, silence(silent, "silent while " + winner.who().edge() + " answered"));
      selector.won(winner.who().edge());
    }

    private Attempt settle(Entry entry, Outcome ended) {
      OptionalDouble measured = entry.who().ended();
      lastUri = entry.who().uri().toString();
      Outcome outcome = ended;
      if (ended instanceof Outcome.Missing missing && task.missing() == Missing.FAILURE) {
        outcome = new Outcome.Failed("answer " + missing.status(), missing.elapsedMs());
      }
      if (ended instanceof Outcome.Done done) {
        try {
          check.check(done.content());
        } catch (IOException e) {
          outcome = new Outcome.Failed(String.valueOf(e.getMessage()), done.elapsedMs());
        }
      }
      note(entry.who().edge(), outcome, measured, clock.nowMs());
      log.add(entry.who().record(entry.request().startMs(), outcome, measured));
      boolean usable = measured.isPresent() || outcome instanceof Outcome.GivenUp;
      return new Attempt(outcome, entry.who().transfer(outcome), usable);
    }
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
      case Outcome.Missing missing -> selector.answered(edge);
    }
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
}
