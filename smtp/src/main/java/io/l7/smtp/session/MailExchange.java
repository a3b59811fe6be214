package io.l7.smtp.session;

import io.l7.common.net.Connection;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.message.Received;
import io.l7.smtp.message.Received.Dialect;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.policy.Recipients.Found;
import io.l7.smtp.protocol.Command;
import io.l7.smtp.protocol.Command.Chunk;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.Reply;
import io.l7.smtp.store.StoreException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The part of the dialogue that moves mail (RFC 5321 §3.3): MAIL, RCPT once or more, then DATA, or
 * BDAT to its last chunk. Belongs to the session.
 */
final class MailExchange implements AutoCloseable {
  private final Connection connection;
  private final SessionContext context;
  private final Role role;
  private final Client client;
  private final Speaker speaker;
  private Optional<Transaction> transaction = Optional.empty();
  private int mails;

  MailExchange(
      Connection connection, SessionContext context, Role role, Client client, Speaker speaker) {
    this.connection = connection;
    this.context = context;
    this.role = role;
    this.client = client;
    this.speaker = speaker;
  }

  /** Whether a mail is under way. */
  boolean underWay() {
    return transaction.isPresent();
  }

  void mail(ReversePath from, MailParameters parameters) throws IOException {
    if (!client.hasGreeted()) {
      speaker.refuse(Replies.EHLO_FIRST);
    } else if (transaction.isPresent()) {
      speaker.refuse(Replies.NESTED_MAIL);
    } else if (role == Role.SUBMISSION && client.user().isEmpty()) {
      speaker.reply(
          connection.tls().isEmpty() && context.tls().isPresent()
              ? Replies.TLS_FIRST
              : Replies.AUTH_FIRST); // RFC 6409 §4.3
    } else if (parameters.size().orElse(0) > context.limits().maxMessage()) {
      speaker.reply(Replies.TOO_BIG); // RFC 1870 §6.1
    } else if (!context.rates().mail(connection.peer().getAddress())) {
      speaker.reply(Replies.RATE);
    } else if (!context.drop().hasRoom()) {
      speaker.reply(Replies.FULL);
    } else if (++mails > context.limits().maxMessagesPerConnection()) {
      speaker.end(Replies.TOO_MANY_MAILS);
    } else {
      transaction = Optional.of(new Transaction(from, parameters));
      speaker.reply(Replies.SENDER_OK);
    }
  }

  void rcpt(Command.Rcpt rcpt) throws IOException {
    if (transaction.isEmpty()) {
      speaker.refuse(client.hasGreeted() ? Replies.MAIL_FIRST : Replies.EHLO_FIRST);
      return;
    }
    var mail = transaction.get();
    if (mail.chunks().isPresent()) {
      speaker.refuse(Replies.BDAT_UNDER_WAY);
      return;
    }
    var address = context.recipients().address(rcpt.to());
    if (address.needsSmtpUtf8() && !mail.parameters().smtpUtf8()) {
      speaker.refuse(Replies.NEEDS_UTF8); // RFC 6531 §3.5
      return;
    }
    if (mail.accepted() >= context.limits().maxRecipients()) {
      speaker.reply(Replies.TOO_MANY_RECIPIENTS); // RFC 5321 §4.5.3.1.10
      return;
    }
    if (client.user().isPresent() && !context.rates().recipient(client.user().get())) {
      speaker.reply(Replies.RATE);
      return;
    }
    switch (context.recipients().find(address)) {
      case Found.Targets(var targets) -> {
        mail.add(targets.stream().map(t -> recipient(rcpt, t)).toList());
        speaker.reply(Replies.RECIPIENT_OK);
      }
      case Found.NobodyHere n -> refuseRecipient(Replies.NOBODY);
      case Found.Elsewhere e -> {
        if (role != Role.LMTP
            && context.mayRelay(connection.peer().getAddress(), client.user().isPresent())) {
          mail.add(List.of(recipient(rcpt, new Target.Remote(address))));
          speaker.reply(Replies.RECIPIENT_OK);
        } else {
          refuseRecipient(Replies.NO_RELAY);
        }
      }
    }
  }

  private Recipient recipient(Command.Rcpt rcpt, Target target) {
    return new Recipient(context.recipients().address(rcpt.to()), target, rcpt.parameters());
  }

  private void refuseRecipient(Reply reply) throws IOException {
    context.counters().refusedRecipients().add();
    speaker.refuse(reply);
  }

  void data() throws IOException {
    var mail = ready();
    if (mail.isEmpty()) {
      return;
    }
    if (mail.get().chunks().isPresent()) {
      speaker.refuse(Replies.DATA_AFTER_BDAT);
      return;
    }
    if (connection.in().buffered() > 0) { // RFC 2920 §3.1: DATA ends a group of commands
      speaker.end(Replies.EARLY_CONTENT);
      return;
    }
    try (var content = begin(mail.get())) {
      speaker.reply(Replies.SEND_CONTENT);
      connection.out().flush();
      content.readDotBlock();
      finish(mail.get(), content);
    }
  }

  void bdat(long octets, Chunk chunk) throws IOException {
    var tooMuch = octets / 2 > context.limits().maxMessage();
    var mail = transaction.filter(t -> t.accepted() > 0 && !tooMuch);
    if (mail.isEmpty()) {
      if (tooMuch) {
        speaker.end(Replies.TOO_BIG); // more than we care to read and throw away
        return;
      }
      skip(octets); // RFC 3030 §2: the octets come whatever we think of them
      ready();
      return;
    }
    if (mail.get().chunks().isEmpty()) {
      mail.get().chunks(begin(mail.get()));
    }
    var content = mail.get().chunks().orElseThrow();
    content.readChunk(octets);
    if (chunk == Chunk.LAST) {
      finish(mail.get(), content);
    } else if (content.octets() > context.limits().maxMessage()) {
      abandon();
      speaker.reply(Replies.TOO_BIG);
    } else {
      speaker.reply(Reply.of(250, "2.0.0 " + octets + " octets received"));
    }
  }

  private void skip(long octets) throws IOException {
    var limits = context.limits();
    // as slow as one that is wanted may be
    connection.deadline(
        limits.dataBlockTimeout().plusSeconds(octets / limits.minDataRate()), "chunk");
    connection.in().exactly(octets).skipNBytes(octets);
    connection.clearDeadline();
  }

  /** The mail whose content may come now; empty when the reply has said why not. */
  private Optional<Transaction> ready() throws IOException {
    if (transaction.isEmpty()) {
      speaker.refuse(client.hasGreeted() ? Replies.MAIL_FIRST : Replies.EHLO_FIRST);
      return Optional.empty();
    }
    if (transaction.get().accepted() == 0) {
      speaker.refuse(Replies.RCPT_FIRST);
      return Optional.empty();
    }
    return transaction;
  }

  private ContentReceiver begin(Transaction mail) {
    var buffer = context.drop().newContent();
    var content =
        new ContentReceiver(connection, context.limits(), buffer, context.faults().dropContentAt());
    var only =
        mail.accepted() == 1
            ? Optional.of(mail.recipients().getFirst().address())
            : Optional.<Mailbox>empty();
    var cipher = connection.tls().map(s -> s.getProtocol() + " " + s.getCipherSuite());
    var protocol =
        Received.protocol(
            client.dialect().orElse(Dialect.SMTP),
            mail.parameters().smtpUtf8(),
            cipher.isPresent(),
            client.user().isPresent());
    content.trace(
        new Received(
                client.name(),
                connection.peer().getAddress(),
                context.hostname(),
                protocol,
                cipher,
                buffer.id(),
                only,
                context.clock().instant())
            .toBytes());
    return content;
  }

  private void finish(Transaction mail, ContentReceiver content) throws IOException {
    var reply = content.objection();
    if (reply.isPresent()) {
      context.counters().refusedContent().add();
    } else if (!speaker.plays(context.faults().onContentFault())) {
      reply = Optional.of(accept(mail, content));
    } else {
      abandon();
      return;
    }
    abandon();
    var replies = role == Role.LMTP ? mail.accepted() : 1; // RFC 2033 §4.2
    for (var i = 0; i < replies; i++) {
      speaker.reply(reply.orElseThrow());
    }
  }

  private Reply accept(Transaction mail, ContentReceiver content) {
    try {
      var id = context.drop().accept(mail.envelope(content), content.buffer());
      context.counters().accepted().add();
      context.counters().octets().add(content.octets());
      connection.note("mail " + id);
      return Reply.of(250, "2.0.0 Ok: queued as " + id);
    } catch (StoreException e) {
      return ContentReceiver.failureReply(e);
    }
  }

  /** Forgets the mail under way, if there is one (RFC 5321 §4.1.1.5). */
  void abandon() throws IOException {
    var mail = transaction;
    transaction = Optional.empty();
    if (mail.isPresent()) {
      mail.get().close();
    }
  }

  @Override
  public void close() throws IOException {
    abandon();
  }
}
