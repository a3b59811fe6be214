package io.l7.bittorrent.dht;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** How near an address is, nearest first. */
enum Locality {
  THIS_MACHINE,
  THIS_NETWORK,
  ELSEWHERE;

  static Locality of(InetAddress address) {
    if (address.isLoopbackAddress()) {
      return THIS_MACHINE;
    }
    // RFC 4193: fc00::/7 is to IPv6 what the private ranges are to IPv4.
    boolean uniqueLocal =
        address instanceof Inet6Address && (address.getAddress()[0] & 0xfe) == 0xfc;
    return uniqueLocal || address.isLinkLocalAddress() || address.isSiteLocalAddress()
        ? THIS_NETWORK
        : ELSEWHERE;
  }

  /**
   * Whether somebody may name an address to us, or we to him: who is elsewhere has no business to
   * lead us to this machine or this network.
   */
  static boolean mayName(InetAddress who, InetSocketAddress named) {
    return of(named.getAddress()).compareTo(of(who)) >= 0;
  }

  /**
   * Whether datagrams may go there at all: to one host, above the ports of the system's services.
   */
  static boolean isReachable(InetSocketAddress address, int lowestPort) {
    var ip = address.getAddress();
    if (ip == null || ip.isMulticastAddress() || ip.isAnyLocalAddress()) {
      return false;
    }
    boolean broadcast = true;
    for (byte octet : ip.getAddress()) {
      broadcast &= octet == -1;
    }
    return !broadcast && address.getPort() >= lowestPort;
  }
}
