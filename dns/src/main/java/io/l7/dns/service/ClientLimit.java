package io.l7.dns.service;

import io.l7.common.net.AddressBits;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Queries a second of one client, an IPv4 address or a /64: who asks more is not answered. A fixed
 * table; equal hashes share a bucket. Safe for all threads; allocates nothing.
 */
public final class ClientLimit {
  private static final int BUCKETS = 1 << 16;

  private final int perSecond;
  private final AtomicLongArray buckets = new AtomicLongArray(BUCKETS);

  /**
   * Makes a limiter.
   *
   * @param perSecond queries of one client; 0 for no limit
   */
  public ClientLimit(int perSecond) {
    this.perSecond = perSecond;
  }

  public static ClientLimit none() {
    return new ClientLimit(0);
  }

  /**
   * Counts a query; false if it is one too many.
   *
   * @param upper of the client's address, as {@link AddressBits}
   * @param now seconds
   */
  public boolean allows(long upper, long lower, long now) {
    if (perSecond == 0) {
      return true;
    }
    long client = AddressBits.isMapped(upper, lower) ? lower : upper;
    return RateLimit.hit(buckets, RateLimit.mix(client, 0), now) <= perSecond;
  }
}
