package io.l7.smtp.protocol;

/**
 * Octets in a content that some other program may read as the end of the mail. A mail with any of
 * them is refused as a whole, at its true end (RFC 5321 §2.3.8 and §4.1.1.4).
 */
public enum LineDefect {
  NONE("no defect"),
  BARE_LF("line feed without carriage return"),
  BARE_CR("carriage return without line feed"),
  NUL("NUL octet");

  private final String text;

  LineDefect(String text) {
    this.text = text;
  }

  /** What is wrong, for a reply. */
  public String text() {
    return text;
  }
}
