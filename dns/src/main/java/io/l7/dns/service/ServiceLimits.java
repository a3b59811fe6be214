package io.l7.dns.service;

import java.time.Duration;

/**
 * Bounds of what clients may make a server do.
 *
 * @param datagramsInFlight UDP queries being worked on at once; 10,000 virtual threads of some
 *     kilobytes; more are dropped, as a full socket would
 * @param queriesPerConnection queries of one connection being worked on at once; 64: more are not
 *     read until some are answered (RFC 7766 §6.2.1.1 wants several)
 * @param idle how long a connection may be silent; 10 s (RFC 7766 §6.2.3 wants seconds)
 * @param message how long a message may take to arrive once begun, and an answer to be taken; 10 s
 * @param connectionsPerAddress connections of one address at once; 200
 * @param packets answers in the packet cache; 131,072 of about 150 octets
 */
public record ServiceLimits(
    int datagramsInFlight,
    int queriesPerConnection,
    Duration idle,
    Duration message,
    int connectionsPerAddress,
    int packets) {
  public static ServiceLimits defaults() {
    return new ServiceLimits(
        10_000, 64, Duration.ofSeconds(10), Duration.ofSeconds(10), 200, 1 << 17);
  }

  public ServiceLimits withIdle(Duration other) {
    return new ServiceLimits(
        datagramsInFlight, queriesPerConnection, other, message, connectionsPerAddress, packets);
  }

  public ServiceLimits withMessage(Duration other) {
    return new ServiceLimits(
        datagramsInFlight, queriesPerConnection, idle, other, connectionsPerAddress, packets);
  }

  public ServiceLimits withDatagramsInFlight(int other) {
    return new ServiceLimits(
        other, queriesPerConnection, idle, message, connectionsPerAddress, packets);
  }

  public ServiceLimits withConnectionsPerAddress(int other) {
    return new ServiceLimits(
        datagramsInFlight, queriesPerConnection, idle, message, other, packets);
  }
}
