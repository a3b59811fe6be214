package io.l7.dns.replay;

import io.l7.dns.authority.Request;
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
import io.l7.dns.service.RecursiveService;
import io.l7.dns.validator.Validation;
import java.net.InetAddress;
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

  private final Scenario scenario;
  private final Scoring scoring;
  private final VirtualTasks tasks;
  private final RecursiveEngine engine;
  private final RecursiveService service;
  private final ScriptedServers servers;
  private final List<Message> answers = new ArrayList<>();
  private final List<Explanation> explanations = new ArrayList<>();
  private final boolean timersFireInTheEnd;
  private int current;
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
    this.servers = new ScriptedServers(scenario, tasks);
    var cache = new DnsCache(config.cacheLimits());
    Validation validator = validation.make(config, tasks);
    this.engine =
        new RecursiveEngine(
            config.resolver(features),
            cache,
            servers,
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

  private Verdict rounds() {
    List<Scenario.Step> steps = scenario.steps();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      tasks.runUntilIdle();
      if (current < steps.size()
          && (checkOutQuery(steps.get(current)) || checkAnswer(steps.get(current)))) {
        continue;
      }
      if (servers.answer(rangeNumber())) {
        continue;
      }
      if (current >= steps.size()) {
        if (!servers.pending().isEmpty()
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
    if (!servers.pending().isEmpty()
        && scoring == Scoring.STRICT
        && scenario.dialect() == Scenario.Dialect.UNBOUND) {
      return new Verdict.Failed(
          "a query is still waiting: " + servers.pending().getFirst().query.questions());
    }
    return new Verdict.Passed(servers.unscripted());
  }

  private boolean checkOutQuery(Scenario.Step step) {
    if (step.kind() != Scenario.Kind.CHECK_OUT_QUERY) {
      return false;
    }
    Entry entry = step.entry().orElseThrow();
    Optional<InetAddress> address = address(step);
    for (ScriptedServers.Pending candidate : servers.pending()) {
      boolean there = address.isEmpty() || address.get().equals(candidate.server);
      if (there && EntryMatch.query(entry, candidate.query, candidate.transport).isEmpty()) {
        current++;
        if (entry.adjusts("copy_id")) {
          servers.deliver(candidate, entry);
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

  /**
   * The step number by which ranges hold: Unbound looks at the step to come, Deckard at the one
   * just done.
   */
  private int rangeNumber() {
    List<Scenario.Step> steps = scenario.steps();
    int index = scenario.dialect() == Scenario.Dialect.UNBOUND ? current : current - 1;
    return steps.get(Math.clamp(index, 0, steps.size() - 1)).number();
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
        servers.reply(step.entry().orElseThrow());
      }
      case TIMEOUT, ERROR -> {
        current++;
        if (servers.pending().isEmpty()) {
          // How often a silent server is asked is each resolver's own affair.
          return scoring == Scoring.STRICT ? Optional.of("no query is waiting") : Optional.empty();
        }
        ScriptedServers.finish(
            servers.pending().getFirst(),
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
        servers.pending().isEmpty()
            ? what
            : what
                + "; waiting: "
                + servers.pending().getFirst().query.questions()
                + " to "
                + servers.pending().getFirst().server.getHostAddress());
  }

  private void query(Scenario.Step step) {
    Entry entry = step.entry().orElseThrow();
    InetAddress client = address(step).orElse(InetAddress.getLoopbackAddress());
    var transport = entry.matches("tcp") ? Request.Transport.STREAM : Request.Transport.UDP;
    var asker = new RecursiveService.Asker(client, transport);
    Message query = entry.message();
    if (entry.raw().isPresent()) {
      try {
        Message raw = MessageReader.read(entry.raw().get());
        tasks.fork(() -> service.answer(raw, asker, io.l7.dns.explain.Trace.NONE));
      } catch (MalformedMessageException e) {
        // A packet that is no message gets no answer that the scenario would look at.
      }
      return;
    }
    var explanation =
        Explanation.start(
            query.question().map(Question::toString).orElse("no question"), tasks::millis);
    explanations.add(explanation);

    tasks.fork(() -> service.answer(query, asker, explanation).ifPresent(this::receive));
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
