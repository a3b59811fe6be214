package io.l7.smtp.client;

import io.l7.smtp.protocol.BodyType;
import io.l7.smtp.protocol.EnhancedStatus;
import io.l7.smtp.protocol.Reply;
import io.l7.smtp.queue.Consignment;
import io.l7.smtp.queue.Outcome;
import io.l7.smtp.queue.Outcome.DsnDuty;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sends one mail over a session: MAIL, RCPT, DATA, in one group where the server allows (RFC 2920).
 */
public final class MailSender {
  /** RCPTs written before their replies are read, so that neither side's buffers fill up. */
  private static final int GROUP = 100;

  /**
   * Recipients of one transaction where the server does not say how many it takes: what every one
   * has to (RFC 5321 §4.5.3.1.8). More would be put off, a hundred at each try.
   */
  private static final int RECIPIENTS = 100;

  private static final int MOST_RECIPIENTS = 1_000;

  /** Characters of a reply that are kept, for each recipient and as long as the mail waits. */
  private static final int MAX_TEXT = 1_000;

  private static final EnhancedStatus LOST = EnhancedStatus.of("4.4.2");
  private static final EnhancedStatus OUT_OF_STEP = EnhancedStatus.of("4.5.0");

  private final ClientSession session;
  private final String server;
  private final Consignment mail;
  private final MailCommands commands;
  private final @Nullable Outcome[] outcomes;

  private MailSender(ClientSession session, String server, Consignment mail) {
    this.session = session;
    this.server = server;
    this.mail = mail;
    this.commands = new MailCommands(session.ehlo(), mail);
    this.outcomes = new Outcome[mail.recipients().size()];
  }

  /**
   * Sends to all recipients of the consignment; {@code server} names the peer in the outcomes.
   * Never throws.
   */
  public static List<Outcome> send(ClientSession session, String server, Consignment mail) {
    return new MailSender(session, server, mail).send();
  }

  private List<Outcome> send() {
    var objection = objection();
    if (objection.isPresent()) {
      return mail.recipients().stream().map(r -> objection.get()).toList();
    }
    try {
      var most =
          (int) Math.min(session.ehlo().recipientLimit().orElse(RECIPIENTS), MOST_RECIPIENTS);
      for (var from = 0; from < outcomes.length && session.usable(); from += most) {
        transaction(from, Math.min(from + most, outcomes.length));
      }
      fill(
          0, outcomes.length, new Outcome.Deferred(Optional.of(server), LOST, "server is closing"));
    } catch (IOException | IllegalArgumentException e) {
      session.broken();
      fill(0, outcomes.length, new Outcome.Deferred(Optional.of(server), LOST, text(e)));
    }
    return Arrays.stream(outcomes).map(o -> o == null ? unknown() : o).toList();
  }

  private Outcome unknown() {
    return new Outcome.Deferred(Optional.of(server), LOST, "no answer");
  }

  /** What the server does not offer and the mail cannot do without. */
  private Optional<Outcome> objection() {
    var ehlo = session.ehlo();
    if (commands.needsUtf8() && !ehlo.offers("SMTPUTF8")) { // RFC 6531 §3.6
      return failed("5.6.7", "server does not take internationalized mail (SMTPUTF8)");
    }
    var eightBit = mail.envelope().parameters().body() == BodyType.EIGHT_BIT_MIME;
    if (eightBit && !ehlo.offers("8BITMIME")) { // RFC 6152 §3: converted or returned; we return
      return failed("5.6.3", "server does not take 8-bit content (8BITMIME)");
    }
    var most = ehlo.maxSize();
    if (most.isPresent() && mail.content().length() > most.getAsLong()) { // RFC 1870 §6.1
      return failed("5.3.4", "server takes at most " + most.getAsLong() + " octets");
    }
    return Optional.empty();
  }

  private Optional<Outcome> failed(String status, String why) {
    return Optional.of(new Outcome.Failed(Optional.of(server), EnhancedStatus.of(status), why));
  }

  private void transaction(int from, int to) throws IOException {
    var pipelining = session.ehlo().offers("PIPELINING");
    commandsBegin();
    session.write(commands.mailFrom());
    if (!pipelining) {
      var reply = reply();
      if (!reply.isCompletion()) {
        fill(from, to, outcome(reply));
        return;
      }
    }
    var mailReply = Optional.<Reply>empty();
    var accepted = new ArrayList<Integer>();
    for (var group = from; group < to; group += GROUP) {
      var end = Math.min(group + GROUP, to);
      commandsBegin();
      for (var i = group; i < end; i++) {
        session.write(commands.rcptTo(mail.recipients().get(i)));
        if (!pipelining) {
          rcptReply(i, accepted);
        }
      }
      if (pipelining) {
        if (end == to) {
          session.write("DATA");
        }
        session.connection().out().flush();
        if (mailReply.isEmpty()) {
          mailReply = Optional.of(reply());
        }
        for (var i = group; i < end; i++) {
          rcptReply(i, accepted);
        }
      }
    }
    if (!pipelining) {
      if (accepted.isEmpty()) {
        reset();
        return;
      }
      session.write("DATA");
    }
    session.connection().deadline(session.timeouts().dataBegin(), "reply to DATA");
    session.connection().out().flush();
    var go = session.read();
    if (mailReply.isPresent() && !mailReply.get().isCompletion()) {
      accepted.clear();
      fill(from, to, outcome(mailReply.get()), Overwrite.ALL);
    }
    if (go.code() == 354 && accepted.isEmpty()) {
      session.connection().out().latin1(".\r\n"); // RFC 2920 §3.1: an empty content that is refused
      reply();
      return;
    }
    if (go.code() != 354) {
      accepted.forEach(i -> outcomes[i] = refused(go)); // 250 as well: no content has gone out
      reset();
      return;
    }
    session.content(mail.content());
    verdict(accepted);
  }

  private void verdict(List<Integer> accepted) throws IOException {
    session.connection().deadline(session.timeouts().end(), "reply to the content");
    if (session.dialect() == Dialect.LMTP) {
      for (var i : accepted) { // RFC 2033 §4.2
        outcomes[i] = outcome(session.read());
        session.connection().deadline(session.timeouts().end(), "reply to the content");
      }
      session.connection().clearDeadline();
      return;
    }
    var reply = session.read();
    accepted.forEach(i -> outcomes[i] = outcome(reply));
  }

  private void reset() throws IOException {
    if (session.usable()) {
      session.command("RSET");
    }
  }

  private void rcptReply(int index, List<Integer> accepted) throws IOException {
    var reply = reply();
    if (reply.isCompletion()) {
      accepted.add(index);
    } else if (reply.code() == 552 && !accepted.isEmpty() && saysTooMany(reply)) {
      // RFC 5321 §4.5.3.1.10: of old it was this for 452, too many recipients in one transaction
      outcomes[index] =
          new Outcome.Deferred(Optional.of(server), EnhancedStatus.of("4.5.3"), text(reply));
    } else {
      outcomes[index] = refused(reply);
    }
  }

  private static boolean saysTooMany(Reply reply) {
    return reply.status().map(s -> s.subject() == 5 && s.detail() == 3).orElse(true);
  }

  /** A peer that does not read must not hold us either: from here on, time runs. */
  private void commandsBegin() {
    session.connection().deadline(session.timeouts().command(), "commands to be taken");
  }

  private Reply reply() throws IOException {
    session.connection().deadline(session.timeouts().command(), "reply");
    session.connection().out().flush();
    return session.read();
  }

  private Outcome outcome(Reply reply) {
    var from = Optional.of(server);
    if (reply.isCompletion()) {
      var duty = session.ehlo().offers("DSN") ? DsnDuty.PASSED_ON : DsnDuty.OURS;
      return new Outcome.Delivered(from, text(reply), duty);
    }
    return refused(reply);
  }

  /** What a reply means that did not say yes. */
  private Outcome refused(Reply reply) {
    var from = Optional.of(server);
    if (reply.isPositive()) { // out of turn: nobody knows what the server thinks it has
      session.broken();
      return new Outcome.Deferred(from, OUT_OF_STEP, "unexpected reply: " + text(reply));
    }
    // RFC 5321 §4.2.1: what counts is the first digit, whatever the enhanced code says
    return reply.isTransient()
        ? new Outcome.Deferred(from, status(reply, 4), text(reply))
        : new Outcome.Failed(from, status(reply, 5), text(reply));
  }

  private static EnhancedStatus status(Reply reply, int kind) {
    return reply.status().filter(s -> s.kind() == kind).orElse(new EnhancedStatus(kind, 0, 0));
  }

  private enum Overwrite {
    ALL,
    OPEN
  }

  private void fill(int from, int to, Outcome outcome) {
    fill(from, to, outcome, Overwrite.OPEN);
  }

  private void fill(int from, int to, Outcome outcome, Overwrite which) {
    for (var i = from; i < to; i++) {
      if (outcomes[i] == null || which == Overwrite.ALL) {
        outcomes[i] = outcome;
      }
    }
  }

  /** What a server said, as far as it is kept. */
  static String text(Reply reply) {
    var text = reply.toString();
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
  }

  static String text(Exception e) {
    var message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
