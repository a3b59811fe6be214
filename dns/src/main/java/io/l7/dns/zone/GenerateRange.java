package io.l7.dns.zone;

import java.util.Locale;

/**
 * BIND's {@code $GENERATE}: a range {@code start-stop[/step]}, and {@code $} with {@code
 * ${offset,width,base}} in texts.
 */
record GenerateRange(long start, long stop, long step) {
  static GenerateRange parse(String text, int most) {
    try {
      int dash = text.indexOf('-');
      int slash = text.indexOf('/');
      if (dash > 0) {
        long start = Long.parseLong(text.substring(0, dash));
        long stop = Long.parseLong(text.substring(dash + 1, slash < 0 ? text.length() : slash));
        long step = slash < 0 ? 1 : Long.parseLong(text.substring(slash + 1));
        if (start >= 0 && stop >= start && stop <= Integer.MAX_VALUE && step > 0) {
          if ((stop - start) / step >= most) {
            throw new IllegalArgumentException("$GENERATE of more than " + most + " records");
          }
          return new GenerateRange(start, stop, step);
        }
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("bad $GENERATE range " + text, e);
    }
    throw new IllegalArgumentException("bad $GENERATE range " + text);
  }

  /**
   * The text with {@code i} in the place of each {@code $}; {@code \$} and {@code $$} stand for
   * itself.
   */
  static String expand(String text, long i) {
    var out = new StringBuilder(text.length() + 8);
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '\\' && at < text.length()) {
        char next = text.charAt(at++);
        if (next != '$') {
          out.append(c);
        }
        out.append(next);
      } else if (c != '$') {
        out.append(c);
      } else if (at < text.length() && text.charAt(at) == '$') {
        out.append(c); // BIND's older way to write one
        at++;
      } else if (at < text.length() && text.charAt(at) == '{') {
        int end = text.indexOf('}', at);
        if (end < 0) {
          throw new IllegalArgumentException("${ without } in $GENERATE");
        }
        out.append(formatted(text.substring(at + 1, end), i));
        at = end + 1;
      } else {
        out.append(i);
      }
    }
    return out.toString();
  }

  private static String formatted(String modifiers, long i) {
    String[] parts = modifiers.split(",", -1);
    try {
      long value = i + Long.parseLong(parts[0].strip());
      int width = parts.length > 1 ? Integer.parseInt(parts[1].strip()) : 0;
      String base = parts.length > 2 ? parts[2].strip() : "d";
      if (width < 0 || width > 255 || parts.length > 3) {
        throw new IllegalArgumentException("bad modifier ${" + modifiers + "} in $GENERATE");
      }
      String digits =
          switch (base) {
            case "d" -> Long.toString(value);
            case "o" -> Long.toOctalString(value);
            case "x" -> Long.toHexString(value);
            case "X" -> Long.toHexString(value).toUpperCase(Locale.ROOT);
            case "n", "N" -> nibbles(value, width, base);
            default -> throw new IllegalArgumentException("bad base in ${" + modifiers + "}");
          };
      return base.equalsIgnoreCase("n")
          ? digits
          : "0".repeat(Math.max(0, width - digits.length())) + digits;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("bad modifier ${" + modifiers + "} in $GENERATE", e);
    }
  }

  /**
   * Hexadecimal digits, lowest first, divided by dots, as ip6.arpa names need; the width counts the
   * dots.
   */
  private static String nibbles(long value, int width, String base) {
    var out = new StringBuilder();
    long rest = value;
    do {
      if (!out.isEmpty()) {
        out.append('.');
      }
      out.append(Character.forDigit((int) (rest & 15), 16));
      rest >>>= 4;
    } while (rest != 0 || out.length() + 1 < width);
    return base.equals("N") ? out.toString().toUpperCase(Locale.ROOT) : out.toString();
  }
}
