package io.l7.smtp.address;

import io.l7.common.idna.Idna;
import java.util.Locale;

/** Domain names and address literals as they stand behind the at sign. */
public final class Domains {
  private static final int MAX_LABEL = 63;
  private static final int MAX_DOMAIN = 255;

  private Domains() {}

  /** Lower case and A-labels; a name that IDNA cannot map compares by its lower case. */
  public static String canonical(String domain) {
    try {
      return Idna.toAscii(domain);
    } catch (IllegalArgumentException e) {
      return domain.toLowerCase(Locale.ROOT);
    }
  }

  /** Whether the text is {@code [192.0.2.1]} or {@code [IPv6:2001:db8::1]} (RFC 5321 §4.1.3). */
  public static boolean isAddressLiteral(String text) {
    if (!text.startsWith("[") || !text.endsWith("]")) {
      return false;
    }
    var inside = text.substring(1, text.length() - 1);
    return inside.regionMatches(true, 0, "IPv6:", 0, 5)
        ? isIpv6(inside.substring(5))
        : isIpv4(inside);
  }

  static void check(String domain) throws AddressSyntaxException {
    if (domain.isEmpty()) {
      throw new AddressSyntaxException("domain is missing");
    }
    if (Mailbox.octets(domain) > MAX_DOMAIN) { // RFC 5321 §4.5.3.1.2
      throw new AddressSyntaxException("domain is longer than 255 octets");
    }
    if (domain.startsWith("[")) {
      if (!isAddressLiteral(domain)) {
        throw new AddressSyntaxException("malformed address literal");
      }
      return;
    }
    for (var label : Idna.labels(domain)) {
      checkLabel(label);
    }
    if (domain.chars().anyMatch(c -> c >= 0x80)) {
      try {
        var _ = Idna.toAscii(domain);
      } catch (IllegalArgumentException e) {
        throw new AddressSyntaxException("malformed internationalized domain");
      }
    }
  }

  private static void checkLabel(String label) throws AddressSyntaxException {
    // RFC 5321 §4.1.2: sub-domain = Let-dig [Ldh-str]
    if (label.isEmpty()) {
      throw new AddressSyntaxException("empty label in domain");
    }
    if (Mailbox.octets(label) > MAX_LABEL) {
      throw new AddressSyntaxException("label in domain is longer than 63 octets");
    }
    if (label.startsWith("-") || label.endsWith("-")) {
      throw new AddressSyntaxException("label in domain begins or ends with a hyphen");
    }
    for (var c : label.codePoints().toArray()) {
      if (c < 0x80 && !isLetDig(c) && c != '-' || c >= 0x80 && !PathParser.isUtf8NonAscii(c)) {
        throw new AddressSyntaxException("forbidden character in domain");
      }
    }
    if (!Idna.isSound(label)) {
      throw new AddressSyntaxException("malformed A-label in domain");
    }
  }

  private static boolean isLetDig(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }

  private static boolean isIpv4(String s) {
    var parts = s.split("\\.", -1);
    if (parts.length != 4) {
      return false;
    }
    for (var p : parts) {
      if (p.isEmpty() || p.length() > 3 || !p.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return false;
      }
      if (Integer.parseInt(p) > 255) {
        return false;
      }
    }
    return true;
  }

  private static boolean isIpv6(String s) {
    // RFC 4291 §2.2: eight groups, one run of zero groups may be "::", the last two may be an IPv4
    // address.
    var halves = s.split("::", -1);
    if (halves.length > 2) {
      return false;
    }
    var groups = 0;
    for (var i = 0; i < halves.length; i++) {
      if (halves[i].isEmpty()) {
        if (halves.length == 1) {
          return false;
        }
        continue;
      }
      var parts = halves[i].split(":", -1);
      for (var j = 0; j < parts.length; j++) {
        var last = i == halves.length - 1 && j == parts.length - 1;
        if (last && parts[j].indexOf('.') >= 0) {
          if (!isIpv4(parts[j])) {
            return false;
          }
          groups += 2;
        } else if (parts[j].matches("[0-9A-Fa-f]{1,4}")) {
          groups++;
        } else {
          return false;
        }
      }
    }
    return halves.length == 2 ? groups <= 7 : groups == 8;
  }
}
