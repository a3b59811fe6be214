package io.l7.dns.message;

import java.util.Locale;
import java.util.StringJoiner;

/** The strings of TXT data, each in quotes (RFC 1035 §5.1), as BIND prints them. */
final class TextStrings {
  private TextStrings() {}

  /**
   * Prints the data.
   *
   * @throws IllegalArgumentException if it is not a row of strings
   */
  static String print(byte[] data) {
    var strings = new StringJoiner(" ");
    int at = 0;
    while (at < data.length) {
      int end = at + 1 + (data[at] & 0xff);
      if (end > data.length) {
        throw new IllegalArgumentException("a string longer than its data");
      }
      var text = new StringBuilder("\"");
      for (int i = at + 1; i < end; i++) {
        int octet = data[i] & 0xff;
        if (octet == '"' || octet == '\\') {
          text.append('\\').append((char) octet);
        } else if (octet >= ' ' && octet < 0x7f) {
          text.append((char) octet);
        } else {
          text.append(String.format(Locale.ROOT, "\\%03d", octet));
        }
      }
      strings.add(text.append('"'));
      at = end;
    }
    return strings.toString();
  }
}
