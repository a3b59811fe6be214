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
 * @param commandTimeout how long to wait for a command (RFC 5321 §4.5.3.2.7: five minutes)
 * @param dataBlockTimeout how long to wait for the next octets of a content (RFC 5321 §4.5.3.2.5:
 *     three minutes)
 * @param minDataRate octets a second that a content has to make on average after a first grace;
 *     stops slow drips
 * @param tlsTimeout how long a TLS handshake may take
 * @param connections connections at once in all; an idle one costs some 10 kB
 * @param connectionsPerAddress connections at once of one client address
 * @param messagesPerMinute mails one client address may send a minute
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
    Duration commandTimeout,
    Duration dataBlockTimeout,
    long minDataRate,
    Duration tlsTimeout,
    int connections,
    int connectionsPerAddress,
    long messagesPerMinute,
    long recipientsPerHourPerUser) {

  /** The defaults. */
  public static SmtpLimits defaults() {
    return new SmtpLimits(
        50_000_000,
        1 << 20,
        4_096,
        12_288,
        1_000,
        100_000,
        20,
        3,
        100,
        1 << 20,
        1_000_000,
        Duration.ofMinutes(5),
        Duration.ofMinutes(3),
        64,
        Duration.ofSeconds(30),
        20_000,
        10_000,
        10_000_000,
        100_000);
  }

  /** With another limit of a message's size, in octets. */
  public SmtpLimits withMaxMessage(long other) {
    return new SmtpLimits(
        other,
        inMemoryMessage,
        maxCommandLine,
        maxAuthLine,
        maxRecipients,
        maxMessagesPerConnection,
        maxErrors,
        maxAuthFailures,
        maxReceived,
        maxHeader,
        maxQueuedMails,
        commandTimeout,
        dataBlockTimeout,
        minDataRate,
        tlsTimeout,
        connections,
        connectionsPerAddress,
        messagesPerMinute,
        recipientsPerHourPerUser);
  }

  /** With another limit of recipients. */
  public SmtpLimits withMaxRecipients(int other) {
    return new SmtpLimits(
        maxMessage,
        inMemoryMessage,
        maxCommandLine,
        maxAuthLine,
        other,
        maxMessagesPerConnection,
        maxErrors,
        maxAuthFailures,
        maxReceived,
        maxHeader,
        maxQueuedMails,
        commandTimeout,
        dataBlockTimeout,
        minDataRate,
        tlsTimeout,
        connections,
        connectionsPerAddress,
        messagesPerMinute,
        recipientsPerHourPerUser);
  }

  /** With another limit of bad commands. */
  public SmtpLimits withMaxErrors(int other) {
    return new SmtpLimits(
        maxMessage,
        inMemoryMessage,
        maxCommandLine,
        maxAuthLine,
        maxRecipients,
        maxMessagesPerConnection,
        other,
        maxAuthFailures,
        maxReceived,
        maxHeader,
        maxQueuedMails,
        commandTimeout,
        dataBlockTimeout,
        minDataRate,
        tlsTimeout,
        connections,
        connectionsPerAddress,
        messagesPerMinute,
        recipientsPerHourPerUser);
  }

  /** With another wait for a command. */
  public SmtpLimits withCommandTimeout(Duration other) {
    return new SmtpLimits(
        maxMessage,
        inMemoryMessage,
        maxCommandLine,
        maxAuthLine,
        maxRecipients,
        maxMessagesPerConnection,
        maxErrors,
        maxAuthFailures,
        maxReceived,
        maxHeader,
        maxQueuedMails,
        other,
        dataBlockTimeout,
        minDataRate,
        tlsTimeout,
        connections,
        connectionsPerAddress,
        messagesPerMinute,
        recipientsPerHourPerUser);
  }

  /** With another wait for content. */
  public SmtpLimits withDataBlockTimeout(Duration other) {
    return new SmtpLimits(
        maxMessage,
        inMemoryMessage,
        maxCommandLine,
        maxAuthLine,
        maxRecipients,
        maxMessagesPerConnection,
        maxErrors,
        maxAuthFailures,
        maxReceived,
        maxHeader,
        maxQueuedMails,
        commandTimeout,
        other,
        minDataRate,
        tlsTimeout,
        connections,
        connectionsPerAddress,
        messagesPerMinute,
        recipientsPerHourPerUser);
  }

  /** With another rate of mails of one address. */
  public SmtpLimits withMessagesPerMinute(long other) {
    return new SmtpLimits(
        maxMessage,
        inMemoryMessage,
        maxCommandLine,
        maxAuthLine,
        maxRecipients,
        maxMessagesPerConnection,
        maxErrors,
        maxAuthFailures,
        maxReceived,
        maxHeader,
        maxQueuedMails,
        commandTimeout,
        dataBlockTimeout,
        minDataRate,
        tlsTimeout,
        connections,
        connectionsPerAddress,
        other,
        recipientsPerHourPerUser);
  }
}
