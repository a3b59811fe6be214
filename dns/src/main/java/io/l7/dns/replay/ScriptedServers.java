package io.l7.dns.replay;

import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Question;
import io.l7.dns.message.Rcode;
import io.l7.dns.resolver.Exchange;
import io.l7.dns.resolver.ResponseMatch;
import io.l7.dns.resolver.Transport;
import io.l7.dns.resolver.Upstream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The name servers of a scenario: queries that wait for an answer, and the entries that give one.
 * Owned by the thread whose turn it is in virtual time.
 */
final class ScriptedServers implements Upstream {
  /** An upstream query in flight. */
  static final class Pending {
    final InetAddress server;
    final Transport transport;
    final Message query;
    final VirtualTasks.Wait wait;
    Optional<Exchange> outcome = Optional.empty();

    Pending(InetAddress server, Transport transport, Message query, VirtualTasks.Wait wait) {
      this.server = server;
      this.transport = transport;
      this.query = query;
      this.wait = wait;
    }
  }

  private final Scenario scenario;
  private final VirtualTasks tasks;
  private final List<Pending> pending = new ArrayList<>();
  private int unscripted;

  ScriptedServers(Scenario scenario, VirtualTasks tasks) {
    this.scenario = scenario;
    this.tasks = tasks;
  }

  /** Queries that wait for an answer, the oldest first. */
  List<Pending> pending() {
    return pending;
  }

  /** Queries to a server of the scenario for which it has no answer. */
  int unscripted() {
    return unscripted;
  }

  @Override
  public Exchange exchange(
      InetAddress server, Transport transport, Message query, Duration timeout) {
    var mine = new Pending(server, transport, query, tasks.prepare());
    pending.add(mine);
    tasks.await(mine.wait, timeout);
    pending.remove(mine);
    return mine.outcome.orElseGet(Exchange.TimedOut::new);
  }

  /**
   * Answers one query by the ranges that hold at a step; false if there is none to answer.
   *
   * @param number of the step
   */
  boolean answer(int number) {
    for (Pending query : List.copyOf(pending)) {
      Optional<Entry> entry = scripted(query, number);
      if (entry.isPresent()) {
        if (entry.get().adjusts("do_not_answer")) {
          continue;
        }
        if (deliver(query, entry.get())) {
          return true;
        }
      } else if (scenario.dialect() == Scenario.Dialect.DECKARD && hasServer(query, number)) {
        unscripted++;
        Message refusal = Message.responseTo(query.query, Rcode.SERVFAIL);
        finish(query, new Exchange.Answered(refusal));
        return true;
      }
    }
    return false;
  }

  private boolean hasServer(Pending query, int number) {
    return scenario.ranges().stream().anyMatch(range -> range.covers(number, query.server));
  }

  private Optional<Entry> scripted(Pending query, int number) {
    List<Scenario.Range> ranges =
        scenario.ranges().stream().filter(range -> range.covers(number, query.server)).toList();
    if (scenario.dialect() == Scenario.Dialect.UNBOUND) {
      ranges = ranges.reversed();
    } else {
      ranges = ranges.stream().limit(1).toList();
    }
    return ranges.stream()
        .flatMap(range -> range.entries().stream())
        .filter(entry -> EntryMatch.query(entry, query.query, query.transport).isEmpty())
        .findFirst();
  }

  /** Sends an entry as the answer; false if it was not taken, because its id is another. */
  boolean deliver(Pending query, Entry entry) {
    byte[] wire;
    if (entry.raw().isPresent()) {
      wire = entry.raw().get().clone();
      if (entry.adjusts("raw_id") && wire.length >= 2) {
        wire[0] = (byte) (query.query.id() >> 8);
        wire[1] = (byte) query.query.id();
      }
    } else {
      wire = MessageWriter.write(adjusted(query.query, entry));
    }
    Message response;
    try {
      response = MessageReader.read(wire);
    } catch (MalformedMessageException e) {
      return finish(query, new Exchange.Garbled(String.valueOf(e.getMessage())));
    }
    return switch (ResponseMatch.of(query.query, response)) {
      case FOREIGN -> false;
      case OTHER_CASE -> finish(query, new Exchange.Garbled("letters of the question differ"));
      case FITS -> finish(query, new Exchange.Answered(response));
    };
  }

  static boolean finish(Pending query, Exchange outcome) {
    if (query.outcome.isPresent()) {
      return false;
    }
    query.outcome = Optional.of(outcome);
    query.wait.wake();
    return true;
  }

  private Message adjusted(Message query, Entry entry) {
    Message message = entry.message();
    if (entry.adjusts("copy_query")) {
      message = message.withQuestions(query.questions());
    }
    if (entry.adjusts("copy_id")) {
      message = message.withId(query.id());
      Optional<Question> asked = query.question();
      if (scenario.dialect() == Scenario.Dialect.DECKARD
          && asked.isPresent()
          && message.question().equals(asked)) {
        message = message.withQuestions(query.questions());
      }
    } else if (scenario.dialect() == Scenario.Dialect.DECKARD) {
      message = message.withId(query.id() ^ 0xffff);
    } else {
      // Unbound's player hands answers to the iterator behind the comparison of ids.
      message = message.withId(query.id());
    }
    if (scenario.dialect() == Scenario.Dialect.DECKARD && query.edns().isEmpty()) {
      message = message.withoutEdns();
    }
    return message;
  }

  /** Gives an entry to the newest query that it answers. */
  void reply(Entry entry) {
    for (Pending query : pending.reversed()) {
      Message reply = entry.message().withId(entry.adjusts("copy_id") ? query.query.id() : 0);
      if (entry.adjusts("copy_query")) {
        reply = reply.withQuestions(query.query.questions());
      }
      if (ResponseMatch.of(query.query, reply) != ResponseMatch.FOREIGN) {
        finish(query, new Exchange.Answered(reply));
        return;
      }
    }
  }
}
