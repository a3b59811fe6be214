package io.l7.bittorrent.tracker;

import org.jspecify.annotations.Nullable;

/**
 * The peers of one torrent. A client that comes over IPv4 and over IPv6 has two addresses and is
 * one peer, counted as what it said over IPv4. Owned by its shard's lock.
 */
final class Swarm implements PeerTable.Departures {
  final PeerTable ipv4 = new PeerTable(PeerTable.IPV4_WORDS, 0);
  @Nullable PeerTable ipv6;
  private @Nullable Families families;
  int downloaded;
  int expiredAt;

  /** Addresses of both families. */
  int addresses() {
    return ipv4.size() + (ipv6 == null ? 0 : ipv6.size());
  }

  /** Clients, each once. */
  int peers() {
    return addresses() - (families == null ? 0 : families.twice());
  }

  /** Seeds, each once. */
  int complete() {
    return ipv4.seeds()
        + (ipv6 == null ? 0 : ipv6.seeds())
        - (families == null ? 0 : families.twiceSeeds());
  }

  int incomplete() {
    return peers() - complete();
  }

  /** The low bits of a peer, or -1 when it is not there. */
  int find(int words, long hi, long lo, long key48) {
    var table = table(words);
    return table == null ? -1 : table.find(hi, lo, key48);
  }

  /** Whether so many peers, or more, share the address of this one, or its /64. */
  boolean isCrowded(int words, long hi, long key48, int crowd) {
    var table = table(words);
    return table != null && table.isCrowded(hi, key48, crowd);
  }

  /** Whether a client has told that it completed, under an address of the other family. */
  boolean completed(int client) {
    return families != null && families.completed(client);
  }

  /**
   * Puts a peer or changes what is known of it.
   *
   * @param salt secret; used when the first IPv6 address comes
   */
  void put(int words, long hi, long lo, long key48, int meta, int client, long salt) {
    var table = table(words);
    if (table == null) {
      table = new PeerTable(PeerTable.IPV6_WORDS, salt);
      ipv6 = table;
      families = compare(salt);
    }
    forget(table, hi, lo, key48);
    table.put(hi, lo, key48, meta, client);
    if (families != null) {
      families.count(words, meta, client, 1);
    }
  }

  /** From the first IPv6 address on it matters who is there over IPv4. */
  private Families compare(long salt) {
    var all = new Families(salt);
    ipv4.each((_, _, last, client) -> all.count(PeerTable.IPV4_WORDS, (int) last, client, 1));
    return all;
  }

  /** Removes a peer. */
  void remove(int words, long hi, long lo, long key48) {
    var table = table(words);
    if (table != null) {
      forget(table, hi, lo, key48);
      table.remove(hi, lo, key48);
    }
  }

  private void forget(PeerTable table, long hi, long lo, long key48) {
    int meta = families == null ? -1 : table.find(hi, lo, key48);
    if (meta >= 0) {
      gone(table, meta, table.client(hi, lo, key48));
    }
  }

  /** Removes the silent. */
  void expire(int now, int ticks) {
    ipv4.expire(now, ticks, this);
    if (ipv6 != null) {
      ipv6.expire(now, ticks, this);
      if (ipv6.size() == 0) {
        ipv6 = null;
        families = null;
      }
    }
    expiredAt = now;
  }

  @Override
  public void gone(PeerTable from, int meta, int client) {
    if (families != null) {
      families.count(from.words(), meta, client, -1);
    }
  }

  private @Nullable PeerTable table(int words) {
    return words == PeerTable.IPV4_WORDS ? ipv4 : ipv6;
  }
}
