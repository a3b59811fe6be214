package io.l7.smtp.message;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The date-time of header fields (RFC 5322 §3.3), in UTC. */
public final class InternetDate {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private InternetDate() {}

  /** {@code Sat, 21 Nov 2026 12:00:00 +0000}. */
  public static String format(Instant time) {
    return FORMAT.format(time);
  }
}
