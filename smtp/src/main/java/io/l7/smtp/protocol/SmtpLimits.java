package io.l7.smtp.protocol;

import java.time.Duration;

/**
 * Every limit of the mail server, with its unit, its default and its reason.
 *
 * @param maxMessage octets of one message as announced by SIZE; 50 MB holds what people attach
 * @param inMemoryMessage octets of one message kept in memory and in the log; larger ones get a
 *     file of their own (1 MiB)
 * @param maxCommandLine octets of a command line with its line end; 512 is the least (RFC 5321
 *     §4.5.3.1.4), extensions add to it, 4,096 takes all of them together
 * @param maxAuthLine octets of a line within AUTH (RFC 4954 §4 asks for 12,288)
 * @param maxRecipients recipients of one mail; 100 is the least (RFC 5321 §4.5.3.1.8), 1,000 is
 *     what large lists use
 * @param maxMessagesPerConnection mails of one connection, so that one client cannot stay for ever
 * @param maxErrors bad commands before the connection is closed with 421; keeps guessers and
 *     scanners short
 * @param maxAuthFailures failed AUTH of one connection before it is closed
 * @param maxReceived Received fields before a mail counts as looping; at least 100 (RFC 5321 §6.3)
 * @param maxHeader octets of a message header; no honest one comes near 1 MiB, and parsers after us
 *     must hold it
 * @param maxQueuedMails mails in the queue; the index holds some 500 bytes for each
 * @param greetingPause how long to listen before the greeting: who talks into it is refused; none
 *     with zero. Three milliseconds catch those who never listen and are felt by nobody
 * @param commandTimeout how long to wait for a command (RFC 5321 §4.5.3.2.7: five minutes)
 * @param dataBlockTimeout how long to wait for the next octets of a content (RFC 5321 §4.5.3.2.5:
 *     three minutes)
 * @param dataGrace how long a content may be slow before its rate counts
 * @param minDataRate octets a second that a content has to make on average after that grace; stops
 *     slow drips
 * @param tlsTimeout how long a TLS handshake may take
 * @param connections connections at once in all; an idle one costs some 12 kB of heap, so that a
 *     small heap takes fewer than the 20,000: what is above is told 421
 * @param connectionsPerAddress connections at once of one client address
 * @param messagesPerMinute mails one client, an IPv4 address or a /64 of IPv6, may send a minute
 * @param recipientsPerHourPerUser recipients one authenticated user may name an hour; a stolen
 *     password is worth little
 */
public record SmtpLimits(
    long maxMessage,
    int inMemoryMessage,
    int maxCommandLine,
    int maxAuthLine,
    int maxRecipients,
    int maxMessagesPerConnection,
    int maxErrors,
    int maxAuthFailures,
    int maxReceived,
    int maxHeader,
    int maxQueuedMails,
    Duration greetingPause,
    Duration commandTimeout,
    Duration dataBlockTimeout,
    Duration dataGrace,
    long minDataRate,
    Duration tlsTimeout,
    int connections,
    int connectionsPerAddress,
    long messagesPerMinute,
    long recipientsPerHourPerUser) {

  /** Octets of heap that an idle connection may need, with room for what a busy one holds. */
  private static final long HEAP_A_CONNECTION = 24_000;

  private static final int MOST_CONNECTIONS = 20_000;

  /** The defaults. */
  public static SmtpLimits defaults() {
    return builder().build();
  }

  /** Begins with the defaults. */
  public static SmtpLimitsBuilder builder() {
    return new SmtpLimitsBuilder();
  }

  /** How many connections a heap of so many octets can hold without running out. */
  static int connectionsFor(long heap) {
    return Math.clamp(heap / HEAP_A_CONNECTION, 64, MOST_CONNECTIONS);
  }
}
