package io.l7.bittorrent.dht;

import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.common.net.Cidr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The peers that others announced to this node. Bounded in torrents, in peers of a torrent, and in
 * what one address announces, of one torrent and in all; every entry ends by itself. Pure; not safe
 * for concurrent use.
 */
final class PeerStore {
  private final DhtLimits limits;

  /** The torrent announced longest ago first, and so its peers. */
  private final LinkedHashMap<InfoHash, SequencedMap<InetSocketAddress, Long>> torrents =
      new LinkedHashMap<>();

  private final Map<Cidr, Integer> byClient = new HashMap<>();
  private int peers;

  PeerStore(DhtLimits limits) {
    this.limits = limits;
  }

  /** Takes note of a peer; whether there was room for what its address announces. */
  boolean add(InfoHash infoHash, InetSocketAddress peer, long now) {
    var known = alive(infoHash, now);
    boolean again = known != null && known.containsKey(peer);
    if (!again && ofClient(peer.getAddress()) >= limits.perAddress()) {
      return false;
    }
    if (known == null) {
      if (torrents.size() >= limits.infoHashes()) {
        drop(torrents.firstEntry().getKey());
      }
      known = new LinkedHashMap<>();
    } else if (!again) {
      makeRoom(known, peer);
    }
    torrents.putLast(infoHash, known);
    if (known.putLast(peer, now) == null) {
      byClient.merge(Cidr.ofClient(peer.getAddress()), 1, Integer::sum);
      peers++;
    }
    return true;
  }

  /** Who announces many ports of one torrent pushes out his own, not everybody else's. */
  private void makeRoom(SequencedMap<InetSocketAddress, Long> known, InetSocketAddress peer) {
    var client = Cidr.ofClient(peer.getAddress());
    var same =
        Locality.of(peer.getAddress()) == Locality.ELSEWHERE
            ? known.keySet().stream().filter(one -> client.contains(one.getAddress())).toList()
            : List.<InetSocketAddress>of();
    if (same.size() >= limits.perAddressInOne()) {
      known.remove(same.getFirst());
      forgotten(same.getFirst());
    } else if (known.size() >= limits.peersPerHash()) {
      forgotten(known.pollFirstEntry().getKey());
    }
  }

  private int ofClient(InetAddress address) {
    return byClient.getOrDefault(Cidr.ofClient(address), 0);
  }

  /** At most so many peers of a torrent, by lot. */
  List<InetSocketAddress> some(InfoHash infoHash, int most, long now, RandomGenerator random) {
    var known = alive(infoHash, now);
    if (known == null || most <= 0) {
      return List.of();
    }
    var all = new ArrayList<>(known.keySet());
    int count = Math.min(most, all.size());
    for (int i = 0; i < count; i++) {
      int drawn = random.nextInt(i, all.size());
      var one = all.get(drawn);
      all.set(drawn, all.get(i));
      all.set(i, one);
    }
    return List.copyOf(all.subList(0, count));
  }

  /** Forgets what was announced too long ago. */
  void expire(long now) {
    for (var infoHash : List.copyOf(torrents.keySet())) {
      var _ = alive(infoHash, now);
    }
  }

  /** The peers of a torrent that hold; null when there is none. */
  private @Nullable SequencedMap<InetSocketAddress, Long> alive(InfoHash infoHash, long now) {
    var known = torrents.get(infoHash);
    if (known == null) {
      return null;
    }
    while (!known.isEmpty() && now - known.firstEntry().getValue() >= limits.peerLife().toNanos()) {
      forgotten(known.pollFirstEntry().getKey());
    }
    if (known.isEmpty()) {
      torrents.remove(infoHash);
      return null;
    }
    return known;
  }

  private void drop(InfoHash infoHash) {
    var gone = torrents.remove(infoHash);
    if (gone != null) {
      gone.keySet().forEach(this::forgotten);
    }
  }

  private void forgotten(InetSocketAddress peer) {
    byClient.computeIfPresent(Cidr.ofClient(peer.getAddress()), (_, n) -> n > 1 ? n - 1 : null);
    peers--;
  }

  /** Torrents known. */
  int torrents() {
    return torrents.size();
  }

  /** Peers of all of them. */
  int peers() {
    return peers;
  }
}
