package io.l7.dns.service;

import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Answers a second to one network, /24 or /56, against reflection (response rate limiting): what is
 * too much is dropped, and every second such answer goes out truncated, so that a real client comes
 * back over TCP. A fixed table; equal hashes share a bucket. Safe for all threads.
 */
public final class RateLimit {
  private static final int BUCKETS = 1 << 16;
  private static final int SLIP = 2;

  /** What becomes of an answer. */
  public enum Decision {
    SEND,
    /** Send it empty with TC set. */
    TRUNCATE,
    DROP
  }

  private final int perSecond;

  /** Second in the upper half, answers in that second in the lower. */
  private final AtomicLongArray buckets = new AtomicLongArray(BUCKETS);

  /**
   * Makes a limiter.
   *
   * @param perSecond answers to one network; 0 for no limit
   */
  public RateLimit(int perSecond) {
    this.perSecond = perSecond;
  }

  public static RateLimit none() {
    return new RateLimit(0);
  }

  /**
   * Counts an answer.
   *
   * @param now seconds
   */
  public Decision count(InetAddress client, long now) {
    if (perSecond == 0) {
      return Decision.SEND;
    }
    byte[] address = client.getAddress();
    int prefix = address.length == 4 ? 3 : 7;
    int hash = 1;
    for (int i = 0; i < prefix; i++) {
      hash = 31 * hash + address[i];
    }
    int bucket = (hash ^ hash >>> 15) & (BUCKETS - 1);
    long second = now << 32;
    long value =
        buckets.updateAndGet(bucket, old -> (old & ~0xffff_ffffL) == second ? old + 1 : second + 1);
    long count = value & 0xffff_ffffL;
    if (count <= perSecond) {
      return Decision.SEND;
    }
    return (count - perSecond) % SLIP == 0 ? Decision.TRUNCATE : Decision.DROP;
  }
}
