package io.l7.bittorrent.dht;

import io.l7.bittorrent.wire.CompactPeers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A node and where it is: BEP 5's contact information.
 *
 * @param id of the node, as it says or as others say of it
 * @param address resolved
 */
public record NodeContact(NodeId id, InetSocketAddress address) {
  InetAddress host() {
    return address.getAddress();
  }

  /** Compact node info: 26 bytes each, or 38 (BEP 32). */
  static byte[] encode(List<NodeContact> nodes, Family family) {
    var bytes = new byte[nodes.size() * family.nodeBytes()];
    int at = 0;
    for (var node : nodes) {
      System.arraycopy(node.id.bytes(), 0, bytes, at, NodeId.LENGTH);
      var peer = CompactPeers.encode(List.of(node.address), family.peerBytes());
      System.arraycopy(peer, 0, bytes, at + NodeId.LENGTH, peer.length);
      at += family.nodeBytes();
    }
    return bytes;
  }

  /** Reads at most {@code most} whole entries; a cut one at the end is dropped. */
  static List<NodeContact> decode(byte[] bytes, Family family, int most) {
    var nodes = new ArrayList<NodeContact>();
    int size = family.nodeBytes();
    for (int at = 0; at + size <= bytes.length && nodes.size() < most; at += size) {
      var peer = Arrays.copyOfRange(bytes, at + NodeId.LENGTH, at + size);
      var address = CompactPeers.decode(peer, family.peerBytes()).getFirst();
      // One of IPv4 mapped into IPv6 comes out as IPv4: it is in the wrong list.
      if (Family.of(address.getAddress()) == family) {
        nodes.add(new NodeContact(NodeId.at(bytes, at), address));
      }
    }
    return nodes;
  }
}
