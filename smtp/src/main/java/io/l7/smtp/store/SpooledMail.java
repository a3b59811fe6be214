package io.l7.smtp.store;

import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;

/** A mail of the spool as it is now. */
public record SpooledMail(MailId id, Envelope envelope, MailState state, long length) {}
