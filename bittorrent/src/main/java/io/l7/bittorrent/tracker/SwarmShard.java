package io.l7.bittorrent.tracker;

import io.l7.common.hash.SipHash;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A part of the swarms, by info-hash: open addressing over the 20 bytes, one lock. All methods are
 * called with the lock held.
 */
final class SwarmShard {
  private static final int SMALLEST = 64;

  private long[] hashes = new long[2 * SMALLEST];
  private int[] tails = new int[SMALLEST];
  private @Nullable Swarm[] swarms = new Swarm[SMALLEST];
  private int size;
  private long lots;

  private int addresses;
  private int peers;
  private int seeds;

  /** Secret, so that nobody can choose info-hashes or addresses that collide. */
  private final long key0;

  private final long key1;

  SwarmShard(RandomGenerator secrets) {
    lots = secrets.nextLong() | 1;
    key0 = secrets.nextLong();
    key1 = secrets.nextLong();
  }

  /** The secret for the tables of its swarms. */
  long salt() {
    return key0 ^ Long.rotateLeft(key1, 32);
  }

  int size() {
    return size;
  }

  /** Addresses in all swarms. */
  int addresses() {
    return addresses;
  }

  /** Clients in all swarms, each once a swarm. */
  int peers() {
    return peers;
  }

  /** Those that are seeds. */
  int seeds() {
    return seeds;
  }

  /** Takes a swarm into the sums, or with -1 out of them while it is changed. */
  void count(Swarm swarm, int times) {
    addresses += times * swarm.addresses();
    peers += times * swarm.peers();
    seeds += times * swarm.complete();
  }

  /** A random number; xorshift, which is random enough to choose where a list begins. */
  int lot() {
    lots ^= lots << 13;
    lots ^= lots >>> 7;
    lots ^= lots << 17;
    return (int) (lots >>> 16);
  }

  @Nullable Swarm find(long h0, long h1, int h2) {
    return swarms[slotOf(h0, h1, h2)];
  }

  Swarm findOrMake(long h0, long h1, int h2) {
    int slot = slotOf(h0, h1, h2);
    var found = swarms[slot];
    if (found != null) {
      return found;
    }
    if ((size + 1) * 4 > swarms.length * 3) {
      resize(swarms.length * 2, 0);
      slot = slotOf(h0, h1, h2);
    }
    var made = new Swarm();
    place(slot, h0, h1, h2, made);
    size++;
    return made;
  }

  private void place(int slot, long h0, long h1, int h2, Swarm swarm) {
    hashes[2 * slot] = h0;
    hashes[2 * slot + 1] = h1;
    tails[slot] = h2;
    swarms[slot] = swarm;
  }

  /** Sees every swarm. */
  interface Visitor {
    void swarm(long h0, long h1, int h2, Swarm swarm);
  }

  void each(Visitor visitor) {
    for (int slot = 0; slot < swarms.length; slot++) {
      var swarm = swarms[slot];
      if (swarm != null) {
        visitor.swarm(hashes[2 * slot], hashes[2 * slot + 1], tails[slot], swarm);
      }
    }
  }

  /**
   * Drops peers silent for too long. Swarms without peers stay for their count of downloads, the
   * larger ones longer, while there are no more than {@code most} swarms.
   */
  void expire(int now, int ticks, int most) {
    each((_, _, _, swarm) -> expire(swarm, now, ticks));
    dropEmpty(0);
    for (int count = 1; size > most && count > 0; count = 2 * count + 1) {
      dropEmpty(count);
    }
  }

  /** Drops the silent peers of one swarm. */
  void expire(Swarm swarm, int now, int ticks) {
    count(swarm, -1);
    swarm.expire(now, ticks);
    count(swarm, 1);
  }

  /** Swarms that nobody is in and so many completed at most are forgotten. */
  private void dropEmpty(int downloaded) {
    int keep = 0;
    for (var swarm : swarms) {
      keep += swarm != null && isKept(swarm, downloaded) ? 1 : 0;
    }
    if (keep < size) {
      int capacity = SMALLEST;
      while (keep * 2 > capacity) {
        capacity *= 2;
      }
      resize(capacity, downloaded);
    }
  }

  private static boolean isKept(Swarm swarm, int downloaded) {
    return swarm.addresses() > 0 || swarm.downloaded > downloaded;
  }

  private void resize(int capacity, int downloaded) {
    var oldHashes = hashes;
    var oldTails = tails;
    var oldSwarms = swarms;
    hashes = new long[2 * capacity];
    tails = new int[capacity];
    swarms = new Swarm[capacity];
    int kept = 0;
    for (int i = 0; i < oldSwarms.length; i++) {
      var swarm = oldSwarms[i];
      if (swarm != null && isKept(swarm, downloaded)) {
        long h0 = oldHashes[2 * i];
        long h1 = oldHashes[2 * i + 1];
        place(slotOf(h0, h1, oldTails[i]), h0, h1, oldTails[i], swarm);
        kept++;
      }
    }
    size = kept;
  }

  private int slotOf(long h0, long h1, int h2) {
    int mask = swarms.length - 1;
    // An info-hash is random already, but an attacker may choose it.
    int slot = (int) SipHash.of(key0, key1, h0, h1, h2) & mask;
    while (true) {
      if (swarms[slot] == null
          || hashes[2 * slot] == h0 && hashes[2 * slot + 1] == h1 && tails[slot] == h2) {
        return slot;
      }
      slot = slot + 1 & mask;
    }
  }
}
