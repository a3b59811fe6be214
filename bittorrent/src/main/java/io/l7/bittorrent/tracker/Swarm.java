package io.l7.bittorrent.tracker;

import org.jspecify.annotations.Nullable;

/** The peers of one torrent. Owned by its shard's lock. */
final class Swarm {
  final PeerTable ipv4 = new PeerTable(PeerTable.IPV4_WORDS);
  @Nullable PeerTable ipv6;
  int downloaded;
  int expiredAt;

  PeerTable table(int words) {
    if (words == PeerTable.IPV4_WORDS) {
      return ipv4;
    }
    if (ipv6 == null) {
      ipv6 = new PeerTable(PeerTable.IPV6_WORDS);
    }
    return ipv6;
  }

  int complete() {
    return ipv4.seeds() + (ipv6 == null ? 0 : ipv6.seeds());
  }

  int incomplete() {
    return ipv4.leechers() + (ipv6 == null ? 0 : ipv6.leechers());
  }

  int size() {
    return ipv4.size() + (ipv6 == null ? 0 : ipv6.size());
  }
}
