package io.l7.dns;

import io.l7.common.net.Endpoint;
import io.l7.common.net.HostResolver;
import io.l7.dns.budget.Ledger;
import io.l7.dns.cache.DnsCache;
import io.l7.dns.cache.Response;
import io.l7.dns.explain.Explanation;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.resolver.RecursiveEngine;
import io.l7.dns.resolver.RecursiveEngine.Checking;
import io.l7.dns.service.RecursiveService;
import io.l7.dns.service.ServiceConfig;
import io.l7.dns.transport.NetworkUpstream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A validating, caching resolver for Java programs, iterative from the root or through a forwarder.
 * Calls block and are cheap on virtual threads; safe for all threads. Many may live in one program,
 * each with a cache of its own.
 */
public final class Resolver implements AutoCloseable {
  private final RecursiveEngine engine;
  private final NetworkUpstream upstream;
  private final InstantSource clock;

  Resolver(RecursiveEngine engine, NetworkUpstream upstream, InstantSource clock) {
    this.engine = engine;
    this.upstream = upstream;
    this.clock = clock;
  }

  /** Begins to describe a resolver. */
  public static ResolverBuilder builder() {
    return new ResolverBuilder();
  }

  /** A resolver that asks one other resolver. */
  public static Resolver forwarding(Endpoint server) {
    return builder().forward(server).build();
  }

  /**
   * Looks up a name in presentation form.
   *
   * @throws IllegalArgumentException if the text is no domain name
   */
  public Answer lookup(String name, RRType type) {
    return lookup(Name.parse(name), type);
  }

  /** Looks up a name. Blocks at most as long as the limits allow, ten seconds by default. */
  public Answer lookup(Name name, RRType type) {
    return lookup(Question.of(name, type), Trace.NONE);
  }

  /** Looks up and writes every reason to {@code trace}. */
  public Answer lookup(Question question, Trace trace) {
    Response response = engine.resolve(question, Checking.ENABLED, trace);
    return new Answer(
        question,
        response.rcode(),
        records(response.answer()),
        records(response.authority()),
        response.security(),
        response.errors());
  }

  /**
   * What a server with these settings would answer: local data, policies and access lists count.
   * Empty where it would be silent.
   */
  public Optional<Message> answer(
      Message query, RecursiveService.Asker asker, ServiceConfig settings, Trace trace) {
    return new RecursiveService(engine, settings).answer(query, asker, trace);
  }

  /** A record set with its signatures, whatever they are worth; empty if it could not be had. */
  public Optional<RRset> unvalidated(Name name, RRType type) {
    return engine
        .resolve(Question.of(name, type), Checking.DISABLED, Trace.NONE)
        .answer(name, type);
  }

  /** A trace to look up with, whose times are this resolver's. */
  public Explanation explanation(Question question) {
    return Explanation.start(question.toString(), clock::millis);
  }

  private static List<ResourceRecord> records(List<RRset> sets) {
    return sets.stream().flatMap(set -> set.records().stream()).toList();
  }

  /**
   * The addresses of a host, IPv4 first.
   *
   * @throws UnknownHostException if it has none or none could be learned; the message says which
   */
  public List<InetAddress> addresses(String host) throws UnknownHostException {
    Name name;
    try {
      name = Name.parse(host);
    } catch (IllegalArgumentException e) {
      throw new UnknownHostException(host + ": " + e.getMessage());
    }
    var addresses = new ArrayList<InetAddress>();
    String why = host + ": no address";
    for (RRType type : List.of(RRType.A, RRType.AAAA)) {
      Answer answer = lookup(name, type);
      answer.data().stream().map(Rdata::asAddress).forEach(addresses::add);
      if (answer.isNameError() || answer.isFailure()) {
        why = host + ": " + answer.why();
      }
      if (answer.isNameError()) {
        break;
      }
    }
    if (addresses.isEmpty()) {
      throw new UnknownHostException(why);
    }
    return addresses;
  }

  /** This resolver as the port through which connections find addresses. */
  public HostResolver hostResolver() {
    return this::addresses;
  }

  /** What is cached, to look at. */
  public DnsCache cache() {
    return engine.cache();
  }

  /**
   * Forgets at and below a name, with the proofs and keys behind it; returns the number of entries
   * of the cache that went.
   */
  public int flush(Name name, DnsCache.Scope scope) {
    return engine.flush(name, scope);
  }

  /** Questions sent to name servers so far. */
  public long packetsSent() {
    return engine.packetsSent();
  }

  /**
   * Lookups that have begun and not ended, those included that nobody waits for: what is fetched
   * again before its end, and what goes on after its client was served something stale.
   */
  public int underWay() {
    return engine.underWay();
  }

  /** What all lookups have spent together, and how often a limit ended one. */
  public Ledger ledger() {
    return engine.admission().ledger();
  }

  RecursiveEngine engine() {
    return engine;
  }

  @Override
  public void close() {
    upstream.close();
  }
}
