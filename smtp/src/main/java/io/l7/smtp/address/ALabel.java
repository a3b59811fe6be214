package io.l7.smtp.address;

import java.net.IDN;
import java.text.Normalizer;
import java.util.Locale;

/** One label of a domain as it stands in the DNS (RFC 5890 §2.3.2.1). */
final class ALabel {
  private static final String PREFIX = "xn--";
  private static final int LONGEST = 63;

  /**
   * What the rules of 2003 turned into other letters, or into none: sharp s, final sigma, the two
   * joiners. By those of 2008 (RFC 5894 §7.2) they stand for themselves, so that the name is
   * another one, perhaps of somebody else.
   */
  private static final String DEVIATIONS = "\u00DF\u03C2\u200C\u200D";

  private ALabel() {}

  /**
   * The label in ASCII and lower case.
   *
   * @throws IllegalArgumentException it has no such form
   */
  static String of(String label) {
    if (label.chars().allMatch(c -> c < 0x80)) {
      return label.toLowerCase(Locale.ROOT);
    }
    var plain = normal(label);
    if (plain.chars().noneMatch(ALabel::deviates)) {
      return mapped(plain);
    }
    var others = new StringBuilder();
    plain.chars().forEach(c -> others.append(deviates(c) ? 'x' : (char) c));
    mapped(others.toString()); // whether the rest may stand in a name at all
    var ascii = PREFIX + Punycode.encode(plain);
    if (ascii.length() > LONGEST) {
      throw new IllegalArgumentException("label is too long: " + label);
    }
    return ascii;
  }

  /** Whether a label that says it is an A-label stands for anything. */
  static boolean isSound(String label) {
    return !label.regionMatches(true, 0, PREFIX, 0, PREFIX.length())
        || Punycode.decode(label.substring(PREFIX.length()))
            .filter(text -> text.chars().anyMatch(c -> c >= 0x80))
            .isPresent();
  }

  /**
   * Letters younger than Unicode 3.2, of which the JDK's tables know nothing, are what they are.
   */
  private static String mapped(String label) {
    return IDN.toASCII(label, IDN.USE_STD3_ASCII_RULES | IDN.ALLOW_UNASSIGNED)
        .toLowerCase(Locale.ROOT);
  }

  /** Letter by letter: in a word, Java would make a final sigma of a capital one. */
  private static String normal(String label) {
    var lower = new StringBuilder(label.length());
    Normalizer.normalize(label, Normalizer.Form.NFKC)
        .codePoints()
        .forEach(c -> lower.appendCodePoint(Character.toLowerCase(c)));
    return Normalizer.normalize(lower, Normalizer.Form.NFKC);
  }

  private static boolean deviates(int c) {
    return DEVIATIONS.indexOf(c) >= 0;
  }
}
