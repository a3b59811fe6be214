package io.l7.smtp.client;

import io.l7.smtp.address.Mailbox;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.BodyType;
import io.l7.smtp.protocol.DsnNotify;
import io.l7.smtp.protocol.Ehlo;
import io.l7.smtp.protocol.Xtext;
import io.l7.smtp.queue.Consignment;
import java.util.stream.Collectors;

/** MAIL and RCPT for one mail, with the parameters that the server knows. */
record MailCommands(Ehlo ehlo, Consignment mail) {

  /** {@code MAIL FROM:<...>} and its parameters. */
  String mailFrom() {
    var size = ehlo.offers("SIZE") ? " SIZE=" + mail.content().length() : "";
    return "MAIL FROM:" + mail.envelope().from() + size + needs();
  }

  /** The same without what is only of use to the server. */
  String shortMailFrom() {
    return "MAIL FROM:" + mail.envelope().from() + needs();
  }

  /** Whether the mail may only go to servers with SMTPUTF8; an alias may have made it so. */
  boolean needsUtf8() {
    return mail.envelope().parameters().smtpUtf8()
        || mail.envelope().from().mailbox().filter(Mailbox::needsSmtpUtf8).isPresent()
        || mail.recipients().stream().anyMatch(r -> remote(r).needsSmtpUtf8());
  }

  private String needs() {
    var p = mail.envelope().parameters();
    var out = new StringBuilder();
    if (ehlo.offers("8BITMIME") && p.body() == BodyType.EIGHT_BIT_MIME) {
      out.append(" BODY=8BITMIME");
    }
    if (ehlo.offers("SMTPUTF8") && needsUtf8()) {
      out.append(" SMTPUTF8");
    }
    if (ehlo.offers("DSN")) {
      p.ret().ifPresent(r -> out.append(" RET=").append(r));
      p.envelopeId().ifPresent(e -> out.append(" ENVID=").append(Xtext.encode(e)));
    }
    return out.toString();
  }

  /** {@code RCPT TO:<...>} and its parameters. */
  String rcptTo(Recipient recipient) {
    var out = new StringBuilder("RCPT TO:<").append(remote(recipient)).append('>');
    if (ehlo.offers("DSN")) {
      var notify = recipient.parameters().notifyOn();
      if (!notify.isEmpty()) {
        out.append(" NOTIFY=")
            .append(notify.stream().sorted().map(DsnNotify::name).collect(Collectors.joining(",")));
      }
      recipient
          .parameters()
          .originalRecipient()
          .ifPresent(
              o -> {
                var semicolon = o.indexOf(';') + 1;
                out.append(" ORCPT=").append(o, 0, semicolon);
                out.append(Xtext.encode(o.substring(semicolon)));
              });
    }
    return out.toString();
  }

  private static Mailbox remote(Recipient recipient) {
    return recipient.target() instanceof Target.Remote(var address) ? address : recipient.address();
  }
}
