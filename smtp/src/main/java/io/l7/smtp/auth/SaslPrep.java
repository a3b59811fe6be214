package io.l7.smtp.auth;

import java.text.Normalizer;

/**
 * Makes one password of those that only look alike (SASLprep, RFC 4013 §2.1 and §2.2). Nothing is
 * prohibited here: what a person cannot type is nobody's password.
 */
final class SaslPrep {
  private SaslPrep() {}

  static String of(char[] password) {
    var mapped = new StringBuilder(password.length);
    new String(password)
        .codePoints()
        .filter(c -> !isNothing(c))
        .map(SaslPrep::spaced)
        .forEach(mapped::appendCodePoint);
    return Normalizer.normalize(mapped, Normalizer.Form.NFKC);
  }

  /** RFC 3454 table C.1.2: spaces that are not ASCII's become that. */
  private static int spaced(int c) {
    return isSpace(c) ? ' ' : c;
  }

  private static boolean isSpace(int c) {
    return c == 0xA0
        || c == 0x1680
        || c >= 0x2000 && c <= 0x200B
        || c == 0x202F
        || c == 0x205F
        || c == 0x3000;
  }

  /** RFC 3454 table B.1: what nobody sees, as the mark that makes a heart a red one. */
  private static boolean isNothing(int c) {
    return c == 0xAD
        || c == 0x34F
        || c == 0x1806
        || c >= 0x180B && c <= 0x180D
        || c == 0x200C
        || c == 0x200D
        || c == 0x2060
        || c >= 0xFE00 && c <= 0xFE0F
        || c == 0xFEFF;
  }
}
