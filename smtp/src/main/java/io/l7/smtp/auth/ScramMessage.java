package io.l7.smtp.auth;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The comma-separated {@code letter=value} attributes of SCRAM messages (RFC 5802 §5.1 and §7). */
final class ScramMessage {
  private ScramMessage() {}

  /** The attributes; empty when the text is not of this form or repeats a letter. */
  static Optional<Map<Character, String>> attributes(String text) {
    var out = new HashMap<Character, String>();
    for (var part : text.split(",", -1)) {
      if (part.length() < 2 || part.charAt(1) != '=' || !Character.isLetter(part.charAt(0))) {
        return Optional.empty();
      }
      if (out.put(part.charAt(0), part.substring(2)) != null) {
        return Optional.empty();
      }
    }
    return Optional.of(out);
  }

  /** The name that is the value of one attribute; empty when another stands there. */
  static Optional<String> attribute(char letter, String text) {
    return text.startsWith(letter + "=") ? unescape(text.substring(2)) : Optional.empty();
  }

  /** saslname: comma and equals sign are escaped (RFC 5802 §5.1). */
  static String escape(String name) {
    return name.replace("=", "=3D").replace(",", "=2C");
  }

  /** Undoes {@link #escape}; empty when another escape stands there. */
  static Optional<String> unescape(String name) {
    var plain = name.replace("=2C", "").replace("=3D", "");
    return plain.indexOf('=') >= 0
        ? Optional.empty()
        : Optional.of(name.replace("=2C", ",").replace("=3D", "="));
  }

  /** nonce: printable ASCII without comma, of a length that no one pads a bomb into. */
  static boolean isNonce(String nonce) {
    return !nonce.isEmpty()
        && nonce.length() <= 512
        && nonce.chars().allMatch(c -> c > 32 && c < 127 && c != ',');
  }
}
