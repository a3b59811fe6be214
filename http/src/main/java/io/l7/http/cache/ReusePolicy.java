package io.l7.http.cache;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Whether a stored response may answer a request now (RFC 9111 §4). Pure: time comes in as a
 * number.
 */
final class ReusePolicy {
  /** The verdict. */
  enum Verdict {
    /** Fresh: it answers. */
    FRESH,
    /** Stale, and the client takes it so ({@code max-stale}). */
    STALE_ACCEPTED,
    /** Stale, but it answers while a fetch in the background renews it (RFC 5861 §3). */
    STALE_WHILE_REVALIDATE,
    /** Stale: the upstream is asked first. */
    STALE,
    /** Fresh, but its own directives or the client's demand that the upstream is asked first. */
    MUST_VALIDATE;

    boolean answers() {
      return this == FRESH || this == STALE_ACCEPTED || this == STALE_WHILE_REVALIDATE;
    }
  }

  private ReusePolicy() {}

  static Verdict decide(StoredResponse stored, CacheControl request, Instant now) {
    if (stored.rules().noCache()) {
      return Verdict.MUST_VALIDATE;
    }
    Freshness freshness = stored.freshness();
    Duration age = freshness.currentAge(now);
    Duration left = freshness.lifetime().minus(age);
    if (request != CacheControl.NONE && clientInsists(request, age, left)) {
      return left.isPositive() ? Verdict.MUST_VALIDATE : Verdict.STALE;
    }
    if (left.isPositive()) {
      return Verdict.FRESH;
    }
    if (stored.rules().mustRevalidate()) {
      return Verdict.STALE;
    }
    if (request.has("max-stale")) {
      // RFC 9111 §5.2.1.2: without an argument, any.
      if (request.hasBare("max-stale")
          || left.negated().toSeconds() <= request.seconds("max-stale").orElse(0)) {
        return Verdict.STALE_ACCEPTED;
      }
    }
    return left.negated().compareTo(Duration.ofSeconds(stored.rules().staleWhileRevalidate())) < 0
        ? Verdict.STALE_WHILE_REVALIDATE
        : Verdict.STALE;
  }

  // RFC 9111 §5.2.1.1, §5.2.1.3, §5.2.1.4.
  private static boolean clientInsists(CacheControl request, Duration age, Duration left) {
    if (request.has("no-cache")) {
      return true;
    }
    OptionalLong maxAge = request.seconds("max-age");
    if (maxAge.isPresent()
        && age.compareTo(Duration.ofSeconds(maxAge.getAsLong())) > 0
        && !request.has("max-stale")) {
      return true;
    }
    OptionalLong minFresh = request.seconds("min-fresh");
    return minFresh.isPresent() && left.compareTo(Duration.ofSeconds(minFresh.getAsLong())) < 0;
  }

  /** Why a stale response may stand in for an upstream. */
  enum Failure {
    /** No connection, or it broke. */
    UNREACHABLE,
    /** It answered 500, 502, 503 or 504. */
    ERROR
  }

  /**
   * Whether a stale response may be used because the upstream failed (RFC 9111 §4.2.4, RFC 5861
   * §4).
   */
  static boolean mayStandIn(
      StoredResponse stored,
      CacheControl request,
      Failure failure,
      Instant now,
      CacheLimits limits) {
    if (stored.rules().noCache() || stored.rules().mustRevalidate() || request.has("no-cache")) {
      return false;
    }
    Duration staleness = stored.freshness().timeToLive(now).negated();
    if (staleness.isNegative()) {
      return true;
    }
    long allowed =
        Math.max(stored.rules().staleIfError(), request.seconds("stale-if-error").orElse(-1));
    if (allowed >= 0) {
      return staleness.compareTo(Duration.ofSeconds(allowed)) <= 0;
    }
    return failure == Failure.UNREACHABLE
        && staleness.compareTo(limits.staleWhenUnreachable()) <= 0;
  }
}
