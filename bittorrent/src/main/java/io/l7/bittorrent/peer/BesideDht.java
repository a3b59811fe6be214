package io.l7.bittorrent.peer;

import io.l7.bittorrent.dht.DhtServer;
import io.l7.bittorrent.dht.DhtSettings;
import io.l7.bittorrent.dht.Family;
import io.l7.common.net.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * Opens a peer's node of the DHT beside the peer: at its addresses, if nothing else was said. From
 * the loopback no way leads to nodes of other machines: to join through one of those it is at every
 * address.
 */
final class BesideDht {
  private BesideDht() {}

  static DhtServer open(DhtSettings settings, List<InetSocketAddress> peer, DhtServer.World world)
      throws IOException {
    if (!settings.listen().isEmpty()) {
      return DhtServer.start(settings, world);
    }
    var beside = new ArrayList<Endpoint>();
    var families = EnumSet.noneOf(Family.class);
    for (var address : peer) {
      if (families.add(Family.of(address.getAddress()))) {
        var endpoint = leaves(address, settings) ? anywhere(address) : Endpoint.of(address);
        beside.add(settings.port().map(endpoint::withPort).orElse(endpoint));
      }
    }
    try {
      return DhtServer.start(settings.listen(beside), world);
    } catch (IOException e) {
      if (settings.port().isPresent()) {
        throw e;
      }
      // The peer's number is taken among the ports of UDP: any other does.
      return DhtServer.start(
          settings.listen(beside.stream().map(endpoint -> endpoint.withPort(0)).toList()), world);
    }
  }

  private static boolean leaves(InetSocketAddress peer, DhtSettings settings) {
    return peer.getAddress().isLoopbackAddress()
        && settings.bootstrap().stream()
            .anyMatch(
                node ->
                    node.literal()
                        .map(ip -> !ip.isLoopbackAddress())
                        .orElse(!node.host().equals("localhost")));
  }

  private static Endpoint anywhere(InetSocketAddress peer) {
    return new Endpoint(
        Family.of(peer.getAddress()) == Family.IPV4 ? "0.0.0.0" : "::", peer.getPort());
  }
}
