package io.l7.smtp.protocol;

/**
 * An enhanced status code, {@code class.subject.detail} (RFC 3463 §2).
 *
 * @param kind 2, 4 or 5
 * @param subject 0 to 999
 * @param detail 0 to 999
 */
public record EnhancedStatus(int kind, int subject, int detail) {
  public EnhancedStatus {
    if (kind != 2 && kind != 4 && kind != 5
        || subject < 0
        || subject > 999
        || detail < 0
        || detail > 999) {
      throw new IllegalArgumentException("status " + kind + "." + subject + "." + detail);
    }
  }

  /** Reads {@code 5.1.1}; for texts of the program's own. */
  public static EnhancedStatus of(String text) {
    var parts = text.split("\\.", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("status " + text);
    }
    return new EnhancedStatus(
        Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
  }

  @Override
  public String toString() {
    return kind + "." + subject + "." + detail;
  }
}
