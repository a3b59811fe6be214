package io.l7.http.message;

/** Character classes of RFC 9110 §5.5 and §5.6.2. */
final class Tokens {
  private static final String SEPARATORS = "\"(),/:;<=>?@[\\]{}";

  private Tokens() {}

  static boolean isTokenChar(char c) {
    return c > ' ' && c < 0x7f && SEPARATORS.indexOf(c) < 0;
  }

  static boolean isToken(String s) {
    if (s.isEmpty()) {
      return false;
    }
    for (int i = 0; i < s.length(); i++) {
      if (!isTokenChar(s.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Field content: visible characters, space, tab and obs-text; never CR, LF, NUL or another
   * control (RFC 9110 §5.5).
   */
  static boolean isFieldValue(String s) {
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
        return false;
      }
    }
    return true;
  }

  /** For error messages: controls shown as escapes, long text cut. */
  static String printable(String s) {
    var out = new StringBuilder();
    for (int i = 0; i < Math.min(s.length(), 80); i++) {
      char c = s.charAt(i);
      if (c < ' ' || c >= 0x7f) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return s.length() > 80 ? out.append("...").toString() : out.toString();
  }
}
