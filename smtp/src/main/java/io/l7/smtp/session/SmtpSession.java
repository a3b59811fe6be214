package io.l7.smtp.session;

import io.l7.common.framing.Line;
import io.l7.common.framing.LineEnds;
import io.l7.common.framing.WireException.Draining;
import io.l7.common.framing.WireException.Malformed;
import io.l7.common.framing.WireException.TimedOut;
import io.l7.common.framing.WireException.TooLong;
import io.l7.common.net.Connection;
import io.l7.smtp.message.Received.Dialect;
import io.l7.smtp.protocol.Command;
import io.l7.smtp.protocol.CommandParser;
import io.l7.smtp.protocol.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One conversation with a client (RFC 5321 §3): greeting, EHLO, MAIL, RCPT, DATA, QUIT, and what
 * the extensions add. One thread; reads a command, decides, replies.
 */
public final class SmtpSession {
  private final Connection connection;
  private final SessionContext context;
  private final Role role;
  private final Client client = new Client();
  private final Speaker speaker;
  private int failedAuth;

  /** A session on a connection that has just been accepted; implicit TLS has been done. */
  public SmtpSession(Connection connection, SessionContext context, Role role) {
    this.connection = connection;
    this.context = context;
    this.role = role;
    this.speaker = new Speaker(connection, context.counters(), context.limits().maxErrors());
  }

  /** Talks until one side ends it. */
  public void run() throws IOException {
    var address = connection.peer().getAddress();
    var inside = context.doors().enter(address);
    try (var mail = new MailExchange(connection, context, role, client, speaker)) {
      if (inside) {
        greet();
      } else {
        speaker.end(Replies.TOO_MANY_CONNECTIONS); // RFC 5321 §3.1
      }
      while (speaker.open()) {
        var command = nextCommand();
        if (command.isEmpty()) {
          return; // the client hung up without QUIT
        }
        obey(command.get(), mail);
      }
    } catch (Draining e) {
      speaker.reply(Replies.SHUTDOWN);
    } catch (TimedOut e) {
      speaker.end(Replies.TIMEOUT);
      connection.out().flush(); // nobody else will: the connection ends badly
      throw e;
    } finally {
      if (inside) {
        context.doors().leave(address);
      }
    }
  }

  private void greet() throws IOException {
    if (speaker.plays(context.faults().onConnectFault())) {
      return;
    }
    if (speaksFirst()) {
      speaker.end(Replies.EARLY_TALKER); // RFC 5321 §4.3.1: the client waits for the greeting
      return;
    }
    var protocol = role == Role.LMTP ? "LMTP" : "ESMTP";
    speaker.reply(Reply.of(220, context.hostname() + " " + protocol + " L7"));
  }

  /** Who talks before the greeting does not listen to replies either: a browser, or a spammer. */
  private boolean speaksFirst() throws IOException {
    var pause = context.limits().greetingPause();
    if (pause.isZero() || connection.tls().isPresent()) {
      return false;
    }
    connection.readTimeout(pause);
    try {
      return connection.in().ensure(1);
    } catch (TimedOut e) {
      return false;
    } finally {
      connection.readTimeout(Duration.ZERO);
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

  private void obey(Command command, MailExchange mail) throws IOException {
    if (speaker.plays(context.faults().onCommandFault(command))) {
      return;
    }
    switch (command) {
      case Command.Ehlo(var name) -> hello(name, Dialect.ESMTP, mail);
      case Command.Helo(var name) -> hello(name, Dialect.SMTP, mail);
      case Command.Lhlo(var name) -> hello(name, Dialect.LMTP, mail);
      case Command.StartTls() -> startTls(mail);
      case Command.Auth auth -> auth(auth, mail);
      case Command.Mail(var from, var parameters) -> mail.mail(from, parameters);
      case Command.Rcpt rcpt -> mail.rcpt(rcpt);
      case Command.Data() -> mail.data();
      case Command.Bdat(var octets, var chunk) -> mail.bdat(octets, chunk);
      case Command.Rset() -> {
        mail.abandon();
        speaker.reply(Replies.RESET);
      }
      case Command.Noop() -> speaker.reply(Replies.OK);
      case Command.Quit() -> speaker.end(Replies.BYE);
      case Command.Vrfy(var what) -> speaker.reply(Replies.VRFY);
      case Command.Expn(var what) -> speaker.refuse(Replies.NOT_IMPLEMENTED);
      case Command.Help() -> speaker.reply(Replies.HELP);
      case Command.Foreign(var verb) -> speaker.end(Replies.FOREIGN);
      case Command.Invalid(var reply) -> speaker.refuse(reply);
    }
  }

  private void hello(String name, Dialect dialect, MailExchange mail) throws IOException {
    if (role == Role.LMTP && dialect != Dialect.LMTP) {
      speaker.refuse(Replies.LHLO_ONLY); // RFC 2033 §4.1
      return;
    }
    if (role != Role.LMTP && dialect == Dialect.LMTP) {
      speaker.refuse(Replies.NOT_LMTP);
      return;
    }
    mail.abandon(); // RFC 5321 §4.1.4: a new greeting begins afresh
    client.greeted(dialect, name);
    var lines = new ArrayList<String>();
    lines.add(context.hostname() + " greets " + name);
    if (dialect != Dialect.SMTP) {
      lines.addAll(extensions());
    }
    speaker.reply(new Reply(250, Optional.empty(), lines));
  }

  private List<String> extensions() {
    var out = new ArrayList<String>();
    out.add("PIPELINING");
    out.add("SIZE " + context.limits().maxMessage());
    // Not at the end: there are clients that look for "250-STARTTLS"
    if (context.tls().isPresent() && connection.tls().isEmpty()) {
      out.add("STARTTLS");
    }
    if (authOffered()) {
      out.add(
          "AUTH "
              + String.join(" ", context.authenticator().mechanisms(new TlsChannel(connection))));
    }
    out.add("8BITMIME");
    out.add("SMTPUTF8");
    out.add("ENHANCEDSTATUSCODES");
    out.add("CHUNKING");
    out.add("DSN");
    out.add(
        "LIMITS MAILMAX="
            + context.limits().maxMessagesPerConnection()
            + " RCPTMAX="
            + context.limits().maxRecipients()); // RFC 9422 §4
    return out;
  }

  /** Where TLS can be had, it comes before AUTH. */
  private boolean authOffered() {
    return client.user().isEmpty()
        && role != Role.LMTP
        && (connection.tls().isPresent() || context.tls().isEmpty());
  }

  private void startTls(MailExchange mail) throws IOException {
    if (context.tls().isEmpty()) {
      speaker.refuse(Replies.NO_TLS);
    } else if (connection.tls().isPresent()) {
      speaker.refuse(Replies.ALREADY_TLS);
    } else if (client.user().isPresent()) {
      speaker.refuse(Replies.TLS_AFTER_AUTH);
    } else {
      speaker.reply(Replies.START_TLS);
      connection.deadline(context.limits().tlsTimeout(), "TLS handshake");
      try {
        connection.startTls(context.tls().get()); // refuses what was injected behind STARTTLS
      } catch (Malformed e) {
        speaker.hangUp();
        return;
      } finally {
        connection.clearDeadline();
      }
      mail.abandon();
      client.forget();
    }
  }

  private void auth(Command.Auth auth, MailExchange mail) throws IOException {
    if (client.user().isPresent()) {
      speaker.refuse(Replies.ALREADY_AUTH);
    } else if (mail.underWay()) {
      speaker.refuse(Replies.AUTH_IN_MAIL);
    } else if (role == Role.LMTP) {
      speaker.refuse(Replies.NOT_IMPLEMENTED);
    } else if (!authOffered()) {
      speaker.refuse(Replies.AUTH_NEEDS_TLS);
    } else {
      switch (new AuthDialogue(connection, context).run(auth)) {
        case AuthDialogue.Result.LoggedIn(var name) -> {
          client.authenticated(name);
          connection.note("authenticated as " + name);
          speaker.reply(Replies.AUTH_OK);
        }
        case AuthDialogue.Result.Refused(var why) -> {
          context.counters().failedAuth().add();
          if (++failedAuth >= context.limits().maxAuthFailures()) {
            speaker.end(Replies.TOO_MANY_ERRORS);
          } else {
            speaker.reply(why);
          }
        }
      }
    }
  }
}
