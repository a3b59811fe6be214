package io.l7.smtp.auth;

import java.text.Normalizer;
import java.util.Optional;

/**
 * Makes one password of those that only look alike, and none of those that nobody could type again
 * (SASLprep, RFC 4013 §2). Letters younger than Unicode 3.2 are let through: RFC 8265 §4.2 allows
 * them, and they are in people's passwords.
 */
final class SaslPrep {
  private SaslPrep() {}

  /**
   * The prepared form.
   *
   * @throws IllegalArgumentException there is none; the message tells nothing of the password
   */
  static String of(char[] password) {
    var mapped = new StringBuilder(password.length);
    new String(password)
        .codePoints()
        .filter(c -> !isNothing(c))
        .map(SaslPrep::spaced)
        .forEach(mapped::appendCodePoint);
    var out = Normalizer.normalize(mapped, Normalizer.Form.NFKC);
    out.codePoints().forEach(SaslPrep::check);
    checkDirections(out);
    return out;
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

  private static void check(int c) {
    var objection = objection(c);
    if (objection.isPresent()) {
      throw new IllegalArgumentException("a password must not have " + objection.get());
    }
  }

  /** RFC 4013 §2.3, by the tables of RFC 3454. */
  private static Optional<String> objection(int c) {
    if ((c & 0xFFFE) == 0xFFFE || c >= 0xFDD0 && c <= 0xFDEF) {
      return Optional.of("code points that are no characters"); // C.4
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL -> Optional.of("control characters"); // C.2.1, C.2.2
      case Character.PRIVATE_USE -> Optional.of("characters of private use"); // C.3
      case Character.SURROGATE -> Optional.of("halves of surrogate pairs"); // C.5
      default ->
          isControl(c)
              ? Optional.of("control characters")
              : c >= 0xFFF9 && c <= 0xFFFD || c >= 0x2FF0 && c <= 0x2FFB // C.6, C.7
                  ? Optional.of("characters that stand for others")
                  : Optional.empty();
    };
  }

  /** Tables C.2.2, C.8 and C.9: what steers a display and is itself not seen. */
  private static boolean isControl(int c) {
    return c == 0x6DD
        || c == 0x70F
        || c == 0x180E
        || c == 0x200E
        || c == 0x200F
        || c >= 0x2028 && c <= 0x202E
        || c >= 0x2061 && c <= 0x2063
        || c >= 0x206A && c <= 0x206F
        || c >= 0x1D173 && c <= 0x1D17A
        || c == 0xE0001
        || c >= 0xE0020 && c <= 0xE007F;
  }

  /** RFC 3454 §6: what runs from right to left runs so from its first to its last character. */
  private static void checkDirections(String text) {
    if (text.codePoints().noneMatch(SaslPrep::isRightToLeft)) {
      return;
    }
    var mixed =
        text.codePoints()
            .anyMatch(
                c -> Character.getDirectionality(c) == Character.DIRECTIONALITY_LEFT_TO_RIGHT);
    if (mixed
        || !isRightToLeft(text.codePointAt(0))
        || !isRightToLeft(text.codePointBefore(text.length()))) {
      throw new IllegalArgumentException("a password must not run in two directions");
    }
  }

  private static boolean isRightToLeft(int c) {
    var direction = Character.getDirectionality(c);
    return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
        || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
  }
}
