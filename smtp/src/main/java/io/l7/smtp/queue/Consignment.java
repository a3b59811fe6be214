package io.l7.smtp.queue;

import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.store.Content;
import java.util.List;

/** One mail and those of its recipients that share a destination. */
public record Consignment(
    MailId id, Envelope envelope, List<Recipient> recipients, Content content) {
  public Consignment {
    recipients = List.copyOf(recipients);
  }
}
