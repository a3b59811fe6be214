package io.l7.dash.play;

import io.l7.dash.mpd.DateTime;
import io.l7.dash.mpd.Mpd.UtcTiming;
import io.l7.dash.mpd.MpdException;
import io.l7.dash.mpd.UrlPolicy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How far the server's clock is ahead of ours, by what the manifest's UTCTiming says (ISO/IEC
 * 23009-1 §5.8.4.11). The first that answers counts.
 */
final class ClockSync {
  private static final String PREFIX = "urn:mpeg:dash:utc:";
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final int MOST_URLS = 4;

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
   */
  record Reading(double aheadMs, String source) {}

  /**
   * Asks one after the other.
   *
   * @param receivedMs when the manifest came, epoch, by our clock
   * @return none where no clock is named, or none answers
   */
  Optional<Reading> read(List<UtcTiming> clocks, URI manifest, double receivedMs)
      throws InterruptedException {
    for (var timing : clocks) {
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
            case "http-head", "http-iso", "http-xsdate" -> ask(way, timing.value(), manifest);
            default -> Optional.empty();
          };
      if (ahead.isPresent()) {
        return Optional.of(new Reading(ahead.get(), way));
      }
    }
    return Optional.empty();
  }

  private Optional<Double> ask(String way, String value, URI manifest) throws InterruptedException {
    String[] references = value.strip().split("\\s+", MOST_URLS + 1);
    for (int i = 0; i < Math.min(references.length, MOST_URLS); i++) {
      URI uri;
      try {
        uri = urls.resolve(manifest, references[i], 0);
      } catch (MpdException e) {
        continue;
      }
      double asked = clock.epochMs();
      Optional<Double> told = way.equals("http-head") ? date(uri) : text(uri);
      if (told.isPresent()) {
        double middle = (asked + clock.epochMs()) / 2;
        return Optional.of(told.get() - middle);
      }
    }
    return Optional.empty();
  }

  private Optional<Double> date(URI uri) throws InterruptedException {
    return fetcher.date(uri, PATIENCE).map(date -> date.toEpochMilli() + HALF_SECOND_MS);
  }

  private Optional<Double> text(URI uri) throws InterruptedException {
    return fetcher.fetch(fetcher.asking(uri), PATIENCE) instanceof Fetcher.Outcome.Done done
            && done.content().length <= 100
        ? DateTime.parse(new String(done.content(), StandardCharsets.UTF_8))
            .map(Instant::toEpochMilli)
            .map(Long::doubleValue)
        : Optional.empty();
  }
}
