package io.l7.dash.play;

import io.l7.dash.limits.DashLimits;
import io.l7.dash.mpd.Mpd;
import io.l7.dash.mpd.MpdException;
import io.l7.dash.mpd.MpdParser;
import java.net.URI;
import java.util.Optional;

/**
 * The manifest of a live presentation, fetched again when it may have changed, beside the segments.
 * A refresh that fails leaves the old one. For one thread.
 */
final class ManifestFeed {
  private static final double FIRST_RETRY_MS = 1_000;
  private static final double LONGEST_RETRY_MS = 30_000;
  private static final int MOMENT_MS = 20;

  /** Failures after which a place that a manifest named is left for the one it was found at. */
  private static final int MOST_FAILURES_AWAY = 3;

  /** Older ones in a row after which time has really gone back: a server that was set anew. */
  private static final int MOST_IGNORED_IN_ROW = 7;

  private final Fetcher fetcher;
  private final PlayClock clock;
  private final DashLimits limits;
  private final Fetcher.Patience patience;
  private final URI home;
  private URI location;
  private Mpd current;
  private double receivedMs;
  private double dueMs;
  private Optional<Refresh> running = Optional.empty();
  private int refreshes;
  private int ignored;
  private int ignoredInRow;
  private int failed;
  private int failedInRow;
  private String trouble = "";

  private record Refresh(Asking asking, Fetcher.Running request) {}

  /** Takes a new manifest. */
  interface Taker {
    /**
     * Called before it is the current one.
     *
     * @throws PlayException where it cannot be played: the old one stays
     */
    void take(Mpd fresh) throws PlayException;
  }

  /**
   * @param home where the manifest was found
   * @param receivedMs when, epoch, by our clock
   */
  ManifestFeed(
      Fetcher fetcher, PlayClock clock, DashLimits limits, URI home, Mpd first, double receivedMs) {
    this.fetcher = fetcher;
    this.clock = clock;
    this.limits = limits;
    this.patience = Fetcher.Patience.withManifest(limits);
    this.home = home;
    this.location = home;
    this.current = first;
    this.receivedMs = receivedMs;
    schedule(clock.nowMs());
  }

  Mpd current() {
    return current;
  }

  /** Where it is asked for. */
  URI location() {
    return location;
  }

  /** When the current one came, epoch, by our clock. */
  double receivedMs() {
    return receivedMs;
  }

  /** When it is to be fetched again, on the player's clock in ms; never: endless. */
  double dueMs() {
    return dueMs;
  }

  int refreshes() {
    return refreshes;
  }

  int ignored() {
    return ignored;
  }

  int failed() {
    return failed;
  }

  /** Failures since the last that went well. */
  int failedInRow() {
    return failedInRow;
  }

  /** What was wrong with the last that failed. */
  String trouble() {
    return trouble;
  }

  /** Whether one is on its way. */
  boolean isRefreshing() {
    return running.isPresent();
  }

  /**
   * ISO/IEC 23009-1 §5.4.1: what was fetched is good for so long from when it was asked for.
   *
   * @param askedMs by the player's clock
   */
  private void schedule(double askedMs) {
    var update = current.live().map(Mpd.Live::updateSeconds);
    boolean changes = update.isPresent() && update.get().isPresent();
    double pause = changes ? update.get().getAsDouble() * 1000 : Double.POSITIVE_INFINITY;
    dueMs = askedMs + Math.max((double) limits.leastRefresh().toMillis(), pause);
    current.live().flatMap(Mpd.Live::location).ifPresent(moved -> location = moved);
  }

  /** Asks for a new one where it is time. Called often, also while a segment is on its way. */
  void tend() {
    if (running.isPresent() || clock.nowMs() < dueMs) {
      return;
    }
    var asking = fetcher.asking(location);
    running = Optional.of(new Refresh(asking, fetcher.begin(asking, patience)));
    refreshes++;
  }

  /** Waits a moment for the one on its way. */
  void linger() throws InterruptedException {
    if (running.isPresent()) {
      running.get().request().await(MOMENT_MS);
    }
  }

  /** Leaves the one on its way. */
  void leave() {
    running.ifPresent(refresh -> refresh.request().leave());
    running = Optional.empty();
  }

  /** Looks at what has come; a new one is given to {@code taker}, and is the current one then. */
  void settle(Taker taker) {
    var outcome = running.flatMap(refresh -> refresh.request().end(patience));
    if (outcome.isEmpty()) {
      return;
    }
    var refresh = running.orElseThrow();
    running = Optional.empty();
    switch (outcome.get()) {
      case Fetcher.Outcome.Done done -> judge(refresh, done.content(), taker);
      case Fetcher.Outcome.Missing missing -> fails("answer " + missing.status());
      case Fetcher.Outcome.Failed failure -> fails(failure.why());
      case Fetcher.Outcome.GivenUp _ -> fails("left");
    }
  }

  private void judge(Refresh refresh, byte[] document, Taker taker) {
    double askedMs = refresh.request().startMs();
    try {
      Mpd fresh = new MpdParser(limits).parse(document, refresh.asking().at());
      if (MpdUpdate.judge(current, fresh) == MpdUpdate.BACK_IN_TIME
          && ++ignoredInRow <= MOST_IGNORED_IN_ROW) {
        failedInRow = 0;
        ignored++;
        schedule(askedMs);
        return;
      }
      taker.take(fresh);
      current = fresh;
    } catch (MpdException | PlayException e) {
      fails(String.valueOf(e.getMessage()));
      return;
    }
    failedInRow = 0;
    ignoredInRow = 0;
    receivedMs = clock.epochMs();
    schedule(askedMs);
  }

  private void fails(String why) {
    failed++;
    double pause = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * Math.pow(2, failedInRow));
    failedInRow = Math.min(failedInRow + 1, 20);
    trouble = why;
    dueMs = clock.nowMs() + Math.max((double) limits.leastRefresh().toMillis(), pause);
    if (failedInRow >= MOST_FAILURES_AWAY) {
      location = home;
    }
  }
}
