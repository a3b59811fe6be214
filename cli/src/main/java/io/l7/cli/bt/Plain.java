package io.l7.cli.bt;

/** Texts of strangers, as a terminal may see them. */
final class Plain {
  private Plain() {}

  /** The text without what could drive the terminal or turn its direction. */
  static String text(Object value) {
    return value
        .toString()
        .replaceAll("[\\p{Cc}\\u061C\\u200E\\u200F\\u2028-\\u202E\\u2066-\\u2069]", "?");
  }
}
