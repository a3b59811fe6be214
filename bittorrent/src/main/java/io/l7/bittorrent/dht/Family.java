package io.l7.bittorrent.dht;

import io.l7.bittorrent.wire.CompactPeers;
import java.net.Inet4Address;
import java.net.InetAddress;

/** IPv4 and IPv6 are two networks of nodes, each with its own table (BEP 32). */
public enum Family {
  IPV4("n4", "nodes", CompactPeers.IPV4),
  IPV6("n6", "nodes6", CompactPeers.IPV6);

  private final String want;
  private final String nodes;
  private final int peerBytes;

  Family(String want, String nodes, int peerBytes) {
    this.want = want;
    this.nodes = nodes;
    this.peerBytes = peerBytes;
  }

  /** That of an address. */
  public static Family of(InetAddress address) {
    return address instanceof Inet4Address ? IPV4 : IPV6;
  }

  /** Its name in a list of {@code want} (BEP 32). */
  String want() {
    return want;
  }

  /** The key under which its nodes are told. */
  String nodes() {
    return nodes;
  }

  /** Bytes of an address and port. */
  int peerBytes() {
    return peerBytes;
  }

  /** Bytes of a node: its id, address and port. */
  int nodeBytes() {
    return NodeId.LENGTH + peerBytes;
  }
}
