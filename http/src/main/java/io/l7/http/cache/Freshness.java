package io.l7.http.cache;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.HttpDate;
import io.l7.http.message.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How long a response is fresh and how old it was on arrival (RFC 9111 §4.2), with every term of
 * the sum.
 *
 * @param lifetime freshness_lifetime, from 0
 * @param source where the lifetime comes from
 * @param ageValue the {@code Age} field, 0 without one
 * @param apparentAge response_time - Date, from 0
 * @param responseDelay response_time - request_time
 * @param responseTime when the header of the response had arrived
 */
public record Freshness(
    Duration lifetime,
    Source source,
    Duration ageValue,
    Duration apparentAge,
    Duration responseDelay,
    Instant responseTime) {

  /** Where a freshness lifetime comes from, the strongest first (RFC 9111 §4.2.1). */
  public enum Source {
    S_MAXAGE("s-maxage"),
    MAX_AGE("max-age"),
    EXPIRES("Expires minus Date"),
    HEURISTIC("10 % of the time since Last-Modified"),
    NONE("nothing: no max-age, Expires or usable Last-Modified");

    private final String words;

    Source(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /**
   * The part of the time since the last modification that a response without a lifetime is taken
   * for fresh (RFC 9111 §4.2.2 names a tenth).
   */
  private static final int HEURISTIC_DIVISOR = 10;

  /** By how much a clock goes back that is only kept right. */
  private static final Duration CLOCK_CORRECTION = Duration.ofSeconds(1);

  /** Calculates from a response's fields. */
  public static Freshness of(
      Status status,
      Fields fields,
      CacheControl control,
      Instant requestTime,
      Instant responseTime,
      CacheLimits limits) {
    Instant date = date(fields, FieldNames.DATE, responseTime).orElse(responseTime);
    OptionalLong sMaxage = control.seconds("s-maxage");
    OptionalLong maxAge = control.seconds("max-age");
    Duration lifetime = Duration.ZERO;
    Source source = Source.NONE;
    if (sMaxage.isPresent()) {
      source = Source.S_MAXAGE;
      lifetime = Duration.ofSeconds(sMaxage.getAsLong());
    } else if (maxAge.isPresent()) {
      source = Source.MAX_AGE;
      lifetime = Duration.ofSeconds(maxAge.getAsLong());
    } else if (fields.contains(FieldNames.EXPIRES) && control.target().isEmpty()) {
      source = Source.EXPIRES;
      // RFC 9111 §5.3: an invalid date, and one of several, is a time in the past.
      lifetime =
          fields.count(FieldNames.EXPIRES) > 1
              ? Duration.ZERO
              : date(fields, FieldNames.EXPIRES, responseTime)
                  .map(e -> positive(Duration.between(date, e)))
                  .orElse(Duration.ZERO);
    } else if (heuristicallyCacheable(status, control) && !fields.contains(FieldNames.SET_COOKIE)) {
      Optional<Instant> modified = date(fields, FieldNames.LAST_MODIFIED, responseTime);
      if (modified.isPresent() && modified.get().isBefore(date)) {
        source = Source.HEURISTIC;
        Duration tenth = Duration.between(modified.get(), date).dividedBy(HEURISTIC_DIVISOR);
        lifetime =
            tenth.compareTo(limits.heuristicLifetime()) < 0 ? tenth : limits.heuristicLifetime();
      }
    }
    return new Freshness(
        lifetime,
        source,
        Duration.ofSeconds(age(fields)),
        Duration.ofSeconds(positive(Duration.between(date, responseTime)).toSeconds()),
        positive(Duration.between(requestTime, responseTime)),
        responseTime);
  }

  // RFC 9111 §5.1: of a list or several lines the first counts, what is no number is ignored.
  private static long age(Fields fields) {
    List<String> members = fields.list(FieldNames.AGE);
    return members.isEmpty() ? 0 : CacheControl.deltaSeconds(members.getFirst()).orElse(0);
  }

  /**
   * A date field. RFC 9111 §4.2: a cache reads the names of days, months and zone without regard to
   * case.
   */
  static Optional<Instant> date(Fields fields, String name, Instant now) {
    Optional<String> text = fields.first(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<Instant> exact = HttpDate.parse(text.get(), now);
    return exact.isPresent() ? exact : HttpDate.parse(canonicalCase(text.get()), now);
  }

  private static String canonicalCase(String date) {
    var out = new StringBuilder(date.toLowerCase(Locale.ROOT));
    for (int i = 0; i < out.length(); i++) {
      if (Character.isLetter(out.charAt(i)) && (i == 0 || !Character.isLetter(out.charAt(i - 1)))) {
        out.setCharAt(i, Character.toUpperCase(out.charAt(i)));
      }
    }
    String text = out.toString();
    return text.endsWith(" Gmt") ? text.substring(0, text.length() - 3) + "GMT" : text;
  }

  /**
   * RFC 9110 §15.1: the statuses that may be kept without being told so; {@code public} makes it
   * any.
   */
  static boolean heuristicallyCacheable(Status status, CacheControl control) {
    return switch (status.code()) {
      case 200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501 -> true;
      default -> control.has("public");
    };
  }

  /** corrected_initial_age: how old the response was when it arrived (RFC 9111 §4.2.3). */
  public Duration initialAge() {
    Duration corrected = ageValue.plus(responseDelay);
    return apparentAge.compareTo(corrected) > 0 ? apparentAge : corrected;
  }

  /**
   * current_age at a time, from 0. Before it arrived, by a clock that was set back since, nobody
   * knows how old it is: no longer fresh.
   */
  public Duration currentAge(Instant now) {
    Duration resident = Duration.between(responseTime, now);
    if (resident.plus(CLOCK_CORRECTION).isNegative()) {
      return initialAge().compareTo(lifetime) > 0 ? initialAge() : lifetime;
    }
    return initialAge().plus(positive(resident));
  }

  public boolean isFresh(Instant now) {
    return lifetime.compareTo(currentAge(now)) > 0;
  }

  /** How much longer it is fresh; negative: how long it has been stale. */
  public Duration timeToLive(Instant now) {
    return lifetime.minus(currentAge(now));
  }

  private static Duration positive(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }
}
