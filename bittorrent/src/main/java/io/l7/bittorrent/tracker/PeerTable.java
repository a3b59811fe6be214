package io.l7.bittorrent.tracker;

import io.l7.common.hash.SipHash;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The peers of one family in one swarm, packed: open addressing in a {@code long[]}, 12 bytes an
 * IPv4 peer and 28 an IPv6 peer before the table's slack. The last word of a slot is, from the top,
 * 32 bits of IPv4 address (0 for IPv6), 16 of port, a seed bit, a bit for "has completed", and 14
 * of time; for IPv6 two words of address stand before it. Beside each slot stand 32 bits that tell
 * clients apart. A peer is its address and port. Owned by one lock.
 */
final class PeerTable {
  static final int IPV4_WORDS = 1;
  static final int IPV6_WORDS = 3;

  static final int SEED = 0x8000;
  static final int COMPLETED = 0x4000;
  static final int TIME = 0x3fff;

  private static final int SMALLEST = 2;

  private final int words;
  private final long salt;
  private long[] slots;
  private int[] clients;
  private int size;
  private int seeds;
  private @Nullable AddressCensus census;

  /** Empty; {@code salt} is secret, so that nobody can choose IPv6 addresses that collide. */
  PeerTable(int words, long salt) {
    this.words = words;
    this.salt = salt;
    this.slots = new long[SMALLEST * words];
    this.clients = new int[SMALLEST];
  }

  int words() {
    return words;
  }

  int size() {
    return size;
  }

  int seeds() {
    return seeds;
  }

  int capacity() {
    return slots.length / words;
  }

  /** The low 16 bits of a peer, or -1 when it is not there. */
  int find(long hi, long lo, long key48) {
    int slot = slotOf(hi, lo, key48);
    long last = slots[slot * words + words - 1];
    return last == 0 ? -1 : (int) (last & 0xffff);
  }

  /** The client of a peer, or 0 when it is not there. */
  int client(long hi, long lo, long key48) {
    int slot = slotOf(hi, lo, key48);
    return slots[slot * words + words - 1] == 0 ? 0 : clients[slot];
  }

  /** Puts a peer or changes its low bits and its client. */
  void put(long hi, long lo, long key48, int meta, int client) {
    int slot = slotOf(hi, lo, key48);
    int at = slot * words + words - 1;
    if (slots[at] == 0) {
      // Beyond this whoever is not there would be looked for in most of the table.
      if ((size + 1) * 8L > capacity() * 7L) {
        grow();
        put(hi, lo, key48, meta, client);
        return;
      }
      size++;
      if (census != null) {
        census.add(AddressCensus.who(words, hi, key48));
      }
      if (words == IPV6_WORDS) {
        slots[at - 2] = hi;
        slots[at - 1] = lo;
      }
    } else if ((slots[at] & SEED) != 0) {
      seeds--;
    }
    slots[at] = key48 << 16 | meta;
    clients[slot] = client;
    if ((meta & SEED) != 0) {
      seeds++;
    }
  }

  /** Whether so many peers, or more, share the address of this one, or its /64. */
  boolean isCrowded(long hi, long key48, int crowd) {
    if (size < crowd) {
      return false;
    }
    return census().of(AddressCensus.who(words, hi, key48)) >= crowd;
  }

  private AddressCensus census() {
    var known = census;
    if (known == null) {
      var made = new AddressCensus(capacity(), salt);
      each((hi, _, last, _) -> made.add(AddressCensus.who(words, hi, last >>> 16)));
      census = made;
      known = made;
    }
    return known;
  }

  /** Removes a peer; whether it was there. */
  boolean remove(long hi, long lo, long key48) {
    int slot = slotOf(hi, lo, key48);
    if (slots[slot * words + words - 1] == 0) {
      return false;
    }
    removeAt(slot);
    return true;
  }

  /** Hears of peers that were silent for too long. */
  interface Departures {
    void gone(PeerTable from, int meta, int client);
  }

  /** Removes every peer whose time lies more than {@code ticks} before {@code now}. */
  void expire(int now, int ticks, Departures departures) {
    for (int slot = 0; slot < capacity(); slot++) {
      while (true) {
        long last = slots[slot * words + words - 1];
        if (last == 0 || age(last, now) <= ticks) {
          break;
        }
        int client = clients[slot];
        removeAt(slot);
        departures.gone(this, (int) (last & 0xffff), client);
      }
    }
    if (capacity() > SMALLEST && size < capacity() / 4) {
      resize(Math.max(SMALLEST, capacity() / 2));
    }
  }

  static int age(long last, int now) {
    return now - (int) (last & TIME) & TIME;
  }

  /**
   * Writes up to {@code count} peers in compact form, beginning at a slot chosen by {@code lot}.
   *
   * @param without who asks, and whether seeds are of use to it; left out
   * @return how many were written
   */
  int write(byte[] target, int offset, int count, int lot, Exclusion without, int now, int ticks) {
    int capacity = capacity();
    int at = offset;
    int written = 0;
    int slot = Integer.remainderUnsigned(lot, capacity);
    for (int seen = 0; seen < capacity && written < count; seen++) {
      int base = slot * words;
      long last = slots[base + words - 1];
      int client = clients[slot];
      slot = slot + 1 == capacity ? 0 : slot + 1;
      if (last == 0
          || ((last & SEED) != 0 && without.seeds)
          || age(last, now) > ticks
          || without.is(
              words,
              words == IPV4_WORDS ? 0 : slots[base],
              words == IPV4_WORDS ? 0 : slots[base + 1],
              last,
              client)) {
        continue;
      }
      if (words == IPV6_WORDS) {
        at = long64(target, at, slots[base]);
        at = long64(target, at, slots[base + 1]);
      } else {
        at = int32(target, at, (int) (last >>> 32));
      }
      target[at++] = (byte) (last >>> 24);
      target[at++] = (byte) (last >>> 16);
      written++;
    }
    return written;
  }

  /** Who asks, and what it has no use for. One a thread, used again and again. */
  static final class Exclusion {
    boolean seeds;
    int words;
    long hi;
    long lo;
    long key48;
    int client;

    private boolean is(int ofWords, long ofHi, long ofLo, long last, int ofClient) {
      return ofWords == words
          ? last >>> 16 == key48 && ofHi == hi && ofLo == lo
          : ofClient == client;
    }
  }

  /** Gives every slot in use to a snapshot. */
  interface Visitor {
    void peer(long hi, long lo, long last, int client);
  }

  void each(Visitor visitor) {
    for (int base = 0; base < slots.length; base += words) {
      long last = slots[base + words - 1];
      if (last != 0) {
        visitor.peer(
            words == IPV6_WORDS ? slots[base] : 0,
            words == IPV6_WORDS ? slots[base + 1] : 0,
            last,
            clients[base / words]);
      }
    }
  }

  /** The slot of a peer, or the free one where it belongs. */
  private int slotOf(long hi, long lo, long key48) {
    int capacity = capacity();
    int slot = home(hi, lo, key48, capacity);
    while (true) {
      int base = slot * words;
      long last = slots[base + words - 1];
      if (last == 0
          || last >>> 16 == key48
              && (words == IPV4_WORDS || slots[base] == hi && slots[base + 1] == lo)) {
        return slot;
      }
      slot = slot + 1 == capacity ? 0 : slot + 1;
    }
  }

  private int home(long hi, long lo, long key48, int capacity) {
    // Few have many IPv4 addresses; of IPv6 every subscriber has 2^64.
    long h =
        words == IPV6_WORDS ? SipHash.of(salt, ~salt, hi, lo, key48) : key48 * 0x9e3779b97f4a7c15L;
    // The high bits are the well mixed ones; scaled, not masked: any capacity will do.
    return (int) ((h >>> 32) * capacity >>> 32);
  }

  private void grow() {
    resize(capacity() < 16 ? capacity() * 2 : capacity() + capacity() / 2);
  }

  private void resize(int capacity) {
    var old = slots;
    var oldClients = clients;
    census = null; // of another size, when it is wanted again
    slots = new long[capacity * words];
    clients = new int[capacity];
    size = 0;
    seeds = 0;
    for (int base = 0; base < old.length; base += words) {
      long last = old[base + words - 1];
      if (last != 0) {
        boolean v6 = words == IPV6_WORDS;
        put(
            v6 ? old[base] : 0,
            v6 ? old[base + 1] : 0,
            last >>> 16,
            (int) (last & 0xffff),
            oldClients[base / words]);
      }
    }
  }

  /** Linear probing: what follows moves up, so that no search ends too early. */
  private void removeAt(int slot) {
    long leaving = slots[slot * words + words - 1];
    if ((leaving & SEED) != 0) {
      seeds--;
    }
    if (census != null) {
      census.remove(AddressCensus.who(words, slots[slot * words], leaving >>> 16));
    }
    size--;
    int capacity = capacity();
    int hole = slot;
    int next = slot;
    while (true) {
      next = next + 1 == capacity ? 0 : next + 1;
      int base = next * words;
      long last = slots[base + words - 1];
      if (last == 0) {
        break;
      }
      boolean v6 = words == IPV6_WORDS;
      int home = home(v6 ? slots[base] : 0, v6 ? slots[base + 1] : 0, last >>> 16, capacity);
      // It may move to the hole unless its home lies cyclically in (hole, next].
      boolean stays = hole <= next ? hole < home && home <= next : hole < home || home <= next;
      if (!stays) {
        System.arraycopy(slots, base, slots, hole * words, words);
        clients[hole] = clients[next];
        hole = next;
      }
    }
    Arrays.fill(slots, hole * words, (hole + 1) * words, 0);
  }

  private static int int32(byte[] target, int at, int value) {
    target[at] = (byte) (value >>> 24);
    target[at + 1] = (byte) (value >>> 16);
    target[at + 2] = (byte) (value >>> 8);
    target[at + 3] = (byte) value;
    return at + 4;
  }

  private static int long64(byte[] target, int at, long value) {
    return int32(target, int32(target, at, (int) (value >>> 32)), (int) value);
  }
}
