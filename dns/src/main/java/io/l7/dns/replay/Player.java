package io.l7.dns.replay;

import io.l7.dns.cache.DnsCache;
import io.l7.dns.explain.Explanation;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Question;
import io.l7.dns.resolver.Exchange;
import io.l7.dns.resolver.Feature;
import io.l7.dns.resolver.RecursiveEngine;
import io.l7.dns.resolver.ResponseMatch;
import io.l7.dns.resolver.Transport;
import io.l7.dns.service.RecursiveService;
import io.l7.dns.validator.Validation;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Plays one scenario once. One thread, which is also the controlling one of the virtual tasks. */
final class Player {
  private static final int MOST_ROUNDS = 5000;
  private static final int MOST_TIMERS = 400;

  /** An upstream query in flight. */
  private static final class Pending {
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
  private final Scoring scoring;
  private final VirtualTasks tasks;
  private final RecursiveEngine engine;
  private final RecursiveService service;
  private final List<Pending> pending = new ArrayList<>();
  private final List<Message> answers = new ArrayList<>();
  private final List<Explanation> explanations = new ArrayList<>();
  private final boolean timersFireInTheEnd;
  private int current;
  private int unscripted;
  private int timers;

  Player(
      Scenario scenario,
      ScenarioConfig config,
      EnumSet<Feature> features,
      Scoring scoring,
      ScenarioValidation validation) {
    this.scenario = scenario;
    this.scoring = scoring;
    this.tasks = new VirtualTasks(config.startSeconds() * 1000);
    var cache = new DnsCache(config.cacheLimits());
    Validation validator = validation.make(config, tasks);
    this.engine =
        new RecursiveEngine(
            config.resolver(features),
            cache,
            this::exchange,
            tasks,
            tasks,
            new SeededRandom(42),
            validator);
    this.service = new RecursiveService(engine, config.service());
    this.timersFireInTheEnd =
        scoring == Scoring.RELAXED || scenario.dialect() == Scenario.Dialect.DECKARD;
  }

  /** Chance that is the same in every run. */
  private record SeededRandom(SplittableRandom random) implements java.util.random.RandomGenerator {
    SeededRandom(long seed) {
      this(new SplittableRandom(seed));
    }

    @Override
    public long nextLong() {
      return random.nextLong();
    }
  }

  Verdict play() {
    try (tasks) {
      return rounds();
    }
  }

  /** The explanation of every question played. */
  List<Explanation> explanations() {
    return explanations;
  }

  private Exchange exchange(
      InetAddress server, Transport transport, Message query, Duration timeout) {
    var mine = new Pending(server, transport, query, tasks.prepare());
    pending.add(mine);
    tasks.await(mine.wait, timeout);
    pending.remove(mine);
    return mine.outcome.orElseGet(Exchange.TimedOut::new);
  }

  private Verdict rounds() {
    List<Scenario.Step> steps = scenario.steps();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      tasks.runUntilIdle();
      if (current < steps.size()
          && (checkOutQuery(steps.get(current)) || checkAnswer(steps.get(current)))) {
        continue;
      }
      if (answerFromRanges()) {
        continue;
      }
      if (current >= steps.size()) {
        if (!pending.isEmpty()
            && timersFireInTheEnd
            && timers++ < MOST_TIMERS
            && tasks.fireNext()) {
          continue;
        }
        return end();
      }
      Optional<String> trouble = perform(steps.get(current));
      if (trouble.isPresent()) {
        return new Verdict.Failed(
            "step "
                + steps.get(Math.min(current, steps.size() - 1)).number()
                + ": "
                + trouble.get());
      }
    }
    return new Verdict.Failed("more than " + MOST_ROUNDS + " rounds");
  }

  private Verdict end() {
    if (!answers.isEmpty()) {
      return new Verdict.Failed("an answer was not checked: " + answers.getFirst().questions());
    }
    if (!pending.isEmpty()
        && scoring == Scoring.STRICT
        && scenario.dialect() == Scenario.Dialect.UNBOUND) {
      return new Verdict.Failed(
          "a query is still waiting: " + pending.getFirst().query.questions());
    }
    return new Verdict.Passed(unscripted);
  }

  private boolean checkOutQuery(Scenario.Step step) {
    if (step.kind() != Scenario.Kind.CHECK_OUT_QUERY) {
      return false;
    }
    Entry entry = step.entry().orElseThrow();
    Optional<InetAddress> address = address(step);
    for (Pending candidate : pending) {
      boolean there = address.isEmpty() || address.get().equals(candidate.server);
      if (there && EntryMatch.query(entry, candidate.query, candidate.transport).isEmpty()) {
        current++;
        if (entry.adjusts("copy_id")) {
          deliver(candidate, entry);
        }
        return true;
      }
    }
    return false;
  }

  private static Optional<InetAddress> address(Scenario.Step step) {
    int at = step.words().indexOf("ADDRESS");
    return at < 0 ? Optional.empty() : Optional.of(InetAddress.ofLiteral(step.words().get(at + 1)));
  }

  private boolean checkAnswer(Scenario.Step step) {
    if (step.kind() != Scenario.Kind.CHECK_ANSWER || answers.isEmpty()) {
      return false;
    }
    for (Iterator<Message> each = answers.iterator(); each.hasNext(); ) {
      if (EntryMatch.answer(step.entry().orElseThrow(), each.next(), scoring, scenario.dialect())
          .isEmpty()) {
        each.remove();
        current++;
        return true;
      }
    }
    return false;
  }

  private boolean answerFromRanges() {
    int number = rangeNumber();
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
        Message refusal = Message.responseTo(query.query, io.l7.dns.message.Rcode.SERVFAIL);
        finish(query, new Exchange.Answered(refusal));
        return true;
      }
    }
    return false;
  }

  /**
   * The step number by which ranges hold: Unbound looks at the step to come, Deckard at the one
   * just done.
   */
  private int rangeNumber() {
    List<Scenario.Step> steps = scenario.steps();
    int index = scenario.dialect() == Scenario.Dialect.UNBOUND ? current : current - 1;
    return steps.get(Math.clamp(index, 0, steps.size() - 1)).number();
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
  private boolean deliver(Pending query, Entry entry) {
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

  private static boolean finish(Pending query, Exchange outcome) {
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

  private Optional<String> perform(Scenario.Step step) {
    switch (step.kind()) {
      case QUERY -> {
        current++;
        query(step);
      }
      case TIME_PASSES -> {
        current++;
        double seconds = Double.parseDouble(step.words().getLast());
        tasks.advance(Math.round(seconds * 1000));
      }
      case REPLY -> {
        current++;
        reply(step.entry().orElseThrow());
      }
      case TIMEOUT, ERROR -> {
        current++;
        if (pending.isEmpty()) {
          // How often a silent server is asked is each resolver's own affair.
          return scoring == Scoring.STRICT ? Optional.of("no query is waiting") : Optional.empty();
        }
        finish(
            pending.getFirst(),
            step.kind() == Scenario.Kind.TIMEOUT
                ? new Exchange.TimedOut()
                : new Exchange.Failed("connection closed"));
      }
      case INFRA_RTT -> {
        current++;
        engine.setRoundTrip(
            InetAddress.ofLiteral(step.words().getFirst()),
            Integer.parseInt(step.words().getLast()));
      }
      case TRAFFIC, NOTHING -> current++;
      case CHECK_OUT_QUERY, CHECK_ANSWER -> {
        if (scenario.dialect() == Scenario.Dialect.DECKARD
            && step.kind() == Scenario.Kind.CHECK_OUT_QUERY) {
          current++;
          return Optional.empty();
        }
        return waitFor(step);
      }
    }
    return Optional.empty();
  }

  /** Gives an entry to the newest query that it answers. */
  private void reply(Entry entry) {
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

  private Optional<String> waitFor(Scenario.Step step) {
    if (step.kind() == Scenario.Kind.CHECK_ANSWER && !answers.isEmpty()) {
      return EntryMatch.answer(
          step.entry().orElseThrow(), answers.getFirst(), scoring, scenario.dialect());
    }
    if (timersFireInTheEnd && timers++ < MOST_TIMERS && tasks.fireNext()) {
      return Optional.empty();
    }
    String what = step.kind() == Scenario.Kind.CHECK_ANSWER ? "no answer" : "no such query";
    return Optional.of(
        pending.isEmpty()
            ? what
            : what
                + "; waiting: "
                + pending.getFirst().query.questions()
                + " to "
                + pending.getFirst().server.getHostAddress());
  }

  private void query(Scenario.Step step) {
    Entry entry = step.entry().orElseThrow();
    InetAddress client = address(step).orElse(InetAddress.getLoopbackAddress());
    Message query = entry.message();
    if (entry.raw().isPresent()) {
      try {
        Message raw = MessageReader.read(entry.raw().get());
        tasks.fork(() -> service.answer(raw, client, io.l7.dns.explain.Trace.NONE));
      } catch (MalformedMessageException e) {
        // A packet that is no message gets no answer that the scenario would look at.
      }
      return;
    }
    var explanation =
        Explanation.start(
            query.question().map(Question::toString).orElse("no question"), tasks::millis);
    explanations.add(explanation);

    tasks.fork(() -> service.answer(query, client, explanation).ifPresent(this::receive));
  }

  /** The client gets the answer over the wire, as it would in life. */
  private void receive(Message answer) {
    try {
      answers.add(MessageReader.read(MessageWriter.write(answer)));
    } catch (MalformedMessageException e) {
      throw new IllegalStateException(
          "own answer cannot be read: " + String.valueOf(e.getMessage()), e);
    }
  }
}
