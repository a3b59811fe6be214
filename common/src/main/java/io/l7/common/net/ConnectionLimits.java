package io.l7.common.net;

import java.time.Duration;

/**
 * Bounds of a TCP server.
 *
 * @param connections at once in all; 10,000: a virtual thread and some 10 kB each
 * @param perAddress at once from one client, an IPv4 address or a /64 of IPv6; 1,000: an office
 *     behind one address does not feel it, a single machine cannot take the server
 * @param idle how long a connection may wait for its next request; 5 min, as servers of the field
 *     have it
 * @param handshake how long TLS may take; 10 s
 * @param proxyHeader how long a PROXY header may take; 5 s, as its specification advises
 * @param linger how long to listen for the peer's last octets before closing; 2 s
 * @param lingerOctets how many of them to throw away at most; 256 MiB: who uploads in haste sends
 *     on while the answer is on its way, and a close before it is there destroys it (RFC 9112 §9.6)
 */
public record ConnectionLimits(
    int connections,
    int perAddress,
    Duration idle,
    Duration handshake,
    Duration proxyHeader,
    Duration linger,
    int lingerOctets) {
  /** The limits named above. */
  public static ConnectionLimits defaults() {
    return new ConnectionLimits(
        10_000,
        1_000,
        Duration.ofMinutes(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        Duration.ofSeconds(2),
        256 << 20);
  }

  /** The same with another bound for all connections. */
  public ConnectionLimits connections(int count) {
    return new ConnectionLimits(
        count, perAddress, idle, handshake, proxyHeader, linger, lingerOctets);
  }

  /** The same with another bound for one address. */
  public ConnectionLimits perAddress(int count) {
    return new ConnectionLimits(
        connections, count, idle, handshake, proxyHeader, linger, lingerOctets);
  }

  /** The same with another idle limit. */
  public ConnectionLimits idle(Duration limit) {
    return new ConnectionLimits(
        connections, perAddress, limit, handshake, proxyHeader, linger, lingerOctets);
  }

  /** The same with another limit for the TLS handshake. */
  public ConnectionLimits handshake(Duration limit) {
    return new ConnectionLimits(
        connections, perAddress, idle, limit, proxyHeader, linger, lingerOctets);
  }
}
