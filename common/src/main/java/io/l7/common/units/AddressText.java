package io.l7.common.units;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * The one text form of an address: dotted decimals, or RFC 5952 for IPv6. The JDK's own form writes
 * every zero of an IPv6 address, which nobody types and no other program logs.
 */
public final class AddressText {
  private static final int GROUPS = 8;

  private AddressText() {}

  /** The address, never a name; a scope is left out, as it means nothing elsewhere. */
  public static String of(InetAddress address) {
    return address instanceof Inet6Address ? ipv6(address.getAddress()) : address.getHostAddress();
  }

  /** The same with its port, an IPv6 address in brackets; the name where there is no address. */
  public static String of(InetSocketAddress address) {
    var literal = address.getAddress();
    var host = literal == null ? address.getHostString() : of(literal);
    return (host.indexOf(':') >= 0 ? "[" + host + "]:" : host + ":") + address.getPort();
  }

  /** The text of these 16 octets. */
  public static String ipv6(byte[] octets) {
    int from = -1;
    int most = 1; // RFC 5952 §4.2.2: a single group is not shortened
    for (int start = 0; start < GROUPS; start++) {
      int end = start;
      while (end < GROUPS && group(octets, end) == 0) {
        end++;
      }
      if (end - start > most) {
        most = end - start;
        from = start;
      }
    }
    var text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == from) {
        text.append("::");
        i += most - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(group(octets, i)));
    }
    return text.toString();
  }

  private static int group(byte[] octets, int index) {
    return (octets[2 * index] & 0xff) << 8 | (octets[2 * index + 1] & 0xff);
  }
}
