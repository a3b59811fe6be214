package io.l7.common.idna;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;

/**
 * One label of a domain in people's letters: mapped and checked as UTS #46 does it for lookup, not
 * transitional, with its strict rules for ASCII, its rules for hyphens, joiners and directions.
 * What a letter is comes from the JDK's Unicode data, by category, in the place of the table of UTS
 * #46: letters, marks, digits, punctuation and symbols that the JDK knows stand for themselves.
 */
final class ULabel {
  /**
   * What the rules of 2003 turned into other letters: sharp s, final sigma (RFC 5894 §7.2); and the
   * dotless i, which no mapping ever touched. They are what they are.
   */
  private static final String UNFOLDED = "\u00DF\u03C2\u0131";

  /** Letters that are not seen, and stand in names all the same in no table. */
  private static final String FILLERS = "\u115F\u1160\u17B4\u17B5\uFFFC\uFFFD";

  /** Signs that kill an inherent vowel, and so may have a joiner behind them (RFC 5892 A.1). */
  private static final String VIRAMAS =
      "\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D3B\u0D3C\u0D4D\u0DCA\u0E3A\u0EBA\u0F84"
          + "\u1039\u103A\u1714\u1715\u1734\u17D2\u1A60\u1B44\u1BAA\u1BAB\u1BF2\u1BF3\u2D7F\uA806"
          + "\uA82C\uA8C4\uA953\uA9C0\uAAF6\uABED";

  /** Scripts whose letters hang together, so that a non-joiner between two of them is seen. */
  private static final Set<UnicodeScript> CURSIVE =
      Set.of(
          UnicodeScript.ARABIC,
          UnicodeScript.SYRIAC,
          UnicodeScript.MANDAIC,
          UnicodeScript.MONGOLIAN,
          UnicodeScript.NKO,
          UnicodeScript.PHAGS_PA,
          UnicodeScript.ADLAM);

  private static final int NON_JOINER = 0x200C;
  private static final int JOINER = 0x200D;

  private ULabel() {}

  /** In small letters and one form, what nobody sees left out. */
  static String mapped(String label) {
    var folded = new StringBuilder(label.length());
    Normalizer.normalize(label, Normalizer.Form.NFKC)
        .codePoints()
        .filter(c -> !isIgnored(c))
        .forEach(c -> folded.append(folded(c)));
    return Normalizer.normalize(folded, Normalizer.Form.NFKC);
  }

  /** Letter by letter: in a word, Java would make a final sigma of a capital one. */
  private static String folded(int c) {
    var letter = Character.toString(c);
    if (UNFOLDED.indexOf(c) >= 0) {
      return letter;
    }
    var capital = letter.toUpperCase(Locale.ROOT);
    // of Cherokee's letters the capital ones are the older, and those that others fold to
    return UnicodeScript.of(c) == UnicodeScript.CHEROKEE
        ? capital
        : capital.toLowerCase(Locale.ROOT);
  }

  private static boolean isIgnored(int c) {
    return c == 0xAD
        || c == 0x34F
        || c == 0x200B
        || c == 0x2060
        || c == 0x2064
        || c == 0xFEFF
        || c >= 0x180B && c <= 0x180D
        || c == 0x180F
        || c >= 0xFE00 && c <= 0xFE0F
        || c >= 0xE0100 && c <= 0xE01EF;
  }

  /**
   * Checks a mapped label with letters beyond ASCII (UTS #46 §4.1).
   *
   * @throws IllegalArgumentException it may not stand in a name
   */
  static void check(String label) {
    var points = label.codePoints().toArray();
    var hyphens = label.startsWith("-") || label.endsWith("-") || label.startsWith("--", 2);
    if (points.length == 0 || hyphens || isMark(points[0])) {
      throw new IllegalArgumentException("no label: " + label);
    }
    for (var i = 0; i < points.length; i++) {
      var c = points[i];
      var fine = c == NON_JOINER || c == JOINER ? mayJoin(points, i) : isLetter(c);
      if (!fine) {
        throw new IllegalArgumentException("U+%04X may not stand there".formatted(c));
      }
    }
    Directions.check(points);
  }

  private static boolean isMark(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
          true;
      default -> false;
    };
  }

  private static boolean isLetter(int c) {
    if (c < 0x80) {
      return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-';
    }
    return switch (Character.getType(c)) {
      case Character.UNASSIGNED,
          Character.CONTROL,
          Character.FORMAT,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> FILLERS.indexOf(c) < 0 && !(c >= 0x2FF0 && c <= 0x2FFF) && c != 0x3002;
    };
  }

  /** RFC 5892 A.1 and A.2, cursive scripts taken for letters that join. */
  private static boolean mayJoin(int[] points, int at) {
    var before = at > 0 ? points[at - 1] : 0;
    if (isVirama(before)) {
      return true;
    }
    var after = at + 1 < points.length ? points[at + 1] : 0;
    return points[at] == NON_JOINER && isCursive(before) && isCursive(after);
  }

  private static boolean isVirama(int c) {
    return c > 0xFFFF
        // Brahmi and its daughters beyond the first plane: their signs are named so
        ? isMark(c) && String.valueOf(Character.getName(c)).endsWith("VIRAMA")
        : c > 0 && VIRAMAS.indexOf(c) >= 0;
  }

  private static boolean isCursive(int c) {
    return c > 0 && (CURSIVE.contains(UnicodeScript.of(c)) || isMark(c));
  }
}
