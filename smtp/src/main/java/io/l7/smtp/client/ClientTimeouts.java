package io.l7.smtp.client;

import java.time.Duration;

/** How long to wait for a server, phase by phase (RFC 5321 §4.5.3.2). */
public record ClientTimeouts(
    Duration greeting, Duration command, Duration dataBegin, Duration block, Duration end) {
  /** The standard's own values. */
  public static ClientTimeouts defaults() {
    return new ClientTimeouts(
        Duration.ofMinutes(5),
        Duration.ofMinutes(5),
        Duration.ofMinutes(2),
        Duration.ofMinutes(3),
        Duration.ofMinutes(10));
  }

  /** The same patience in every phase. */
  public static ClientTimeouts of(Duration each) {
    return new ClientTimeouts(each, each, each, each, each);
  }
}
