package io.l7.bittorrent.tracker;

import io.l7.common.hash.SipHash;

/**
 * About how many peers of a table share an address, or a /64 of IPv6: counts in two rows of cells,
 * of which the lesser is told. Never too few; too many only where an address shares both its cells
 * with crowds. Owned by the lock of its table.
 */
final class AddressCensus {
  private static final int LEAST_CELLS = 1_024;

  /** Peers of a full table that share a cell, and so count as one address where it matters not. */
  private static final int PEERS_A_CELL = 8;

  private final long salt;
  private final char[] first;
  private final char[] second;

  /** Of nobody, for a table of that capacity; {@code salt} is secret, as that of the table. */
  AddressCensus(int capacity, long salt) {
    this.salt = salt;
    int cells = Integer.highestOneBit(Math.max(LEAST_CELLS, capacity / PEERS_A_CELL));
    first = new char[cells];
    second = new char[cells];
  }

  /** The one whom a peer counts for: its address of IPv4, or its /64. */
  static long who(int words, long hi, long key48) {
    return words == PeerTable.IPV6_WORDS ? hi : key48 >>> 16;
  }

  /** How many there are. */
  int of(long who) {
    long hash = hash(who);
    return Math.min(first[cell(hash)], second[cell(hash >>> 32)]);
  }

  /** One has come. */
  void add(long who) {
    long hash = hash(who);
    up(first, cell(hash));
    up(second, cell(hash >>> 32));
  }

  /** One has gone. */
  void remove(long who) {
    long hash = hash(who);
    down(first, cell(hash));
    down(second, cell(hash >>> 32));
  }

  private static void up(char[] row, int cell) {
    if (row[cell] < Character.MAX_VALUE) {
      row[cell]++;
    }
  }

  /** A cell that has run full does not know how many it holds, and stays full. */
  private static void down(char[] row, int cell) {
    if (row[cell] > 0 && row[cell] < Character.MAX_VALUE) {
      row[cell]--;
    }
  }

  private long hash(long who) {
    return SipHash.of(salt, ~salt, who, 0, 0);
  }

  private int cell(long hash) {
    return (int) hash & first.length - 1;
  }
}
