package io.l7.cli;

/** Texts of strangers, as a terminal may see them. */
public final class Plain {
  private Plain() {}

  /** The text without what could drive the terminal or turn its direction. */
  public static String text(Object value) {
    return value
        .toString()
        .replaceAll("[\\p{Cc}\\u061C\\u200E\\u200F\\u2028-\\u202E\\u2066-\\u2069]", "?");
  }
}
