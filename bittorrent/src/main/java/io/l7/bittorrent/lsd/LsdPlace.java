package io.l7.bittorrent.lsd;

import io.l7.common.net.Cidr;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where local discovery is: a group on an interface.
 *
 * @param on the interface
 * @param group its address and port
 * @param from the address that announces come from; the system's choice when empty
 * @param port where the peer takes connections there
 * @param neighbours whose announces are believed: who is on that network. Others could only be let
 *     in by a router, or name a victim
 */
record LsdPlace(
    NetworkInterface on,
    InetSocketAddress group,
    Optional<InetAddress> from,
    int port,
    List<Cidr> neighbours) {
  private static final int PORT = 6771;
  static final InetSocketAddress IPV4 =
      new InetSocketAddress(InetAddress.ofLiteral("239.192.152.143"), PORT);
  static final InetSocketAddress IPV6 =
      new InetSocketAddress(InetAddress.ofLiteral("ff15::efc0:988f"), PORT);

  /** The group in an announce's Host field. */
  String host() {
    return group.equals(IPV4) ? "239.192.152.143:6771" : "[ff15::efc0:988f]:6771";
  }

  /** Where a peer that takes connections at these addresses is to be found. */
  static List<LsdPlace> of(List<InetSocketAddress> peer, LsdSettings settings) throws IOException {
    var places = new ArrayList<LsdPlace>();
    for (var address : peer) {
      var ip = address.getAddress();
      for (var on : interfaces(ip)) {
        if (!on.isLoopback() || settings.reach() == LsdSettings.Reach.LOOPBACK_TOO) {
          add(places, on, address);
        }
      }
    }
    return places.stream().limit(settings.limits().interfaces()).toList();
  }

  private static List<NetworkInterface> interfaces(InetAddress ip) throws SocketException {
    var named =
        ip.isAnyLocalAddress()
            ? Optional.<NetworkInterface>empty()
            : Optional.ofNullable(NetworkInterface.getByInetAddress(ip));
    if (named.isPresent()) {
      return List.of(named.get());
    }
    var found = new ArrayList<NetworkInterface>();
    for (var on : NetworkInterface.networkInterfaces().toList()) {
      // All of 127.0.0.0/8 is the loopback's, whose one address it has; nor does it say that it
      // takes multicast, as it does.
      boolean fits =
          ip.isAnyLocalAddress()
              ? on.isLoopback() || on.supportsMulticast()
              : ip.isLoopbackAddress() && on.isLoopback();
      if (on.isUp() && fits) {
        found.add(on);
      }
    }
    return found;
  }

  private static void add(List<LsdPlace> places, NetworkInterface on, InetSocketAddress peer) {
    var ip = peer.getAddress();
    var from = ip.isAnyLocalAddress() ? Optional.<InetAddress>empty() : Optional.of(ip);
    for (var group : List.of(IPV4, IPV6)) {
      boolean isFour = group.equals(IPV4);
      // A listener at :: takes connections of both families.
      boolean served = ip instanceof Inet4Address ? isFour : !isFour || ip.isAnyLocalAddress();
      var neighbours = neighbours(on, isFour ? 4 : 16);
      if (served && !neighbours.isEmpty()) {
        places.add(new LsdPlace(on, group, from, peer.getPort(), neighbours));
      }
    }
  }

  private static List<Cidr> neighbours(NetworkInterface on, int octets) {
    return on.getInterfaceAddresses().stream()
        .filter(has -> has.getAddress().getAddress().length == octets)
        .map(has -> Cidr.of(has.getAddress(), has.getNetworkPrefixLength()))
        .toList();
  }
}
