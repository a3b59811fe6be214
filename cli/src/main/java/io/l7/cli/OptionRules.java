package io.l7.cli;

import java.util.function.Function;

/** What holds between options: one that would come to nothing is a mistake, and is said. */
public final class OptionRules {
  private OptionRules() {}

  /**
   * {@code option} means something beside {@code other} alone.
   *
   * @throws IllegalArgumentException it is given, and the other is not
   */
  public static void isFor(String option, boolean given, String other, boolean there) {
    if (given && !there) throw new IllegalArgumentException(option + " is for " + other);
  }

  /**
   * What an option was told, read.
   *
   * @throws IllegalArgumentException what the parser says of it, with the option's name
   */
  public static <T> T parsed(String option, String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
    }
  }
}
