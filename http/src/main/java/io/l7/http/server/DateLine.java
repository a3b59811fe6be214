package io.l7.http.server;

import io.l7.http.message.HttpDate;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The Date field line (RFC 9110 §6.6.1), formatted once a second for all connections of a server.
 */
public final class DateLine {
  private record Stamp(long second, String value, byte[] line) {}

  private final InstantSource clock;
  private volatile Stamp stamp = new Stamp(Long.MIN_VALUE, "", new byte[0]);

  public DateLine(InstantSource clock) {
    this.clock = clock;
  }

  /** {@code Date: ...CRLF}. Not to be changed. */
  byte[] bytes() {
    return current().line;
  }

  /** The value alone. */
  public String value() {
    return current().value;
  }

  private Stamp current() {
    long second = Math.floorDiv(clock.millis(), 1000L);
    Stamp current = stamp;
    if (current.second != second) {
      String value = HttpDate.format(Instant.ofEpochSecond(second));
      String line = "Date: " + value + "\r\n";
      current = new Stamp(second, value, line.getBytes(StandardCharsets.US_ASCII));
      stamp = current;
    }
    return current;
  }
}
