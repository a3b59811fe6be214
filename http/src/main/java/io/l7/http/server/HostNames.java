package io.l7.http.server;

/** One spelling of the host that a request names, for routes, cache keys and the upstream. */
public final class HostNames {
  private HostNames() {}

  /**
   * Without the port that the scheme implies anyway (RFC 9110 §4.2.3), and without the dot behind a
   * name, which says that it is a whole one and no more.
   *
   * @param authority host and perhaps port, in lower case
   */
  public static String canonical(String authority, String scheme) {
    String implied = scheme.equals("https") ? ":443" : ":80";
    String named = authority;
    if (named.endsWith(implied)) {
      named = named.substring(0, named.length() - implied.length());
    } else if (named.endsWith(":")) {
      named = named.substring(0, named.length() - 1);
    }
    int end = endOfHost(named);
    return end > 1 && named.charAt(end - 1) == '.'
        ? named.substring(0, end - 1) + named.substring(end)
        : named;
  }

  /** The host without a port; an IPv6 address in its brackets. */
  static String host(String authority) {
    return authority.substring(0, endOfHost(authority));
  }

  private static int endOfHost(String authority) {
    int colon = authority.lastIndexOf(':');
    return colon > authority.lastIndexOf(']') ? colon : authority.length();
  }
}
