package io.l7.http.wire;

/**
 * Checks {@code host [":" port]} (RFC 9110 §7.2, RFC 3986 §3.2): one host, no user information,
 * path, list or whitespace.
 */
public final class Authority {
  private Authority() {}

  /** Whether these octets are a host with or without a port. */
  public static boolean isValid(byte[] buffer, int start, int end) {
    if (start == end) {
      return false;
    }
    int hostEnd =
        buffer[start] == '[' ? endOfLiteral(buffer, start, end) : endOfName(buffer, start, end);
    return hostEnd > start && (hostEnd == end || isPort(buffer, hostEnd, end));
  }

  private static int endOfName(byte[] buffer, int start, int end) {
    int i = start;
    while (i < end && Octets.is(buffer[i], Octets.HOST)) {
      i++;
    }
    return i;
  }

  private static int endOfLiteral(byte[] buffer, int start, int end) {
    int i = start + 1;
    while (i < end
        && (Character.digit(buffer[i], 16) >= 0 || buffer[i] == ':' || buffer[i] == '.')) {
      i++;
    }
    return i < end && i > start + 1 && buffer[i] == ']' ? i + 1 : -1;
  }

  private static boolean isPort(byte[] buffer, int colon, int end) {
    if (buffer[colon] != ':' || end - colon > 6) {
      return false;
    }
    int port = 0;
    for (int i = colon + 1; i < end; i++) {
      int digit = buffer[i] - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      port = port * 10 + digit;
    }
    return port <= 65535;
  }
}
