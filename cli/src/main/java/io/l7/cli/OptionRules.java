package io.l7.cli;

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
}
