package io.l7.smtp.session;

import io.l7.common.framing.Line;
import io.l7.common.framing.LineEnds;
import io.l7.common.framing.WireException.Draining;
import io.l7.common.framing.WireException.Malformed;
import io.l7.common.framing.WireException.TimedOut;
import io.l7.common.framing.WireException.TooLong;
import io.l7.common.net.Connection;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.message.Received;
import io.l7.smtp.message.Received.Dialect;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.policy.Recipients.Found;
import io.l7.smtp.protocol.Command;
import io.l7.smtp.protocol.Command.Chunk;
import io.l7.smtp.protocol.CommandParser;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.Reply;
import io.l7.smtp.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * One conversation with a client (RFC 5321 §3): greeting, EHLO, MAIL, RCPT, DATA, QUIT, and what
 * the extensions add. One thread; reads a command, decides, replies.
 */
public final class SmtpSession {
  private static final String PLAIN_GREETING = "";

  private final Connection connection;
  private final SessionContext context;
  private final Role role;
  private final SessionCounters counters;

  private Optional<Dialect> greeted = Optional.empty();
  private String client = PLAIN_GREETING;
  private Optional<String> user = Optional.empty();
  private Optional<Transaction> transaction = Optional.empty();
  private int errors;
  private int failedAuth;
  private int mails;
  private boolean open = true;

  /** A session on a connection that has just been accepted; implicit TLS has been done. */
  public SmtpSession(Connection connection, SessionContext context, Role role) {
    this.connection = connection;
    this.context = context;
    this.role = role;
    this.counters = SessionCounters.of(context.metrics());
  }

  /** Talks until one side ends it. */
  public void run() throws IOException {
    try {
      greet();
      while (open) {
        var command = nextCommand();
        if (command.isEmpty()) {
          return; // the client hung up without QUIT
        }
        obey(command.get());
      }
    } catch (Draining e) {
      reply(Replies.SHUTDOWN);
    } catch (TimedOut e) {
      reply(Replies.TIMEOUT);
      throw e;
    } finally {
      abandon();
    }
  }

  private void greet() throws IOException {
    var protocol = role == Role.LMTP ? "LMTP" : "ESMTP";
    if (!faulty(context.faults().onConnectFault())) {
      reply(Reply.of(220, context.hostname() + " " + protocol + " L7"));
    }
  }

  /**
   * Waits for a command; what we said goes out first, unless a whole command is here already (RFC
   * 2920 §3.2).
   */
  private Optional<Command> nextCommand() throws IOException {
    if (!wholeLineBuffered()) {
      connection.out().flush();
    }
    if (!connection.awaitInput(context.limits().commandTimeout())) {
      return Optional.empty();
    }
    connection.deadline(context.limits().commandTimeout(), "command");
    try {
      return connection
          .in()
          .line(context.limits().maxCommandLine(), LineEnds.LENIENT)
          .map(Line::octets)
          .map(CommandParser::parse);
    } catch (TooLong e) {
      if (!e.inStep()) {
        throw e;
      }
      return Optional.of(new Command.Invalid(Replies.LINE_TOO_LONG));
    } finally {
      connection.clearDeadline();
    }
  }

  private boolean wholeLineBuffered() {
    var in = connection.in();
    var buffer = in.buffer();
    for (var i = in.position(); i < in.limit(); i++) {
      if (buffer[i] == '\n') {
        return true;
      }
    }
    return false;
  }

  private void obey(Command command) throws IOException {
    if (faulty(context.faults().onCommandFault(command))) {
      return;
    }
    switch (command) {
      case Command.Ehlo(var name) -> hello(name, Dialect.ESMTP);
      case Command.Helo(var name) -> hello(name, Dialect.SMTP);
      case Command.Lhlo(var name) -> hello(name, Dialect.LMTP);
      case Command.StartTls() -> startTls();
      case Command.Auth auth -> auth(auth);
      case Command.Mail(var from, var parameters) -> mail(from, parameters);
      case Command.Rcpt rcpt -> rcpt(rcpt);
      case Command.Data() -> data();
      case Command.Bdat(var octets, var chunk) -> bdat(octets, chunk);
      case Command.Rset() -> {
        abandon();
        reply(Replies.RESET);
      }
      case Command.Noop() -> reply(Replies.OK);
      case Command.Quit() -> end(Replies.BYE);
      case Command.Vrfy(var what) -> reply(Replies.VRFY);
      case Command.Expn(var what) -> refuse(Replies.NOT_IMPLEMENTED);
      case Command.Help() -> reply(Replies.HELP);
      case Command.Foreign(var verb) -> end(Replies.FOREIGN);
      case Command.Invalid(var reply) -> refuse(reply);
    }
  }

  private void hello(String name, Dialect dialect) throws IOException {
    if (role == Role.LMTP && dialect != Dialect.LMTP) {
      refuse(Replies.LHLO_ONLY); // RFC 2033 §4.1
      return;
    }
    if (role != Role.LMTP && dialect == Dialect.LMTP) {
      refuse(Replies.NOT_LMTP);
      return;
    }
    abandon(); // RFC 5321 §4.1.4: a new greeting begins afresh
    greeted = Optional.of(dialect);
    client = name;
    var lines = new ArrayList<String>();
    lines.add(context.hostname() + " greets " + name);
    if (dialect != Dialect.SMTP) {
      lines.addAll(extensions());
    }
    reply(new Reply(250, Optional.empty(), lines));
  }

  private List<String> extensions() {
    var out = new ArrayList<String>();
    out.add("PIPELINING");
    out.add("SIZE " + context.limits().maxMessage());
    out.add("8BITMIME");
    out.add("SMTPUTF8");
    out.add("ENHANCEDSTATUSCODES");
    out.add("CHUNKING");
    out.add("DSN");
    out.add("LIMITS RCPTMAX=" + context.limits().maxRecipients());
    if (context.tls().isPresent() && connection.tls().isEmpty()) {
      out.add("STARTTLS");
    }
    if (authOffered()) {
      out.add(
          "AUTH "
              + String.join(" ", context.authenticator().mechanisms(new TlsChannel(connection))));
    }
    return out;
  }

  /** Where TLS can be had, it comes before AUTH. */
  private boolean authOffered() {
    return user.isEmpty()
        && role != Role.LMTP
        && (connection.tls().isPresent() || context.tls().isEmpty());
  }

  private void startTls() throws IOException {
    if (context.tls().isEmpty()) {
      refuse(Replies.NO_TLS);
    } else if (connection.tls().isPresent()) {
      refuse(Replies.ALREADY_TLS);
    } else if (user.isPresent()) {
      refuse(Replies.TLS_AFTER_AUTH);
    } else {
      reply(Replies.START_TLS);
      connection.deadline(context.limits().tlsTimeout(), "TLS handshake");
      try {
        connection.startTls(context.tls().get()); // refuses what was injected behind STARTTLS
      } catch (Malformed e) {
        connection.out().flush();
        open = false;
        return;
      } finally {
        connection.clearDeadline();
      }
      abandon(); // RFC 3207 §4.2: nothing said in the clear counts any more
      greeted = Optional.empty();
      client = PLAIN_GREETING;
    }
  }

  private void auth(Command.Auth auth) throws IOException {
    if (user.isPresent()) {
      refuse(Replies.ALREADY_AUTH);
    } else if (transaction.isPresent()) {
      refuse(Replies.AUTH_IN_MAIL);
    } else if (role == Role.LMTP) {
      refuse(Replies.NOT_IMPLEMENTED);
    } else if (!authOffered()) {
      refuse(Replies.AUTH_NEEDS_TLS);
    } else {
      switch (new AuthDialogue(connection, context).run(auth)) {
        case AuthDialogue.Result.LoggedIn(var name) -> {
          user = Optional.of(name);
          connection.note("authenticated as " + name);
          reply(Replies.AUTH_OK);
        }
        case AuthDialogue.Result.Refused(var why) -> {
          counters.failedAuth().add();
          if (++failedAuth >= context.limits().maxAuthFailures()) {
            end(Replies.TOO_MANY_ERRORS);
          } else {
            reply(why);
          }
        }
      }
    }
  }

  private void mail(ReversePath from, MailParameters parameters) throws IOException {
    if (greeted.isEmpty()) {
      refuse(Replies.EHLO_FIRST);
    } else if (transaction.isPresent()) {
      refuse(Replies.NESTED_MAIL);
    } else if (role == Role.SUBMISSION && user.isEmpty()) {
      reply(
          connection.tls().isEmpty() && context.tls().isPresent()
              ? Replies.TLS_FIRST
              : Replies.AUTH_FIRST); // RFC 6409 §4.3
    } else if (parameters.size().orElse(0) > context.limits().maxMessage()) {
      reply(Replies.TOO_BIG); // RFC 1870 §6.1
    } else if (!context.rates().mail(connection.peer().getAddress())) {
      reply(Replies.RATE);
    } else if (!context.drop().hasRoom()) {
      reply(Replies.FULL);
    } else if (++mails > context.limits().maxMessagesPerConnection()) {
      end(Replies.TOO_MANY_MAILS);
    } else {
      transaction = Optional.of(new Transaction(from, parameters));
      reply(Replies.SENDER_OK);
    }
  }

  private void rcpt(Command.Rcpt rcpt) throws IOException {
    if (transaction.isEmpty()) {
      refuse(greeted.isEmpty() ? Replies.EHLO_FIRST : Replies.MAIL_FIRST);
      return;
    }
    var mail = transaction.get();
    if (mail.chunks().isPresent()) {
      refuse(Replies.BDAT_UNDER_WAY);
      return;
    }
    var address = context.recipients().address(rcpt.to());
    if (address.needsSmtpUtf8() && !mail.parameters().smtpUtf8()) {
      refuse(Replies.NEEDS_UTF8); // RFC 6531 §3.5
      return;
    }
    if (mail.accepted() >= context.limits().maxRecipients()) {
      reply(Replies.TOO_MANY_RECIPIENTS); // RFC 5321 §4.5.3.1.10
      return;
    }
    if (user.isPresent() && !context.rates().recipient(user.get())) {
      reply(Replies.RATE);
      return;
    }
    switch (context.recipients().find(address)) {
      case Found.Targets(var targets) -> {
        mail.add(targets.stream().map(t -> recipient(rcpt, t)).toList());
        reply(Replies.RECIPIENT_OK);
      }
      case Found.NobodyHere n -> refuseRecipient(Replies.NOBODY);
      case Found.Elsewhere e -> {
        if (role != Role.LMTP
            && context.mayRelay(connection.peer().getAddress(), user.isPresent())) {
          mail.add(List.of(recipient(rcpt, new Target.Remote(address))));
          reply(Replies.RECIPIENT_OK);
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
    counters.refusedRecipients().add();
    refuse(reply);
  }

  private void data() throws IOException {
    var mail = ready();
    if (mail.isEmpty()) {
      return;
    }
    if (mail.get().chunks().isPresent()) {
      refuse(Replies.DATA_AFTER_BDAT);
      return;
    }
    if (connection.in().buffered() > 0) { // RFC 2920 §3.1: DATA ends a group of commands
      end(Replies.EARLY_CONTENT);
      return;
    }
    try (var content = begin(mail.get())) {
      reply(Replies.SEND_CONTENT);
      connection.out().flush();
      content.readDotBlock();
      finish(mail.get(), content);
    }
  }

  private void bdat(long octets, Chunk chunk) throws IOException {
    var tooMuch = octets > context.limits().maxMessage() * 2;
    var mail = transaction.filter(t -> t.accepted() > 0 && !tooMuch);
    if (mail.isEmpty()) {
      if (tooMuch) {
        end(Replies.TOO_BIG); // more than we care to read and throw away
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
      reply(Replies.TOO_BIG);
    } else {
      reply(Reply.of(250, "2.0.0 " + octets + " octets received"));
    }
  }

  private void skip(long octets) throws IOException {
    connection.deadline(context.limits().dataBlockTimeout(), "chunk");
    connection.in().exactly(octets).skipNBytes(octets);
    connection.clearDeadline();
  }

  /** The mail whose content may come now; empty when the reply has said why not. */
  private Optional<Transaction> ready() throws IOException {
    if (transaction.isEmpty()) {
      refuse(greeted.isEmpty() ? Replies.EHLO_FIRST : Replies.MAIL_FIRST);
      return Optional.empty();
    }
    if (transaction.get().accepted() == 0) {
      refuse(Replies.RCPT_FIRST);
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
            : Optional.<io.l7.smtp.address.Mailbox>empty();
    var cipher = connection.tls().map(s -> s.getProtocol() + " " + s.getCipherSuite());
    var protocol =
        Received.protocol(
            greeted.orElse(Dialect.SMTP),
            mail.parameters().smtpUtf8(),
            cipher.isPresent(),
            user.isPresent());
    content.trace(
        new Received(
                client,
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
      counters.refusedContent().add();
    } else if (!faulty(context.faults().onContentFault())) {
      reply = Optional.of(accept(mail, content));
    } else {
      abandon();
      return;
    }
    abandon();
    var replies = role == Role.LMTP ? mail.accepted() : 1; // RFC 2033 §4.2
    for (var i = 0; i < replies; i++) {
      reply(reply.orElseThrow());
    }
  }

  private Reply accept(Transaction mail, ContentReceiver content) {
    try {
      var id = context.drop().accept(mail.envelope(), content.buffer());
      counters.accepted().add();
      counters.octets().add(content.octets());
      connection.note("mail " + id);
      return Reply.of(250, "2.0.0 Ok: queued as " + id);
    } catch (StoreException e) {
      return ContentReceiver.failureReply(e);
    }
  }

  private void abandon() throws IOException {
    var mail = transaction;
    transaction = Optional.empty();
    if (mail.isPresent()) {
      mail.get().close();
    }
  }

  private void refuse(Reply reply) throws IOException {
    counters.badCommands().add();
    if (++errors >= context.limits().maxErrors()) {
      end(Replies.TOO_MANY_ERRORS);
    } else {
      reply(reply);
    }
  }

  private void end(Reply reply) throws IOException {
    open = false;
    reply(reply);
  }

  private void reply(Reply reply) throws IOException {
    connection.out().write(reply.toBytes());
  }

  /** Plays a scripted fault; true when the client has got its answer with that. */
  private boolean faulty(Fault fault) throws IOException {
    switch (fault) {
      case Fault.None() -> {
        return false;
      }
      case Fault.Answer(var reply) -> {
        open = reply.code() != 421;
        reply(reply);
        return true;
      }
      case Fault.Drop() -> {
        open = false;
        connection.close();
        return true;
      }
      case Fault.Slow(var delay) -> {
        LockSupport.parkNanos(delay.toNanos());
        return false;
      }
    }
  }
}
