package io.l7.dns.message;

/** The one text form of an IPv6 address (RFC 5952). */
final class AddressText {
  private static final int GROUPS = 8;

  private AddressText() {}

  static String ipv6(byte[] octets) {
    int from = -1;
    int most = 1; // §4.2.2: a single group is not shortened
    for (int start = 0; start < GROUPS; start++) {
      int end = start;
      while (end < GROUPS && Octets.u16(octets, 2 * end) == 0) {
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
      text.append(Integer.toHexString(Octets.u16(octets, 2 * i)));
    }
    return text.toString();
  }
}
