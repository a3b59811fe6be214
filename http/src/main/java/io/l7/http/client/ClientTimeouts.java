package io.l7.http.client;

import java.time.Duration;

/**
 * How long each phase of a request may take; they are looked at ten times a second.
 *
 * @param connect over all addresses of a name. 10 s
 * @param tls the handshake. 10 s
 * @param firstByte from the end of the request to the end of the response's header. 60 s, as nginx
 *     waits for an upstream
 * @param bodyIdle between two reads of content that bring something, and for a write to be taken.
 *     60 s
 * @param total from {@code send} to the last byte of content. 365 days: no limit worth the name
 */
public record ClientTimeouts(
    Duration connect, Duration tls, Duration firstByte, Duration bodyIdle, Duration total) {
  public static ClientTimeouts defaults() {
    return new ClientTimeouts(
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        Duration.ofSeconds(60),
        Duration.ofDays(365));
  }

  public ClientTimeouts connect(Duration limit) {
    return new ClientTimeouts(limit, tls, firstByte, bodyIdle, total);
  }

  public ClientTimeouts tls(Duration limit) {
    return new ClientTimeouts(connect, limit, firstByte, bodyIdle, total);
  }

  public ClientTimeouts firstByte(Duration limit) {
    return new ClientTimeouts(connect, tls, limit, bodyIdle, total);
  }

  public ClientTimeouts bodyIdle(Duration limit) {
    return new ClientTimeouts(connect, tls, firstByte, limit, total);
  }

  public ClientTimeouts total(Duration limit) {
    return new ClientTimeouts(connect, tls, firstByte, bodyIdle, limit);
  }
}
