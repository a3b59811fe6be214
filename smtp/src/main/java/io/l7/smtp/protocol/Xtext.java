package io.l7.smtp.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The xtext encoding of DSN and AUTH parameters (RFC 3461 §4): {@code +} and two upper-case
 * hexadecimal digits.
 */
public final class Xtext {
  private Xtext() {}

  /**
   * The encoded form; every octet of the UTF-8 outside {@code !} to {@code ~}, and {@code +} and
   * {@code =}, is escaped.
   */
  public static String encode(String text) {
    var out = new StringBuilder(text.length());
    for (var b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b > 32 && b < 127 && b != '+' && b != '=') {
        out.append((char) b);
      } else {
        out.append('+').append(String.format("%02X", b & 0xFF));
      }
    }
    return out.toString();
  }

  /** The decoded text; empty when the text is not xtext or hides anything but printable ASCII. */
  public static Optional<String> decode(String text) {
    var out = new StringBuilder(text.length());
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c == '+') {
        if (i + 2 >= text.length()) {
          return Optional.empty();
        }
        var high = Character.digit(text.charAt(i + 1), 16);
        var low = Character.digit(text.charAt(i + 2), 16);
        if (high < 0 || low < 0) {
          return Optional.empty();
        }
        c = (char) (high * 16 + low);
        i += 2;
      } else if (c == '=') {
        return Optional.empty();
      }
      if (c < 32 || c > 126) {
        return Optional.empty();
      }
      out.append(c);
    }
    return Optional.of(out.toString());
  }
}
