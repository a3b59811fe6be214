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
 * @param transfer how long a message of a zone that is transferred may wait to be taken; 60 s: the
 *     system holds some megabytes of a connection and wakes who writes when a third of them has
 *     gone, which takes so long at 22 kB a second
 * @param connectionsPerAddress connections of one address at once; 200
 * @param packets answers in the packet cache; 131,072 of about 150 octets
 */
public record ServiceLimits(
    int datagramsInFlight,
    int queriesPerConnection,
    Duration idle,
    Duration message,
    Duration transfer,
    int connectionsPerAddress,
    int packets) {
  public static ServiceLimits defaults() {
    return new ServiceLimits(
        10_000,
        64,
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        200,
        1 << 17);
  }

  public ServiceLimits withIdle(Duration other) {
    return new ServiceLimits(
        datagramsInFlight,
        queriesPerConnection,
        other,
        message,
        transfer,
        connectionsPerAddress,
        packets);
  }

  public ServiceLimits withMessage(Duration other) {
    return new ServiceLimits(
        datagramsInFlight,
        queriesPerConnection,
        idle,
        other,
        transfer,
        connectionsPerAddress,
        packets);
  }

  public ServiceLimits withTransfer(Duration other) {
    return new ServiceLimits(
        datagramsInFlight,
        queriesPerConnection,
        idle,
        message,
        other,
        connectionsPerAddress,
        packets);
  }

  public ServiceLimits withDatagramsInFlight(int other) {
    return new ServiceLimits(
        other, queriesPerConnection, idle, message, transfer, connectionsPerAddress, packets);
  }

  public ServiceLimits withConnectionsPerAddress(int other) {
    return new ServiceLimits(
        datagramsInFlight, queriesPerConnection, idle, message, transfer, other, packets);
  }
}
