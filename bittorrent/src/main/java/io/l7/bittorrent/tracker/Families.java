package io.l7.bittorrent.tracker;

import io.l7.common.hash.SipHash;

/**
 * Which clients of one swarm are there under an IPv4 and an IPv6 address: each is one peer to the
 * counts. Open addressing by 32 bits of the peer id. Owned by the lock of the swarm.
 */
final class Families {
  private static final int SMALLEST = 8;

  /** Words of a slot: the client, its IPv4 and IPv6 addresses, seeds of the latter, completed. */
  private static final int WORDS = 5;

  private static final int IPV4 = 1;
  private static final int IPV6 = 2;
  private static final int IPV6_SEEDS = 3;
  private static final int COMPLETED = 4;

  private final long salt;
  private int[] slots = new int[SMALLEST * WORDS];
  private int used;
  private int twice;
  private int twiceSeeds;

  /** Of nobody; {@code salt} is secret, so that nobody can choose ids that collide. */
  Families(long salt) {
    this.salt = salt;
  }

  /** IPv6 addresses whose client has an IPv4 address too. */
  int twice() {
    return twice;
  }

  /** Of those, how many are seeds. */
  int twiceSeeds() {
    return twiceSeeds;
  }

  /** Whether a client has told that it completed, under either address. */
  boolean completed(int client) {
    int at = slotOf(client);
    return slots[at] == client && slots[at + COMPLETED] != 0;
  }

  /** An address with this table's words and these low bits has come ({@code 1}) or gone. */
  void count(int words, int meta, int client, int change) {
    if (client == 0) {
      return; // nobody said who it is
    }
    int at = slotOf(client);
    if (slots[at] == 0) {
      if ((used + 1) * 4 > slots.length / WORDS * 3) {
        rehash();
        at = slotOf(client);
      }
      slots[at] = client;
      used++;
    }
    forget(at);
    if (words == PeerTable.IPV4_WORDS) {
      slots[at + IPV4] += change;
    } else {
      slots[at + IPV6] += change;
      slots[at + IPV6_SEEDS] += (meta & PeerTable.SEED) != 0 ? change : 0;
    }
    if (change > 0 && (meta & PeerTable.COMPLETED) != 0) {
      slots[at + COMPLETED] = 1;
    }
    if (slots[at + IPV4] > 0) {
      twice += slots[at + IPV6];
      twiceSeeds += slots[at + IPV6_SEEDS];
    }
  }

  private void forget(int at) {
    if (slots[at + IPV4] > 0) {
      twice -= slots[at + IPV6];
      twiceSeeds -= slots[at + IPV6_SEEDS];
    }
  }

  private boolean isHere(int[] of, int at) {
    return of[at + IPV4] > 0 || of[at + IPV6] > 0;
  }

  /** Doubles the table, or cleans it where many have gone. */
  private void rehash() {
    int here = 0;
    for (int at = 0; at < slots.length; at += WORDS) {
      here += isHere(slots, at) ? 1 : 0;
    }
    var old = slots;
    int capacity = SMALLEST;
    while (capacity < 2 * (here + 1)) {
      capacity *= 2;
    }
    slots = new int[capacity * WORDS];
    used = here;
    for (int at = 0; at < old.length; at += WORDS) {
      if (isHere(old, at)) {
        System.arraycopy(old, at, slots, slotOf(old[at]), WORDS);
      }
    }
  }

  /** Where a client's words begin, or would. */
  private int slotOf(int client) {
    int mask = slots.length / WORDS - 1;
    int slot = (int) SipHash.of(salt, ~salt, client, 0, 0) & mask;
    while (slots[slot * WORDS] != 0 && slots[slot * WORDS] != client) {
      slot = slot + 1 & mask;
    }
    return slot * WORDS;
  }
}
