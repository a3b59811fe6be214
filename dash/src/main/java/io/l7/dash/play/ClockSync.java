package io.l7.dash.play;

import io.l7.dash.mpd.DateTime;
import io.l7.dash.mpd.Mpd;
import io.l7.dash.mpd.MpdException;
import io.l7.dash.mpd.UrlPolicy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far the server's clock is ahead of ours, by what the manifest's UTCTiming says (ISO/IEC
 * 23009-1 §5.8.4.11). The first that answers, and can be believed, counts; where none does, the
 * Date of the manifest.
 */
final class ClockSync {
  private static final String PREFIX = "urn:mpeg:dash:utc:";
  private static final int MOST_URLS = 4;

  /** One answer, in ms. */
  private static final double PATIENCE_MS = 3_000;

  /** An answer on its way for longer could be off by half of it: another may be quicker. */
  private static final double SLOW_MS = 300;

  private static final int TRIES = 3;

  /** The time, however it is written. */
  private static final int MOST_BYTES = 100;

  /** No clock is farther behind the one by which the manifest was published. */
  private static final double BEHIND_MS = 10_000;

  /** What Date cuts off, on the average. */
  private static final double HALF_SECOND_MS = 500;

  private final Fetcher fetcher;
  private final UrlPolicy urls;
  private final PlayClock clock;

  ClockSync(Fetcher fetcher, UrlPolicy urls, PlayClock clock) {
    this.fetcher = fetcher;
    this.urls = urls;
    this.clock = clock;
  }

  /**
   * A clock that was read.
   *
   * @param aheadMs of ours
   * @param slackMs how far off that may be, either way, because of how it is told
   */
  record Reading(double aheadMs, double slackMs) {}

  /** Asks for one time. */
  private interface Ask {
    Optional<Double> told() throws InterruptedException;
  }

  /**
   * Asks one after the other.
   *
   * @param manifest where it was found
   * @param receivedMs when it came, epoch, by our clock
   * @param patienceMs for all of them: who plays waits meanwhile
   * @return none where nobody answers
   */
  Optional<Reading> read(Mpd.Live live, URI manifest, double receivedMs, double patienceMs)
      throws InterruptedException {
    double untilMs = clock.nowMs() + patienceMs;
    for (var timing : live.clocks()) {
      // Those of 2012 mean the same.
      String scheme = timing.scheme().replaceFirst(":201[24]$", "");
      if (!scheme.startsWith(PREFIX)) {
        continue;
      }
      String way = scheme.substring(PREFIX.length());
      Optional<Double> ahead =
          switch (way) {
            case "direct" ->
                DateTime.parse(timing.value()).map(told -> told.toEpochMilli() - receivedMs);
            case "http-head", "http-iso", "http-xsdate" ->
                ask(way, timing.value(), manifest, untilMs);
            default -> Optional.empty();
          };
      if (ahead.isPresent() && isCredible(ahead.get(), live)) {
        double slackMs = way.equals("http-head") ? HALF_SECOND_MS : 0;
        return Optional.of(new Reading(ahead.get(), slackMs));
      }
    }
    return quickest(() -> date(manifest, untilMs), untilMs)
        .filter(ahead -> isCredible(ahead, live))
        .map(ahead -> new Reading(ahead, HALF_SECOND_MS));
  }

  /** A manifest cannot be read before it was published. */
  private boolean isCredible(double aheadMs, Mpd.Live live) {
    double now = clock.epochMs() + aheadMs;
    return live.published().isEmpty() || now > live.published().get().toEpochMilli() - BEHIND_MS;
  }

  private Optional<Double> ask(String way, String value, URI manifest, double untilMs)
      throws InterruptedException {
    String[] references = value.strip().split("\\s+", MOST_URLS + 1);
    for (int i = 0; i < Math.min(references.length, MOST_URLS); i++) {
      URI uri;
      try {
        uri = urls.resolve(manifest, references[i], 0);
      } catch (MpdException e) {
        continue;
      }
      var ahead =
          quickest(
              () -> way.equals("http-head") ? date(uri, untilMs) : text(uri, untilMs), untilMs);
      if (ahead.isPresent()) {
        return ahead;
      }
    }
    return Optional.empty();
  }

  /** How far ahead the answer is that was least long on its way. */
  private Optional<Double> quickest(Ask ask, double untilMs) throws InterruptedException {
    Optional<Double> best = Optional.empty();
    double bestMs = Double.POSITIVE_INFINITY;
    for (int i = 0; i < TRIES && bestMs > SLOW_MS && clock.nowMs() < untilMs; i++) {
      double asked = clock.epochMs();
      Optional<Double> told = ask.told();
      double took = clock.epochMs() - asked;
      if (told.isEmpty()) {
        return best;
      }
      if (took < bestMs) {
        best = Optional.of(told.get() - (asked + took / 2));
        bestMs = took;
      }
    }
    return best;
  }

  private Duration patience(double untilMs) {
    return Duration.ofMillis((long) Math.clamp(untilMs - clock.nowMs(), 1, PATIENCE_MS));
  }

  private Optional<Double> date(URI uri, double untilMs) throws InterruptedException {
    return fetcher.date(uri, patience(untilMs)).map(date -> date.toEpochMilli() + HALF_SECOND_MS);
  }

  private Optional<Double> text(URI uri, double untilMs) throws InterruptedException {
    var patience = patience(untilMs);
    var outcome =
        fetcher.fetch(fetcher.asking(uri), new Fetcher.Patience(patience, patience, MOST_BYTES));
    return outcome instanceof Fetcher.Outcome.Done done && done.content().length <= MOST_BYTES
        ? DateTime.parse(new String(done.content(), StandardCharsets.UTF_8))
            .map(Instant::toEpochMilli)
            .map(Long::doubleValue)
        : Optional.empty();
  }
}
