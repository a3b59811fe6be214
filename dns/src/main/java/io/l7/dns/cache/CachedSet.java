package io.l7.dns.cache;

import io.l7.dns.message.RRset;

/**
 * A record set in the cache.
 *
 * @param storedAt seconds of the engine's clock
 * @param expiresAt seconds of the engine's clock
 */
public record CachedSet(
    RRset set, Credibility credibility, Security security, long storedAt, long expiresAt) {
  /** The set with what is left of its TTL. */
  public RRset at(long now) {
    return set.withTtl(Math.max(0, expiresAt - now));
  }

  /** Whether its time is not over, nor of a clock that was set back since. */
  public boolean isFresh(long now) {
    return now < expiresAt && !CacheLimits.wasSetBack(storedAt, now);
  }
}
