package io.l7.bittorrent.dht;

import io.l7.bittorrent.metainfo.InfoHash;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A search for the peers of a torrent. Both listeners are called from a thread of the node, and
 * must only take note.
 *
 * @param infoHash of the torrent
 * @param announce the port under which we are announced to the nearest nodes; empty for none
 * @param onPeers is told peers as they are found, some more than once
 * @param onEnd is told when it is over
 */
public record DhtSearch(
    InfoHash infoHash,
    Optional<Integer> announce,
    Consumer<List<InetSocketAddress>> onPeers,
    Consumer<End> onEnd) {
  /**
   * What became of a search.
   *
   * @param asked nodes
   * @param answered of them
   * @param rounds the longest way: 1 when all that answered were known before
   * @param peers found, the same one counted once
   * @param announced nodes that took our announce
   * @param nearest nodes that answered, nearest first, eight at most of a family
   */
  public record End(
      int asked, int answered, int rounds, int peers, int announced, List<NodeContact> nearest) {
    /** Of a search that found nobody to ask. */
    public static final End NOBODY = new End(0, 0, 0, 0, 0, List.of());

    public End {
      nearest = List.copyOf(nearest);
    }

    /** Of two nodes that searched together. */
    End plus(End other) {
      var both = new ArrayList<>(nearest);
      both.addAll(other.nearest);
      return new End(
          asked + other.asked,
          answered + other.answered,
          Math.max(rounds, other.rounds),
          peers + other.peers,
          announced + other.announced,
          both);
    }
  }
}
