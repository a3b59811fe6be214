package io.l7.http.wire;

/** Classes of octets, one table look-up each, for requests and responses. */
public final class Octets {
  /** May stand in a token (RFC 9110 §5.6.2). */
  public static final byte TOKEN = 1;

  /** May stand in a field line: visible, space, tab, obs-text (RFC 9110 §5.5). */
  public static final byte FIELD = 2;

  /** May stand in a request line: visible ASCII and space. */
  static final byte VISIBLE = 4;

  /**
   * May stand in a host without brackets: unreserved, percent sign and sub-delims but the comma,
   * which would make a list (RFC 3986 §3.2.2).
   */
  static final byte HOST = 8;

  private static final byte[] CLASSES = classes();

  private Octets() {}

  /** Whether an octet belongs to one of the classes. */
  public static boolean is(byte octet, byte octetClass) {
    return (CLASSES[octet & 0xff] & octetClass) != 0;
  }

  public static boolean equalsIgnoreCase(byte[] buffer, int start, int end, String lowerCase) {
    if (end - start != lowerCase.length()) {
      return false;
    }
    for (int i = 0; i < lowerCase.length(); i++) {
      char expected = lowerCase.charAt(i);
      int actual = buffer[start + i];
      if (actual != expected
          && !(expected >= 'a' && expected <= 'z' && (actual | 0x20) == expected)) {
        return false;
      }
    }
    return true;
  }

  private static byte[] classes() {
    byte[] classes = new byte[256];
    for (int c = 0; c < 256; c++) {
      int is = 0;
      boolean letterOrDigit =
          (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (letterOrDigit || "!#$%&'*+-.^_`|~".indexOf(c) >= 0) {
        is |= TOKEN;
      }
      if (c == '\t' || (c >= ' ' && c != 0x7f)) {
        is |= FIELD;
      }
      if (c >= ' ' && c < 0x7f) {
        is |= VISIBLE;
      }
      if (letterOrDigit || "-._~%!$&'()*+;=".indexOf(c) >= 0) {
        is |= HOST;
      }
      classes[c] = (byte) is;
    }
    return classes;
  }
}
