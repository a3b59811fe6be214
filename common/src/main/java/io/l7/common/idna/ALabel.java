package io.l7.common.idna;

import java.util.Locale;

/** One label of a domain as it stands in the DNS (RFC 5890 §2.3.2.1). */
final class ALabel {
  private static final String PREFIX = "xn--";
  private static final int LONGEST = 63;

  private ALabel() {}

  /**
   * The label in ASCII and lower case.
   *
   * @throws IllegalArgumentException it has no such form
   */
  static String of(String label) {
    if (isAscii(label)) {
      return label.toLowerCase(Locale.ROOT);
    }
    var mapped = ULabel.mapped(label);
    if (isAscii(mapped)) { // wide letters, or ones with hidden marks between them
      return checked(mapped);
    }
    ULabel.check(mapped);
    var ascii = PREFIX + Punycode.encode(mapped);
    if (ascii.length() > LONGEST) {
      throw new IllegalArgumentException("label is too long: " + label);
    }
    return ascii;
  }

  /** Whether a label that says it is an A-label stands for anything. */
  static boolean isSound(String label) {
    return !label.regionMatches(true, 0, PREFIX, 0, PREFIX.length())
        || Punycode.decode(label.substring(PREFIX.length()))
            .filter(text -> !isAscii(text))
            .isPresent();
  }

  private static String checked(String ascii) {
    if (!ascii.matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?") || !isSound(ascii)) {
      throw new IllegalArgumentException("no label: " + ascii);
    }
    return ascii;
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }
}
