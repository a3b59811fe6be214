package io.l7.dns.message;

import java.io.ByteArrayOutputStream;

/** Names in presentation form (RFC 1035 §5.1), to and from their uncompressed wire form. */
final class NameText {
  private NameText() {}

  /** The wire form of a text that is not the root. */
  static byte[] wire(String text) {
    return text.indexOf('\\') < 0 ? plain(text) : escaped(text);
  }

  /** One pass over text without escapes, as nearly all names are. */
  private static byte[] plain(String text) {
    int end = text.length() - (text.charAt(text.length() - 1) == '.' ? 1 : 0);
    if (end + 2 > Name.MAX_OCTETS) {
      throw new IllegalArgumentException("name longer than 255 octets");
    }
    var wire = new byte[end + 2];
    int start = 0;
    for (int i = 0; i <= end; i++) {
      char c = i < end ? text.charAt(i) : '.';
      if (c == '.') {
        wire[start] = (byte) length(i - start, text);
        start = i + 1;
      } else {
        wire[i + 1] = (byte) octet(c, text);
      }
    }
    return wire;
  }

  private static byte[] escaped(String text) {
    var out = new ByteArrayOutputStream(text.length() + 2);
    var label = new ByteArrayOutputStream(Name.MAX_LABEL);
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i++);
      if (c == '.') {
        finishLabel(out, label, text);
      } else if (c != '\\') {
        label.write(octet(c, text));
      } else if (isNumber(text, i)) {
        label.write(octet(Integer.parseInt(text.substring(i, i + 3)), text));
        i += 3;
      } else if (i < text.length() && !isDigit(text.charAt(i))) {
        label.write(octet(text.charAt(i++), text));
      } else {
        throw new IllegalArgumentException("broken escape in name: " + text);
      }
    }
    if (label.size() > 0) {
      finishLabel(out, label, text);
    }
    out.write(0);
    return out.toByteArray();
  }

  private static boolean isNumber(String text, int at) {
    return at + 2 < text.length()
        && isDigit(text.charAt(at))
        && isDigit(text.charAt(at + 1))
        && isDigit(text.charAt(at + 2));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static void finishLabel(
      ByteArrayOutputStream out, ByteArrayOutputStream label, String text) {
    out.write(length(label.size(), text));
    out.writeBytes(label.toByteArray());
    label.reset();
  }

  private static int length(int octets, String text) {
    if (octets == 0 || octets > Name.MAX_LABEL) {
      throw new IllegalArgumentException("label of " + octets + " octets in name: " + text);
    }
    return octets;
  }

  private static int octet(int value, String text) {
    if (value > 255) {
      throw new IllegalArgumentException("character beyond one octet in name: " + text);
    }
    return value;
  }

  /** The text of a wire form, with the final dot. */
  static String of(byte[] wire) {
    if (wire.length == 1) {
      return ".";
    }
    var text = new StringBuilder(wire.length + 8);
    for (int at = 0; wire[at] != 0; at += wire[at] + 1) {
      for (int i = 1; i <= wire[at]; i++) {
        append(text, wire[at + i] & 0xff);
      }
      text.append('.');
    }
    return text.toString();
  }

  private static void append(StringBuilder text, int octet) {
    switch (octet) {
      case '.', '\\', '"', ';', '@', '$', '(', ')' -> text.append('\\').append((char) octet);
      default -> {
        if (octet <= 32 || octet >= 127) {
          text.append('\\')
              .append((char) ('0' + octet / 100))
              .append((char) ('0' + octet / 10 % 10))
              .append((char) ('0' + octet % 10));
        } else {
          text.append((char) octet);
        }
      }
    }
  }
}
