package io.l7.dns.service;

import io.l7.common.net.AddressBits;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Equal answers a second to one network, /24 or /56, against reflection (response rate limiting):
 * what is too much is dropped, and every second such answer goes out truncated, so that a real
 * client comes back over TCP. Answers are equal when they are for one name; failures and denials
 * are all equal, lest random names escape. A fixed table; equal hashes share a bucket. Safe for all
 * threads; allocates nothing.
 */
public final class RateLimit {
  private static final int BUCKETS = 1 << 16;
  private static final int SLIP = 2;
  private static final long PRIME = 0x9e37_79b9_7f4a_7c15L;

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
   * @param perSecond equal answers to one network; 0 for no limit
   */
  public RateLimit(int perSecond) {
    this.perSecond = perSecond;
  }

  public static RateLimit none() {
    return new RateLimit(0);
  }

  /** Whether anything is limited. */
  public boolean isOn() {
    return perSecond > 0;
  }

  /**
   * Counts an answer.
   *
   * @param upper of the client's address, as {@link AddressBits}
   * @param now seconds
   */
  public Decision count(long upper, long lower, byte[] answer, int octets, long now) {
    if (perSecond == 0) {
      return Decision.SEND;
    }
    boolean four = AddressBits.isMapped(upper, lower);
    long network = four ? lower >>> 8 : upper >>> 8;
    long count = hit(buckets, mix(network, identity(answer, octets)), now);
    if (count <= perSecond) {
      return Decision.SEND;
    }
    return (count - perSecond) % SLIP == 0 ? Decision.TRUNCATE : Decision.DROP;
  }

  /** What makes answers equal: the rcode of a failure or denial, the name of everything else. */
  private static int identity(byte[] answer, int octets) {
    int rcode = answer[3] & 0xf;
    boolean positive = rcode == 0 && octets > PlainQuery.HEADER && (answer[6] | answer[7]) != 0;
    if (!positive) {
      return rcode + 1;
    }
    int hash = 1;
    for (int i = PlainQuery.HEADER; i < octets && answer[i] != 0; i++) {
      hash = 31 * hash + io.l7.dns.message.Name.lower(answer[i]);
    }
    return hash;
  }

  static int mix(long network, int more) {
    long hash = (network ^ (long) more << 32) * PRIME;
    return (int) (hash ^ hash >>> 32);
  }

  /** Counts in the bucket of a hash; returns how often in this second. */
  static long hit(AtomicLongArray buckets, int hash, long now) {
    int bucket = hash & (buckets.length() - 1);
    long second = now << 32;
    while (true) {
      long old = buckets.get(bucket);
      long next = (old & ~0xffff_ffffL) == second ? old + 1 : second + 1;
      if (buckets.compareAndSet(bucket, old, next)) {
        return next & 0xffff_ffffL;
      }
    }
  }
}
