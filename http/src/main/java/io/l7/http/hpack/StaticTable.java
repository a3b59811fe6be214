package io.l7.http.hpack;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The fields that every table begins with (RFC 7541 Appendix A); indices begin with 1. */
final class StaticTable {
  private static final String[] LINES = {
    ":authority", "",
    ":method", "GET",
    ":method", "POST",
    ":path", "/",
    ":path", "/index.html",
    ":scheme", "http",
    ":scheme", "https",
    ":status", "200",
    ":status", "204",
    ":status", "206",
    ":status", "304",
    ":status", "400",
    ":status", "404",
    ":status", "500",
    "accept-charset", "",
    "accept-encoding", "gzip, deflate",
    "accept-language", "",
    "accept-ranges", "",
    "accept", "",
    "access-control-allow-origin", "",
    "age", "",
    "allow", "",
    "authorization", "",
    "cache-control", "",
    "content-disposition", "",
    "content-encoding", "",
    "content-language", "",
    "content-length", "",
    "content-location", "",
    "content-range", "",
    "content-type", "",
    "cookie", "",
    "date", "",
    "etag", "",
    "expect", "",
    "expires", "",
    "from", "",
    "host", "",
    "if-match", "",
    "if-modified-since", "",
    "if-none-match", "",
    "if-range", "",
    "if-unmodified-since", "",
    "last-modified", "",
    "link", "",
    "location", "",
    "max-forwards", "",
    "proxy-authenticate", "",
    "proxy-authorization", "",
    "range", "",
    "referer", "",
    "refresh", "",
    "retry-after", "",
    "server", "",
    "set-cookie", "",
    "strict-transport-security", "",
    "transfer-encoding", "",
    "user-agent", "",
    "vary", "",
    "via", "",
    "www-authenticate", ""
  };

  static final int SIZE = LINES.length / 2;

  private static final byte[][] OCTETS = new byte[LINES.length][];

  /** The first index of each name. */
  private static final Map<String, Integer> NAMES = new HashMap<>();

  static {
    for (int i = 0; i < LINES.length; i++) {
      OCTETS[i] = LINES[i].getBytes(StandardCharsets.US_ASCII);
    }
    for (int index = SIZE; index >= 1; index--) {
      NAMES.put(LINES[2 * index - 2], index);
    }
  }

  private StaticTable() {}

  static byte[] name(int index) {
    return OCTETS[2 * index - 2];
  }

  static byte[] value(int index) {
    return OCTETS[2 * index - 1];
  }

  /** The first index of a name, 0 where it is not there. */
  static int indexOf(String name) {
    return NAMES.getOrDefault(name, 0);
  }

  /** The index of a name with this value, 0 where it is not there. */
  static int indexOf(String name, String value, int first) {
    for (int i = first; i >= 1 && i <= SIZE && LINES[2 * i - 2].equals(name); i++) {
      if (LINES[2 * i - 1].equals(value)) {
        return i;
      }
    }
    return 0;
  }
}
