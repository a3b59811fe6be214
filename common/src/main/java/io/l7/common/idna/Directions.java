package io.l7.common.idna;

import java.util.Arrays;

/** Which way the letters of a label run (RFC 5893 §2). */
final class Directions {
  private static final byte ARABIC_NUMBER = Character.DIRECTIONALITY_ARABIC_NUMBER;
  private static final byte NUMBER = Character.DIRECTIONALITY_EUROPEAN_NUMBER;
  private static final byte MARK = Character.DIRECTIONALITY_NONSPACING_MARK;

  private Directions() {}

  /**
   * Checks a label; one without any letter from right to left is fine.
   *
   * @throws IllegalArgumentException its letters would be seen in another order than they have
   */
  static void check(int[] label) {
    if (Arrays.stream(label).noneMatch(c -> isRightToLeft(c) || is(c, ARABIC_NUMBER))) {
      return;
    }
    var end = label.length;
    while (end > 0 && is(label[end - 1], MARK)) {
      end--;
    }
    var last = end == 0 ? 0 : label[end - 1];
    var numbers =
        Arrays.stream(label).anyMatch(c -> is(c, ARABIC_NUMBER))
            && Arrays.stream(label).anyMatch(c -> is(c, NUMBER));
    var begins = isRightToLeft(label[0]);
    var ends = isRightToLeft(last) || is(last, ARABIC_NUMBER) || is(last, NUMBER);
    if (!begins || !ends || numbers || !Arrays.stream(label).allMatch(Directions::mayStand)) {
      throw new IllegalArgumentException("letters from right to left among others");
    }
  }

  private static boolean is(int c, byte direction) {
    return Character.getDirectionality(c) == direction;
  }

  private static boolean isRightToLeft(int c) {
    return is(c, Character.DIRECTIONALITY_RIGHT_TO_LEFT)
        || is(c, Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC);
  }

  /** RFC 5893 §2, rule 2. */
  private static boolean mayStand(int c) {
    return switch (Character.getDirectionality(c)) {
      case Character.DIRECTIONALITY_RIGHT_TO_LEFT,
          Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC,
          Character.DIRECTIONALITY_ARABIC_NUMBER,
          Character.DIRECTIONALITY_EUROPEAN_NUMBER,
          Character.DIRECTIONALITY_EUROPEAN_NUMBER_SEPARATOR,
          Character.DIRECTIONALITY_EUROPEAN_NUMBER_TERMINATOR,
          Character.DIRECTIONALITY_COMMON_NUMBER_SEPARATOR,
          Character.DIRECTIONALITY_OTHER_NEUTRALS,
          Character.DIRECTIONALITY_BOUNDARY_NEUTRAL,
          Character.DIRECTIONALITY_NONSPACING_MARK ->
          true;
      default -> false;
    };
  }
}
