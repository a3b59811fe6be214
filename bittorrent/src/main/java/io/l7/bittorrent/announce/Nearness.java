package io.l7.bittorrent.announce;

import io.l7.common.net.AddressLiteral;
import io.l7.http.message.HostPort;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;

/** How near an address is, or the host of a URL by the URL alone: no name is resolved for it. */
enum Nearness {
  THIS_MACHINE,
  THIS_NETWORK,
  ELSEWHERE;

  /** Of the host that this URL names; one that names none is taken for this machine. */
  static Nearness of(URI uri) {
    var named = HostPort.of(uri).map(HostPort::host);
    if (named.isEmpty()) {
      return THIS_MACHINE;
    }
    var host = named.get().replaceFirst("\\.$", "");
    if (host.equals("localhost") || host.endsWith(".localhost")) { // RFC 6761 §6.3
      return THIS_MACHINE;
    }
    return AddressLiteral.of(host).map(Nearness::of).orElse(ELSEWHERE);
  }

  /** Of an address. */
  static Nearness of(InetAddress address) {
    if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
      return THIS_MACHINE;
    }
    // RFC 4193: fc00::/7 is to IPv6 what the private ranges are to IPv4.
    boolean uniqueLocal =
        address instanceof Inet6Address && (address.getAddress()[0] & 0xfe) == 0xfc;
    return uniqueLocal || address.isLinkLocalAddress() || address.isSiteLocalAddress()
        ? THIS_NETWORK
        : ELSEWHERE;
  }
}
