package io.l7.dns.simulation;

import io.l7.dns.budget.ResolverLimits;
import io.l7.dns.cache.CacheLimits;
import io.l7.dns.cache.DnsCache;
import io.l7.dns.cache.Response;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.replay.VirtualTasks;
import io.l7.dns.resolver.DelegationPoint;
import io.l7.dns.resolver.Feature;
import io.l7.dns.resolver.RecursiveEngine;
import io.l7.dns.resolver.RecursiveEngine.Checking;
import io.l7.dns.resolver.ResolverConfig;
import io.l7.dns.validator.Arithmetic;
import io.l7.dns.validator.Validation;
import io.l7.dns.validator.Validator;
import io.l7.dns.validator.ValidatorConfig;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/** The engine on a simulated net. One controlling thread. */
public final class SimulatedResolver implements AutoCloseable {
  /** 2026-01-01, when the zones of these tests were signed. */
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final VirtualTasks tasks = new VirtualTasks(START.toEpochMilli());
  private final SimulatedNet net;
  private final RandomGenerator random;
  private final EnumSet<Feature> features = EnumSet.copyOf(Feature.defaults());
  private final List<InetAddress> roots = new ArrayList<>();
  private ResolverLimits limits = ResolverLimits.defaults();
  private CacheLimits cacheLimits = CacheLimits.defaults();
  private List<ResourceRecord> anchors = List.of();
  private Arithmetic arithmetic = Arithmetic.STANDARD;
  private UnaryOperator<Validation> wrapping = UnaryOperator.identity();
  private Optional<RecursiveEngine> engine = Optional.empty();

  public SimulatedResolver(RandomGenerator random, double loss) {
    this.random = random;
    this.net = new SimulatedNet(tasks, random, loss);
    features.remove(Feature.PRIMING);
  }

  public SimulatedNet net() {
    return net;
  }

  public VirtualTasks tasks() {
    return tasks;
  }

  /** Puts a server of the root. */
  public SimulatedResolver root(String address, int delayMillis, SimulatedNet.Server server) {
    roots.add(InetAddress.ofLiteral(address));
    return server(address, delayMillis, server);
  }

  public SimulatedResolver server(String address, int delayMillis, SimulatedNet.Server server) {
    net.put(InetAddress.ofLiteral(address), delayMillis, server);
    return this;
  }

  public SimulatedResolver with(Feature feature) {
    features.add(feature);
    return this;
  }

  public SimulatedResolver without(Feature feature) {
    features.remove(feature);
    return this;
  }

  public SimulatedResolver limits(ResolverLimits bounds) {
    limits = bounds;
    return this;
  }

  public SimulatedResolver cacheLimits(CacheLimits bounds) {
    cacheLimits = bounds;
    return this;
  }

  public SimulatedResolver anchors(List<ResourceRecord> believed) {
    anchors = List.copyOf(believed);
    return this;
  }

  /** Puts something around the validator. */
  public SimulatedResolver around(UnaryOperator<Validation> other) {
    wrapping = other;
    return this;
  }

  public SimulatedResolver arithmetic(Arithmetic other) {
    arithmetic = other;
    return this;
  }

  public RecursiveEngine engine() {
    if (engine.isEmpty()) {
      var server =
          new DelegationPoint.NameServer(Optional.of(Name.parse("a.root-servers.net")), roots);
      var hints = new DelegationPoint(Name.ROOT, List.of(server), DelegationPoint.Kind.HINTS);
      ResolverConfig config =
          ResolverConfig.over(hints)
              .withFeatures(features)
              .withLimits(limits)
              .withCacheLimits(cacheLimits)
              .withAnchors(anchors);
      engine =
          Optional.of(
              new RecursiveEngine(
                  config,
                  new DnsCache(cacheLimits),
                  net,
                  tasks,
                  tasks,
                  random,
                  wrapping.apply(validation())));
    }
    return engine.get();
  }

  private Validation validation() {
    return anchors.isEmpty()
        ? Validation.NONE
        : new Validator(
            new ValidatorConfig(
                anchors,
                Set.of(),
                arithmetic,
                () -> Math.floorDiv(tasks.millis(), 1000L),
                ValidatorConfig.Times.CHECKED,
                ValidatorConfig.Downgrade.ACCEPTED,
                limits.nsec3Iterations()),
            tasks);
  }

  /**
   * An answer and how long it took.
   *
   * @param response empty if the question had to give way to others
   */
  public record Served(Optional<Response> response, Duration took) {}

  /** Asks beside whatever else goes on; runs once virtual time gets there. */
  public void ask(Question question, Consumer<Served> then) {
    RecursiveEngine asked = engine();
    long start = tasks.millis();
    tasks.fork(
        () -> {
          Optional<Response> response = asked.serve(question, Checking.ENABLED, Trace.NONE);
          then.accept(new Served(response, Duration.ofMillis(tasks.millis() - start)));
        });
  }

  /** Asks and lets time pass until there is an answer. */
  public Response ask(String name, RRType type) {
    var answers = new ArrayList<Served>();
    ask(Question.of(Name.parse(name), type), answers::add);
    tasks.runUntilIdle();
    while (answers.isEmpty() && tasks.fireNext()) {
      tasks.runUntilIdle();
    }
    return answers.getFirst().response().orElseThrow();
  }

  /** Lets time pass. */
  public void pass(Duration time) {
    tasks.runUntilIdle();
    tasks.advance(time.toMillis());
    tasks.runUntilIdle();
  }

  @Override
  public void close() {
    tasks.close();
  }
}
