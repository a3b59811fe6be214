package io.l7.dns.zone;

import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.RecordText;

/** Rdata from presentation form: the commonest types by a short way, all others by the codec's. */
final class RdataText {
  private RdataText() {}

  /** A name as a master file writes it: {@code @}, absolute, or relative to the origin. */
  static Name name(String text, Name origin) {
    if (text.equals("@")) {
      return origin;
    }
    Name name = Name.parse(text);
    return isAbsolute(text) || origin.isRoot() ? name : name.replaceEnding(Name.ROOT, origin);
  }

  private static boolean isAbsolute(String text) {
    if (!text.endsWith(".")) {
      return false;
    }
    int backslashes = 0;
    for (int i = text.length() - 2; i >= 0 && text.charAt(i) == '\\'; i--) {
      backslashes++;
    }
    return backslashes % 2 == 0;
  }

  /**
   * Reads rdata.
   *
   * @throws IllegalArgumentException if the text is not data of the type
   */
  static Rdata parse(RRType type, String text, Name origin) {
    String data = text.stripTrailing();
    if (!data.startsWith("\\#")
        && data.indexOf(' ') < 0
        && data.indexOf('\t') < 0
        && !data.isEmpty()) {
      switch (type.code()) {
        case 1 -> {
          return ipv4(data);
        }
        case 2, 5, 12, 39 -> {
          return Rdata.name(name(data, origin));
        }
        default -> {}
      }
    }
    return RecordText.parse(type, data, origin);
  }

  private static Rdata ipv4(String text) {
    var octets = new byte[4];
    int part = 0;
    int value = -1;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : '.';
      if (c == '.' && value >= 0 && part < 4) {
        octets[part++] = (byte) value;
        value = -1;
      } else if (c >= '0' && c <= '9' && value < 26 && value != 0) {
        value = Math.max(value, 0) * 10 + (c - '0');
      } else {
        throw new IllegalArgumentException("bad address " + text);
      }
      if (value > 255) {
        throw new IllegalArgumentException("bad address " + text);
      }
    }
    if (part != 4) {
      throw new IllegalArgumentException("bad address " + text);
    }
    return Rdata.of(octets);
  }
}
