package io.l7.smtp.session;

import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.MailParameters.AddressEncoding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One mail under way, from MAIL to the end of its content (RFC 5321 §3.3). Belongs to its session.
 */
final class Transaction implements AutoCloseable {
  private final ReversePath from;
  private final MailParameters parameters;
  private final List<Recipient> recipients = new ArrayList<>();
  private final Set<Target> targets = new HashSet<>();
  private int accepted;
  private Optional<ContentReceiver> chunks = Optional.empty();

  Transaction(ReversePath from, MailParameters parameters) {
    this.from = from;
    this.parameters = parameters;
  }

  MailParameters parameters() {
    return parameters;
  }

  /** Adds what one RCPT led to; a mailbox that several lead to gets one copy. */
  void add(List<Recipient> targets) {
    for (var recipient : targets) {
      if (this.targets.add(recipient.target())) {
        recipients.add(recipient);
      }
    }
    accepted++;
  }

  /** How many RCPT were accepted. */
  int accepted() {
    return accepted;
  }

  List<Recipient> recipients() {
    return recipients;
  }

  /** The content as far as BDAT has brought it. */
  Optional<ContentReceiver> chunks() {
    return chunks;
  }

  void chunks(ContentReceiver receiver) {
    chunks = Optional.of(receiver);
  }

  /** Who sent it to whom, and what it needs of those who carry this content on. */
  Envelope envelope(ContentReceiver content) {
    var needs = parameters.body(content.body());
    return new Envelope(
        from,
        isInternationalized(content) ? needs : needs.encoding(AddressEncoding.ASCII),
        recipients);
  }

  /**
   * RFC 6531 §3.2 keeps internationalized mail from servers without SMTPUTF8: mail with such
   * addresses or such a header. Clients give the keyword to any mail; that alone is no reason to
   * return one.
   */
  private boolean isInternationalized(ContentReceiver content) {
    return content.eightBitHeader()
        || from.mailbox().filter(Mailbox::needsSmtpUtf8).isPresent()
        || recipients.stream().anyMatch(r -> r.address().needsSmtpUtf8());
  }

  @Override
  public void close() throws IOException {
    if (chunks.isPresent()) {
      chunks.get().close();
    }
  }
}
