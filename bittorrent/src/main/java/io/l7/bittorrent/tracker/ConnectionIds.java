package io.l7.bittorrent.tracker;

import io.l7.common.hash.SipHash;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Connection ids of BEP 15 that need no memory: 32 bits of time in seconds, and 32 bits of SipHash
 * over the client's address and that time under a secret drawn at the start. Whoever cannot receive
 * at an address cannot learn an id for it, so the tracker cannot be made to shout at strangers. An
 * id from the future, from another address, from before a restart, or older than two minutes is no
 * id.
 */
final class ConnectionIds {
  private final long key0;
  private final long key1;
  private final long origin;
  private final int lifetime;
  private final LongSupplier nanos;

  ConnectionIds(TrackerLimits limits, LongSupplier nanos, RandomGenerator secrets) {
    this.key0 = secrets.nextLong();
    this.key1 = secrets.nextLong();
    this.nanos = nanos;
    this.origin = nanos.getAsLong();
    this.lifetime = (int) limits.connectionId().toSeconds();
  }

  /** An id for an address as {@link io.l7.common.net.AddressBits} has it. */
  long issue(long upper, long lower) {
    int time = seconds();
    return (long) time << 32 | Integer.toUnsignedLong(mac(upper, lower, time));
  }

  /** Whether this address was given the id, a short while ago. */
  boolean isGood(long id, long upper, long lower) {
    int time = (int) (id >>> 32);
    int age = seconds() - time;
    boolean fresh = age >= 0 && age <= lifetime;
    // One comparison of 32 bits: its time does not tell how much was right.
    return mac(upper, lower, time) == (int) id && fresh;
  }

  private int seconds() {
    return (int) TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong() - origin);
  }

  private int mac(long upper, long lower, int time) {
    long hash = SipHash.of(key0, key1, upper, lower, time);
    return (int) (hash ^ hash >>> 32);
  }
}
