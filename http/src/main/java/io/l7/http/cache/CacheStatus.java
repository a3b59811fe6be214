package io.l7.http.cache;

import java.time.Duration;

/** Our member of the {@code Cache-Status} field (RFC 9211). */
final class CacheStatus {
  private CacheStatus() {}

  /** Answered without the upstream; {@code ttl} is negative where the response was stale. */
  static String hit(String cache, Duration timeToLive) {
    return cache + ";hit;ttl=" + timeToLive.toSeconds();
  }

  /** A stale response that stood in for a failed upstream. */
  static String standIn(String cache, Duration timeToLive, String detail) {
    return cache
        + ";fwd=stale;ttl="
        + timeToLive.toSeconds()
        + ";detail="
        + StructuredFields.quoted(detail);
  }

  /** The upstream confirmed what is stored. */
  static String validated(String cache, String reason, Duration timeToLive) {
    return cache + ";fwd=" + reason + ";fwd-status=304;ttl=" + timeToLive.toSeconds();
  }

  /** Forwarded, and the response kept. */
  static String stored(String cache, String reason, int status, Duration timeToLive) {
    return cache
        + ";fwd="
        + reason
        + ";fwd-status="
        + status
        + ";stored;ttl="
        + timeToLive.toSeconds();
  }

  /** Taken from the fetch of another request. */
  static String collapsed(String cache, String reason, int status, Duration timeToLive) {
    return cache
        + ";fwd="
        + reason
        + ";fwd-status="
        + status
        + ";collapsed;ttl="
        + timeToLive.toSeconds();
  }

  /** Forwarded, and the response not kept; why. */
  static String passed(String cache, String reason, String why) {
    return cache + ";fwd=" + reason + ";detail=" + StructuredFields.quoted(why);
  }
}
