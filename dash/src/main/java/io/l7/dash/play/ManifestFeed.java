package io.l7.dash.play;

import io.l7.dash.limits.DashLimits;
import io.l7.dash.mpd.Mpd;
import io.l7.dash.mpd.MpdException;
import io.l7.dash.mpd.MpdParser;
import java.net.URI;
import java.time.Duration;

/**
 * The manifest of a live presentation, fetched again when it may have changed. A refresh that fails
 * leaves the old one. For one thread.
 */
final class ManifestFeed {
  private static final double FIRST_RETRY_MS = 1_000;
  private static final double LONGEST_RETRY_MS = 30_000;
  private static final double LEAST_PATIENCE_MS = 1_000;
  private static final double MOST_PATIENCE_MS = 10_000;

  private final Fetcher fetcher;
  private final PlayClock clock;
  private final DashLimits limits;
  private URI location;
  private Mpd current;
  private double dueMs;
  private int refreshes;
  private int ignored;
  private int failed;
  private int failedInRow;
  private String trouble = "";

  /**
   * @param location where the manifest was found
   */
  ManifestFeed(Fetcher fetcher, PlayClock clock, DashLimits limits, URI location, Mpd first) {
    this.fetcher = fetcher;
    this.clock = clock;
    this.limits = limits;
    this.location = location;
    this.current = first;
    schedule();
  }

  Mpd current() {
    return current;
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

  private void schedule() {
    var update = current.live().map(Mpd.Live::updateSeconds);
    boolean changes = update.isPresent() && update.get().isPresent();
    double pause = changes ? update.get().getAsDouble() * 1000 : Double.POSITIVE_INFINITY;
    dueMs = clock.nowMs() + Math.max((double) limits.leastRefresh().toMillis(), pause);
    current.live().flatMap(Mpd.Live::location).ifPresent(moved -> location = moved);
  }

  /**
   * Fetches it again.
   *
   * @param bufferMs what can be played meanwhile
   * @return whether there is a new one
   */
  boolean refresh(double bufferMs) throws InterruptedException {
    var patience =
        Duration.ofMillis((long) Math.clamp(bufferMs / 2, LEAST_PATIENCE_MS, MOST_PATIENCE_MS));
    var asking = fetcher.asking(location);
    var outcome = fetcher.fetch(asking, patience);
    refreshes++;
    if (!(outcome instanceof Fetcher.Outcome.Done done)) {
      return fails(outcome instanceof Fetcher.Outcome.Failed f ? f.why() : "answer 404");
    }
    Mpd fresh;
    try {
      fresh = new MpdParser(limits).parse(done.content(), asking.at());
    } catch (MpdException e) {
      return fails(String.valueOf(e.getMessage()));
    }
    if (fresh.type() == Mpd.Type.DYNAMIC && fresh.live().isEmpty()) {
      return fails("no availabilityStartTime");
    }
    failedInRow = 0;
    if (MpdUpdate.judge(current, fresh) == MpdUpdate.BACK_IN_TIME) {
      ignored++;
      schedule();
      return false;
    }
    current = fresh;
    schedule();
    return true;
  }

  private boolean fails(String why) {
    failed++;
    double pause = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * Math.pow(2, failedInRow));
    failedInRow = Math.min(failedInRow + 1, 20);
    trouble = why;
    dueMs = clock.nowMs() + Math.max((double) limits.leastRefresh().toMillis(), pause);
    return false;
  }
}
