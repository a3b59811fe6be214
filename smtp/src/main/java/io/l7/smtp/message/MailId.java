package io.l7.smtp.message;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * The name of one accepted mail, the receipt in each 250: milliseconds since 1970 above, a counter
 * below, so that names sort by time. Written as 13 letters and digits.
 */
public record MailId(long value) implements Comparable<MailId> {
  private static final int COUNTER_BITS = 20;

  /** The least id of this instant. */
  public static MailId at(Instant time) {
    return new MailId(time.toEpochMilli() << COUNTER_BITS);
  }

  /** Reads the written form in any case. */
  public static Optional<MailId> parse(String text) {
    if (text.length() != 13) {
      return Optional.empty();
    }
    try {
      return Optional.of(new MailId(Long.parseUnsignedLong(text.toLowerCase(Locale.ROOT), 32)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The next id. */
  public MailId next() {
    return new MailId(value + 1);
  }

  /** When the mail was accepted, to the millisecond. */
  public Instant time() {
    return Instant.ofEpochMilli(value >>> COUNTER_BITS);
  }

  @Override
  public int compareTo(MailId other) {
    return Long.compareUnsigned(value, other.value);
  }

  @Override
  public String toString() {
    var digits = Long.toUnsignedString(value, 32).toUpperCase(Locale.ROOT);
    return "0".repeat(13 - digits.length()) + digits;
  }
}
