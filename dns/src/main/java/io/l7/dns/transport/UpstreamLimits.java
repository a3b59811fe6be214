package io.l7.dns.transport;

import java.time.Duration;

/**
 * Bounds of asking name servers.
 *
 * @param udpOctets taken of a UDP answer; 4,096, more than is ever asked for
 * @param misfits UDP answers that do not fit before a question goes over TCP; 20: an off-path
 *     guesser needs thousands
 * @param keepFor how long a connection may be idle before it is closed; 5 s (RFC 7766 §6.2.3 wants
 *     seconds)
 * @param connections kept at once; 200, a file descriptor and some kilobytes each; what is over it
 *     is closed after its answer
 * @param questionsInFlight on one connection; 64, what this project's own servers take
 */
public record UpstreamLimits(
    int udpOctets, int misfits, Duration keepFor, int connections, int questionsInFlight) {
  public static UpstreamLimits defaults() {
    return new UpstreamLimits(4096, 20, Duration.ofSeconds(5), 200, 64);
  }

  public UpstreamLimits withKeepFor(Duration other) {
    return new UpstreamLimits(udpOctets, misfits, other, connections, questionsInFlight);
  }

  public UpstreamLimits withConnections(int other) {
    return new UpstreamLimits(udpOctets, misfits, keepFor, other, questionsInFlight);
  }

  public UpstreamLimits withQuestionsInFlight(int other) {
    return new UpstreamLimits(udpOctets, misfits, keepFor, connections, other);
  }
}
