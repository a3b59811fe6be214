package io.l7.smtp.store;

import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A mail that is not over: its newest state and where its record is. Guarded by itself. */
final class LiveMail {
  final MailId id;
  final Envelope envelope;
  final int contentAt;
  final long length;
  final int contentSum;
  MailState state;
  GroupCommitter.Position position;
  byte @Nullable [] record;
  boolean finished;
  boolean recorded;

  /** Set when its segment is without it: of several notes of its end the first counts. */
  final AtomicBoolean buried = new AtomicBoolean();

  /** Set when the log holds its end. */
  final AtomicBoolean noted = new AtomicBoolean();

  LiveMail(
      LogRecord.Mail mail,
      MailState state,
      GroupCommitter.Position position,
      byte @Nullable [] record) {
    this.id = mail.id();
    this.envelope = mail.envelope();
    this.contentAt = mail.contentAt();
    this.length = mail.contentLength();
    this.contentSum = mail.contentSum();
    this.state = state;
    this.position = position;
    this.record = record;
  }

  boolean ownFile() {
    return contentAt < 0;
  }

  SpooledMail view() {
    return new SpooledMail(id, envelope, state, length);
  }
}
