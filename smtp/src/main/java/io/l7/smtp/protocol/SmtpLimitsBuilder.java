package io.l7.smtp.protocol;

import java.time.Duration;

/**
 * Changes some of the limits; each is explained where {@link SmtpLimits} names it. Every method
 * returns this builder. One thread.
 */
public final class SmtpLimitsBuilder {
  private long maxMessage = 50_000_000;
  private int inMemoryMessage = 1 << 20;
  private int maxCommandLine = 4_096;
  private int maxAuthLine = 12_288;
  private int maxRecipients = 1_000;
  private int maxMessagesPerConnection = 100_000;
  private int maxErrors = 20;
  private int maxAuthFailures = 3;
  private int maxReceived = 100;
  private int maxHeader = 1 << 20;
  private int maxQueuedMails = 1_000_000;
  private Duration greetingPause = Duration.ofMillis(3);
  private Duration commandTimeout = Duration.ofMinutes(5);
  private Duration dataBlockTimeout = Duration.ofMinutes(3);
  private Duration dataGrace = Duration.ofSeconds(30);
  private long minDataRate = 64;
  private Duration tlsTimeout = Duration.ofSeconds(30);
  private int connections = SmtpLimits.connectionsFor(Runtime.getRuntime().maxMemory());
  private int connectionsPerAddress = 10_000;
  private long messagesPerMinute = 10_000_000;
  private long recipientsPerHourPerUser = 100_000;

  SmtpLimitsBuilder() {}

  /** Octets of one message. */
  public SmtpLimitsBuilder maxMessage(long value) {
    maxMessage = value;
    return this;
  }

  /** Octets of one message that is kept in memory and in the log. */
  public SmtpLimitsBuilder inMemoryMessage(int value) {
    inMemoryMessage = value;
    return this;
  }

  /** Octets of a command line. */
  public SmtpLimitsBuilder maxCommandLine(int value) {
    maxCommandLine = value;
    return this;
  }

  /** Octets of a line within AUTH. */
  public SmtpLimitsBuilder maxAuthLine(int value) {
    maxAuthLine = value;
    return this;
  }

  /** Recipients of one mail. */
  public SmtpLimitsBuilder maxRecipients(int value) {
    maxRecipients = value;
    return this;
  }

  /** Mails of one connection. */
  public SmtpLimitsBuilder maxMessagesPerConnection(int value) {
    maxMessagesPerConnection = value;
    return this;
  }

  /** Bad commands of one connection. */
  public SmtpLimitsBuilder maxErrors(int value) {
    maxErrors = value;
    return this;
  }

  /** Failed AUTH of one connection. */
  public SmtpLimitsBuilder maxAuthFailures(int value) {
    maxAuthFailures = value;
    return this;
  }

  /** Received fields of one mail. */
  public SmtpLimitsBuilder maxReceived(int value) {
    maxReceived = value;
    return this;
  }

  /** Octets of a header. */
  public SmtpLimitsBuilder maxHeader(int value) {
    maxHeader = value;
    return this;
  }

  /** Mails in the queue. */
  public SmtpLimitsBuilder maxQueuedMails(int value) {
    maxQueuedMails = value;
    return this;
  }

  /** How long to listen before the greeting. */
  public SmtpLimitsBuilder greetingPause(Duration value) {
    greetingPause = value;
    return this;
  }

  /** How long to wait for a command. */
  public SmtpLimitsBuilder commandTimeout(Duration value) {
    commandTimeout = value;
    return this;
  }

  /** How long to wait for the next octets of a content. */
  public SmtpLimitsBuilder dataBlockTimeout(Duration value) {
    dataBlockTimeout = value;
    return this;
  }

  /** How long a content may be slow. */
  public SmtpLimitsBuilder dataGrace(Duration value) {
    dataGrace = value;
    return this;
  }

  /** Octets a second that a content has to make. */
  public SmtpLimitsBuilder minDataRate(long value) {
    minDataRate = value;
    return this;
  }

  /** How long a TLS handshake may take. */
  public SmtpLimitsBuilder tlsTimeout(Duration value) {
    tlsTimeout = value;
    return this;
  }

  /** Connections at once in all. */
  public SmtpLimitsBuilder connections(int value) {
    connections = value;
    return this;
  }

  /** Connections at once of one address. */
  public SmtpLimitsBuilder connectionsPerAddress(int value) {
    connectionsPerAddress = value;
    return this;
  }

  /** Mails of one address a minute. */
  public SmtpLimitsBuilder messagesPerMinute(long value) {
    messagesPerMinute = value;
    return this;
  }

  /** Recipients of one user an hour. */
  public SmtpLimitsBuilder recipientsPerHourPerUser(long value) {
    recipientsPerHourPerUser = value;
    return this;
  }

  /** The limits as they stand. */
  public SmtpLimits build() {
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
        greetingPause,
        commandTimeout,
        dataBlockTimeout,
        dataGrace,
        minDataRate,
        tlsTimeout,
        connections,
        connectionsPerAddress,
        messagesPerMinute,
        recipientsPerHourPerUser);
  }
}
