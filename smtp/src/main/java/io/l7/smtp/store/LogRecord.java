package io.l7.smtp.store;

import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;

/** One record of the log, read back. */
sealed interface LogRecord {
  MailId id();

  /**
   * A mail: its envelope and where its content is.
   *
   * @param contentAt where the content begins, counted from the start of the record; or -1 when it
   *     has its own file
   * @param contentLength octets of the content
   * @param contentSum CRC-32C of a content in its own file
   */
  record Mail(MailId id, Envelope envelope, int contentAt, long contentLength, int contentSum)
      implements LogRecord {}

  /** The newest state of a mail. */
  record State(MailId id, MailState state) implements LogRecord {}

  /** A mail that is over. */
  record Final(MailId id) implements LogRecord {}

  /** The end of a batch that one force covered; the id is the offset where the batch began. */
  record BatchEnd(MailId id) implements LogRecord {}
}
