package io.l7.smtp.client;

import io.l7.common.framing.WireException.Truncated;
import io.l7.common.net.Connection;
import io.l7.common.tls.TlsTrust;
import io.l7.smtp.client.ProbePlan.Ending;
import io.l7.smtp.client.ProbePlan.Greeting;
import io.l7.smtp.client.ProbePlan.Need;
import io.l7.smtp.client.ProbePlan.Pace;
import io.l7.smtp.client.ProbePlan.Point;
import io.l7.smtp.client.ProbeResult.End;
import io.l7.smtp.dane.TlsaAnswer;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.protocol.Ehlo;
import io.l7.smtp.protocol.Reply;
import io.l7.smtp.queue.Consignment;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One transaction, said to a server to see how it answers: it goes as far as it is told, ends as it
 * is told, and names the step that went wrong. One thread, once.
 */
public final class Probe {
  private final ProbePlan plan;
  private final Consumer<String> complaints;
  private String heard = "";

  /** What we have to say ourselves, beside the dialogue, goes to {@code complaints}. */
  public Probe(ProbePlan plan, Consumer<String> complaints) {
    this.plan = plan;
    this.complaints = complaints;
  }

  /** The way out of the dialogue. */
  private static final class Over extends Exception {
    private static final long serialVersionUID = 1L;

    private final End end;
    private final Ending ending;

    Over(End end, Ending ending) {
      super(end.name(), null, false, false);
      this.end = end;
      this.ending = ending;
    }
  }

  /** Connects, talks, and hangs up. */
  public ProbeResult run() {
    Connection connection;
    try {
      connection = plan.options().dialer().dial(plan.server());
    } catch (IOException e) {
      complaints.accept("Error connecting to " + plan.server() + ": " + MailSender.text(e));
      return new ProbeResult(End.UNREACHABLE, MailSender.text(e));
    }
    try (connection) {
      return new ProbeResult(talk(connection), heard);
    }
  }

  private End talk(Connection connection) {
    var options = plan.options();
    var session =
        ClientSession.over(connection, options.dialect(), options.hostname(), options.timeouts());
    var end = End.DONE;
    try {
      try {
        dialogue(session);
      } catch (Over over) {
        end = over.end;
        if (over.ending != Ending.QUIT) {
          return end;
        }
      }
      if (session.usable()) {
        var bye = session.command("QUIT");
        if (!bye.isPositive()) {
          heard(bye, end == End.DONE ? End.QUIT : end);
        }
        connection.finish();
      }
      return end;
    } catch (Over over) {
      return over.end;
    } catch (IOException e) {
      var closed = e instanceof Truncated || e instanceof SocketException;
      complaints.accept(
          closed ? "Remote host closed connection unexpectedly." : MailSender.text(e));
      heard = MailSender.text(e);
      return end == End.DONE ? End.CLOSED : end;
    }
  }

  private void dialogue(ClientSession session) throws IOException, Over {
    if (plan.options().tls() == TlsPolicy.IMPLICIT) {
      secure(session, plan.options().trust(), plan.server().host());
    }
    heard(session.greeting(), End.BANNER);
    reached(Point.BANNER);
    if (plan.options().tls() == TlsPolicy.IMPLICIT) {
      reached(Point.TLS);
    }
    hello(session, onlyHello() ? Point.HELO : Point.FIRST_HELO, End.HELO);
    if (plan.options().tls() != TlsPolicy.IMPLICIT) {
      startTls(session);
    }
    reached(Point.HELO);
    logIn(session);
    reached(Point.AUTH);
    send(session, plan.mail().orElseThrow());
  }

  private void hello(ClientSession session, Point point, End failed) throws IOException, Over {
    var name = plan.options().hostname();
    var keyword = plan.options().dialect() == Dialect.LMTP ? "LHLO " : "EHLO ";
    if (plan.greeting() == Greeting.EXTENDED) {
      var reply = say(session, keyword + name, point);
      if (reply.isPositive()) {
        heard = reply.toString();
        session.offered(Ehlo.of(reply));
        reached(point);
        return;
      }
      if (reply.isTransient() || plan.options().dialect() == Dialect.LMTP) {
        heard(reply, failed);
      }
    }
    heard(say(session, "HELO " + name, point), failed);
    session.offered(Ehlo.NOTHING);
    reached(point);
  }

  private void startTls(ClientSession session) throws IOException, Over {
    var records = records();
    var offered = session.ehlo().offers("STARTTLS");
    var demanded = plan.options().tls() == TlsPolicy.REQUIRED || records.isPresent();
    if (plan.options().tls() == TlsPolicy.OFF || !offered && !demanded) {
      reached(Point.TLS);
      return;
    }
    if (!offered) {
      throw complain("Host did not advertise STARTTLS", End.TLS);
    }
    heard(say(session, "STARTTLS", Point.TLS), End.TLS);
    if (records.isPresent()) {
      var names = List.of(records.get().base(), plan.server().host());
      secure(session, records.get().records().trust(names), records.get().base());
    } else {
      secure(session, plan.options().trust(), plan.server().host());
    }
    reached(Point.TLS);
    hello(session, Point.HELO, End.HELO_UNDER_TLS);
  }

  /** What the host's zone says of its certificate, where that is wanted (RFC 7672 §2.2). */
  private Optional<TlsaAnswer.Found> records() throws Over {
    if (plan.options().tls() != TlsPolicy.DANE || plan.server().literal().isPresent()) {
      return Optional.empty();
    }
    var dane = plan.options().dane().orElseThrow();
    return switch (dane.resolver().lookup(plan.server())) {
      case TlsaAnswer.None none -> Optional.empty();
      case TlsaAnswer.Unknown(var why) -> throw complain(why, End.TLS);
      case TlsaAnswer.Found found -> Optional.of(found);
    };
  }

  private void secure(ClientSession session, TlsTrust trust, String name) throws Over {
    try {
      session.connection().startTls(trust, name);
    } catch (IOException e) {
      complaints.accept("TLS startup failed (" + MailSender.text(e) + ")");
      heard = MailSender.text(e);
      throw new Over(End.TLS, Ending.DROP); // nobody knows what the other side thinks now
    }
  }

  private void logIn(ClientSession session) throws IOException, Over {
    var need = plan.login().need();
    if (need == Need.NONE) {
      return;
    }
    var login = new Login(session, plan.options().credentials().orElseThrow());
    var wanted = plan.login().mechanisms();
    var possible = login.possible();
    var tried = wanted.isEmpty() ? possible : wanted.stream().filter(possible::contains).toList();
    for (var mechanism : tried) {
      var reply = login.by(mechanism);
      heard = reply.toString();
      if (reply.code() == 235) {
        return;
      }
    }
    var why =
        !tried.isEmpty()
            ? "No authentication type succeeded"
            : session.ehlo().offers("AUTH")
                ? "Auth not attempted, requested type not available"
                : "Host did not advertise authentication";
    var over = complain(why, End.AUTH);
    if (need == Need.REQUIRED || need == Need.WHERE_OFFERED && !tried.isEmpty()) {
      throw over;
    }
  }

  private void send(ClientSession session, Consignment mail) throws IOException, Over {
    var commands = new MailCommands(session.ehlo(), mail);
    var grouped = plan.pace() == Pace.GROUPED && session.ehlo().offers("PIPELINING");
    var accepted = grouped ? group(session, commands) : oneByOne(session, commands);
    session.content(mail.content());
    unanswered(Point.DOT);
    var replies = plan.options().dialect() == Dialect.LMTP ? accepted : 1; // RFC 2033 §4.2
    var taken = 0;
    for (var i = 0; i < replies; i++) {
      session.connection().deadline(session.timeouts().end(), "reply to the content");
      var reply = session.read();
      heard = reply.toString();
      taken += reply.isCompletion() ? 1 : 0;
    }
    if (taken == 0) {
      throw new Over(End.CONTENT, Ending.QUIT);
    }
    reached(Point.DOT);
  }

  /** Up to 354; how many recipients were taken. */
  private int oneByOne(ClientSession session, MailCommands commands) throws IOException, Over {
    heard(say(session, commands.shortMailFrom(), Point.MAIL), End.MAIL);
    reached(Point.MAIL);
    var accepted = 0;
    for (var recipient : commands.mail().recipients()) {
      var reply = say(session, commands.rcptTo(recipient), Point.RCPT);
      heard = reply.toString();
      accepted += reply.isCompletion() ? 1 : 0;
    }
    somebody(accepted);
    var go = say(session, "DATA", Point.DATA);
    goAhead(go);
    return accepted;
  }

  /** The same in one group (RFC 2920 §3.1). */
  private int group(ClientSession session, MailCommands commands) throws IOException, Over {
    var upToRcpt = plan.stop().filter(s -> s.point() == Point.MAIL || s.point() == Point.RCPT);
    var lines = new ArrayList<>(List.of(commands.shortMailFrom()));
    commands.mail().recipients().stream().map(commands::rcptTo).forEach(lines::add);
    if (upToRcpt.isEmpty()) {
      lines.add("DATA");
    }
    for (var line : lines) {
      session.write(line);
    }
    session.connection().out().flush();
    for (var point : List.of(Point.MAIL, Point.RCPT, Point.DATA)) {
      unanswered(point);
    }
    var mail = session.reply();
    var accepted = 0;
    for (Recipient ignored : commands.mail().recipients()) {
      accepted += session.reply().isCompletion() ? 1 : 0;
    }
    var go = upToRcpt.isEmpty() ? session.reply() : mail;
    if (go.code() == 354 && (accepted == 0 || !mail.isPositive())) {
      session.connection().out().latin1(".\r\n"); // an empty content, which is refused
      session.reply();
    }
    heard(mail, End.MAIL);
    reached(Point.MAIL);
    somebody(accepted);
    goAhead(go);
    return accepted;
  }

  private void somebody(int accepted) throws Over {
    if (accepted == 0) {
      throw new Over(End.RCPT, Ending.QUIT);
    }
    reached(Point.RCPT);
  }

  private void goAhead(Reply go) throws Over {
    heard = go.toString();
    if (go.code() != 354) {
      throw new Over(End.DATA, Ending.QUIT);
    }
    reached(Point.DATA);
  }

  private Reply say(ClientSession session, String line, Point point) throws IOException, Over {
    session.write(line);
    session.connection().out().flush();
    unanswered(point);
    return session.reply();
  }

  private void heard(Reply reply, End failed) throws Over {
    heard = reply.toString();
    if (!reply.isPositive()) {
      throw new Over(failed, Ending.QUIT);
    }
  }

  private Over complain(String why, End end) {
    complaints.accept(why);
    heard = why;
    return new Over(end, Ending.QUIT);
  }

  private void unanswered(Point point) throws Over {
    if (plan.stop().filter(s -> s.ending() == Ending.DROP_UNANSWERED).isPresent()) {
      reached(point);
    }
  }

  private void reached(Point point) throws Over {
    var stop = plan.stop().filter(s -> place(s.point()) == point);
    if (stop.isPresent()) {
      throw new Over(End.DONE, stop.get().ending());
    }
  }

  /** Where there is one greeting only, its first and its last are the same. */
  private Point place(Point point) {
    return point == Point.FIRST_HELO && onlyHello() ? Point.HELO : point;
  }

  private boolean onlyHello() {
    var policy = plan.options().tls();
    return policy == TlsPolicy.OFF || policy == TlsPolicy.IMPLICIT;
  }
}
