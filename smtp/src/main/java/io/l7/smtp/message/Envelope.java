package io.l7.smtp.message;

import io.l7.smtp.address.ReversePath;
import io.l7.smtp.protocol.MailParameters;
import java.util.List;

/**
 * Who sent a mail and who gets it.
 *
 * @param recipients at least one; their index names them in the store
 */
public record Envelope(ReversePath from, MailParameters parameters, List<Recipient> recipients) {
  public Envelope {
    recipients = List.copyOf(recipients);
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("an envelope without recipients");
    }
  }
}
