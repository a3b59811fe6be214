package io.l7.bittorrent.dht;

/**
 * How a node of the DHT stands.
 *
 * @param nodes in its tables
 * @param lookups that came to their end
 * @param announces of ours that nodes have taken
 * @param torrents stored for others
 * @param peers stored for others
 */
public record DhtStatus(int nodes, long lookups, long announces, int torrents, int peers) {
  /** Of two nodes that stand together. */
  DhtStatus plus(DhtStatus other) {
    return new DhtStatus(
        nodes + other.nodes,
        lookups + other.lookups,
        announces + other.announces,
        torrents + other.torrents,
        peers + other.peers);
  }
}
