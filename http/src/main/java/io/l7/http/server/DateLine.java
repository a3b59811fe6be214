package io.l7.http.server;

import io.l7.http.message.HttpDate;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The Date field line (RFC 9110 §6.6.1), formatted once a second for all connections of a server.
 */
final class DateLine {
  private record Stamp(long second, byte[] line) {}

  private final InstantSource clock;
  private volatile Stamp stamp = new Stamp(Long.MIN_VALUE, new byte[0]);

  DateLine(InstantSource clock) {
    this.clock = clock;
  }

  /** {@code Date: ...CRLF}. Not to be changed. */
  byte[] bytes() {
    long second = Math.floorDiv(clock.millis(), 1000L);
    Stamp current = stamp;
    if (current.second != second) {
      String line = "Date: " + HttpDate.format(Instant.ofEpochSecond(second)) + "\r\n";
      current = new Stamp(second, line.getBytes(StandardCharsets.US_ASCII));
      stamp = current;
    }
    return current.line;
  }
}
