package io.l7.smtp.client;

import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.RcptParameters;
import io.l7.smtp.queue.Consignment;
import io.l7.smtp.queue.Outcome;
import io.l7.smtp.store.Content;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** A mail to bob, sent to whatever serves a domain. */
final class OneMail {
  private OneMail() {}

  /** What came of it. */
  static Outcome send(String domain, RelayOptions options) {
    var bob = Mailbox.of("bob@hamburger.edu");
    var to = List.of(new Recipient(bob, new Target.Remote(bob), RcptParameters.NONE));
    var mail =
        new Consignment(
            MailId.at(Instant.EPOCH),
            new Envelope(ReversePath.of("alice@crepes.fr"), MailParameters.NONE, to),
            to,
            Content.of("Subject: Hi\r\n\r\nhi\r\n".getBytes(StandardCharsets.US_ASCII)));
    try (var courier = new RelayTransport(options).courier(domain)) {
      return courier.deliver(mail).getFirst();
    }
  }
}
