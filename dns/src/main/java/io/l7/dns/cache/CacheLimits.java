package io.l7.dns.cache;

/**
 * Limits of the cache.
 *
 * @param maxSets record sets kept; 1,000,000: with the responses about 700 MB
 * @param maxResponses responses kept; 500,000
 * @param minTtl seconds; 0, because an owner's wish is law
 * @param maxTtl seconds; 86,400 (RFC 8767 §4 suggests a cap of days; one day heals mistakes)
 * @param maxNegativeTtl seconds; 3,600 (RFC 2308 §5 suggests one to three hours)
 * @param failureTtl seconds a failure is remembered; 5 (RFC 9520 §3.2: at least 1, at most 300)
 * @param staleFor seconds after its end that a response may be served when no server answers;
 *     86,400 (RFC 8767 §5: 1 to 3 days)
 * @param staleTtl seconds stated on a stale answer; 30 (RFC 8767 §4)
 */
public record CacheLimits(
    int maxSets,
    int maxResponses,
    long minTtl,
    long maxTtl,
    long maxNegativeTtl,
    long failureTtl,
    long staleFor,
    long staleTtl) {
  /** Seconds that a clock may go back unnoticed, as small corrections make it. */
  private static final long SLACK = 10;

  /** Whether something was stored in what is the future now: it would outlive its time. */
  public static boolean wasSetBack(long storedAt, long now) {
    return storedAt - now > SLACK;
  }

  public static CacheLimits defaults() {
    return new CacheLimits(1_000_000, 500_000, 0, 86_400, 3_600, 5, 86_400, 30);
  }

  public CacheLimits withTtl(long min, long max) {
    return new CacheLimits(
        maxSets, maxResponses, min, max, maxNegativeTtl, failureTtl, staleFor, staleTtl);
  }

  public CacheLimits withMaxNegativeTtl(long seconds) {
    return new CacheLimits(
        maxSets, maxResponses, minTtl, maxTtl, seconds, failureTtl, staleFor, staleTtl);
  }

  public CacheLimits withSizes(int sets, int responses) {
    return new CacheLimits(
        sets, responses, minTtl, maxTtl, maxNegativeTtl, failureTtl, staleFor, staleTtl);
  }

  public CacheLimits withStale(long seconds) {
    return new CacheLimits(
        maxSets, maxResponses, minTtl, maxTtl, maxNegativeTtl, failureTtl, seconds, staleTtl);
  }

  long bounded(long ttl) {
    return Math.clamp(ttl, minTtl, Math.max(minTtl, maxTtl));
  }
}
