package io.l7.dns.cache;

/**
 * A response in the cache.
 *
 * @param storedAt seconds of the engine's clock
 * @param expiresAt seconds of the engine's clock
 */
public record CachedResponse(Response response, long storedAt, long expiresAt) {
  /** Whether its time is not over, nor of a clock that was set back since. */
  public boolean isFresh(long now) {
    return now < expiresAt && !CacheLimits.wasSetBack(storedAt, now);
  }

  /** The response with every TTL counted down by its age. */
  public Response at(long now) {
    long age = Math.max(0, now - storedAt);
    return age == 0 ? response : response.map(set -> set.withTtl(Math.max(0, set.ttl() - age)));
  }

  /** The response with every TTL set to {@code ttl} seconds, for serving it after its end. */
  public Response stale(long ttl) {
    return response.map(set -> set.withTtl(ttl));
  }

  /** Whether nine tenths of its life are over, so that it is worth fetching again. */
  public boolean isNearItsEnd(long now) {
    return (expiresAt - now) * 10 <= expiresAt - storedAt;
  }
}
