package io.l7.smtp.policy;

import io.l7.common.limits.TokenBucket;
import io.l7.common.net.Cidr;
import io.l7.smtp.protocol.SmtpLimits;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** How much one address and one user may send. Thread-safe, bounded in memory. */
public final class RateLimits {
  private static final int MAX_KEYS = 10_000;

  private final SmtpLimits limits;
  private final LongSupplier nanos;
  private final Map<Object, TokenBucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, TokenBucket> eldest) {
          return size() > MAX_KEYS;
        }
      };

  /** Counts by this clock of nanoseconds. */
  public RateLimits(SmtpLimits limits, LongSupplier nanos) {
    this.limits = limits;
    this.nanos = nanos;
  }

  /** Whether this client, an IPv4 address or a /64 of IPv6, may send one mail more. */
  public boolean mail(InetAddress client) {
    var most = limits.messagesPerMinute();
    return bucket(Cidr.ofClient(client), most / 60.0, (double) most).tryTake(1);
  }

  /** Whether this user may name one recipient more. */
  public boolean recipient(String user) {
    var most = limits.recipientsPerHourPerUser();
    return bucket(user, most / 3600.0, (double) most).tryTake(1);
  }

  private synchronized TokenBucket bucket(Object key, double perSecond, double burst) {
    return buckets.computeIfAbsent(key, k -> new TokenBucket(perSecond, burst, nanos));
  }
}
