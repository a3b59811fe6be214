package io.l7.cli.smtp;

import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.BodyType;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.MailParameters.AddressEncoding;
import io.l7.smtp.protocol.RcptParameters;
import io.l7.smtp.queue.Consignment;
import io.l7.smtp.store.Content;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Makes what a client sends of addresses and octets. */
final class Consignments {
  private Consignments() {}

  /** A mail to all of these, with the parameters that its octets and addresses ask for. */
  static Consignment of(String sender, List<Mailbox> recipients, byte[] octets) {
    var eightBit = false;
    for (var b : octets) {
      eightBit |= b < 0;
    }
    var path = ReversePath.of(sender);
    var utf8 =
        path.mailbox().filter(Mailbox::needsSmtpUtf8).isPresent()
            || recipients.stream().anyMatch(Mailbox::needsSmtpUtf8);
    var parameters =
        new MailParameters(
            OptionalLong.empty(),
            eightBit ? BodyType.EIGHT_BIT_MIME : BodyType.SEVEN_BIT,
            utf8 ? AddressEncoding.SMTPUTF8 : AddressEncoding.ASCII,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    var targets =
        recipients.stream()
            .map(r -> new Recipient(r, new Target.Remote(r), RcptParameters.NONE))
            .toList();
    return new Consignment(
        MailId.at(Instant.now()),
        new Envelope(path, parameters, targets),
        targets,
        Content.of(octets));
  }
}
