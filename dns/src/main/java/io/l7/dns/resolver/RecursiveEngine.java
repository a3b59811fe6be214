package io.l7.dns.resolver;

import io.l7.dns.budget.Admission;
import io.l7.dns.budget.Budget;
import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.cache.CachedResponse;
import io.l7.dns.cache.DnsCache;
import io.l7.dns.cache.Response;
import io.l7.dns.cache.Security;
import io.l7.dns.explain.Reason;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.validator.Validation;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * A recursive resolver without sockets, threads and clocks of its own. Blocking and safe for any
 * number of threads; best called on virtual threads.
 */
public final class RecursiveEngine {
  /** How long a client waits before it gets what has ended (RFC 8767 §5 recommends 1.8 s). */
  private static final Duration STALE_PATIENCE = Duration.ofMillis(1800);

  private final ResolverConfig config;
  private final DnsCache cache;
  private final Validation validation;
  private final Tasks tasks;
  private final AtomicInteger underWay = new AtomicInteger();
  private final Clocks clocks;
  private final Delegations delegations;
  private final ServerTable servers = new ServerTable();
  private final Courier courier;
  private final LinkResolver links;
  private final Admission admission;

  /** Whether a client leaves validation to us. */
  public enum Checking {
    ENABLED,
    /** The client set CD (RFC 4035 §3.2.2). */
    DISABLED
  }

  /**
   * Makes an engine.
   *
   * @param random from a cryptographic source in a daemon (RFC 5452 §9.2)
   */
  public RecursiveEngine(
      ResolverConfig config,
      DnsCache cache,
      Upstream upstream,
      Tasks tasks,
      InstantSource clock,
      RandomGenerator random,
      Validation validation) {
    this.config = config;
    this.cache = cache;
    this.validation = validation;
    this.tasks = counted(tasks);
    this.clocks = new Clocks(clock, random);
    this.delegations = new Delegations(config, cache);
    this.admission = new Admission(config.limits());
    this.courier = new Courier(upstream, servers, config, clocks);
    this.links =
        new LinkResolver(
            config,
            cache,
            this.tasks,
            clocks,
            delegations,
            servers,
            courier,
            validation,
            admission);
  }

  /** Work beside the caller counts as under way from the moment it is given. */
  private Tasks counted(Tasks plain) {
    return new Tasks() {
      @Override
      public void fork(Runnable work) {
        underWay.incrementAndGet();
        plain.fork(
            () -> {
              try {
                work.run();
              } finally {
                underWay.decrementAndGet();
              }
            });
      }

      @Override
      public Gate gate() {
        return plain.gate();
      }
    };
  }

  public DnsCache cache() {
    return cache;
  }

  /** Forgets, proofs and keys included; returns the number of entries of the cache that went. */
  public int flush(Name name, DnsCache.Scope scope) {
    validation.forget(name);
    return cache.flush(name, scope);
  }

  public ServerTable servers() {
    return servers;
  }

  /** Questions sent upstream since the start. */
  public long packetsSent() {
    return courier.sent();
  }

  /** Resolutions that have begun and not ended, those that nobody waits for included. */
  public int underWay() {
    return underWay.get();
  }

  /** Who is at work and who had to go when there were too many. */
  public Admission admission() {
    return admission;
  }

  /**
   * Resolves one question with aliases followed. Failures come as SERVFAIL with the reason as
   * extended error.
   */
  public Response resolve(Question question, Checking checking, Trace trace) {
    return attend(question, start(checking, trace), name -> false);
  }

  /**
   * The same for a client who may go unanswered: empty when there were too many questions and this
   * one had to give way.
   */
  public Optional<Response> serve(Question question, Checking checking, Trace trace) {
    return serve(question, checking, trace, name -> false);
  }

  /**
   * The same, where an alias that leads to one of these names is not followed: the answer ends with
   * it.
   */
  public Optional<Response> serve(
      Question question, Checking checking, Trace trace, Predicate<Name> notFollowed) {
    Context context = start(checking, trace);
    Response response = attend(question, context, notFollowed);
    boolean dropped = context.budget.isWithdrawn() && response.rcode().equals(Rcode.SERVFAIL);
    return dropped ? Optional.empty() : Optional.of(response);
  }

  private Response attend(Question question, Context context, Predicate<Name> notFollowed) {
    underWay.incrementAndGet();
    try {
      return freshOrStale(question, context, notFollowed);
    } finally {
      underWay.decrementAndGet();
    }
  }

  private Response freshOrStale(Question question, Context context, Predicate<Name> notFollowed) {
    Optional<CachedResponse> stale =
        config.has(Feature.SERVE_STALE)
            ? cache
                .stale(question, clocks.seconds())
                .filter(cached -> !cached.isFresh(clocks.seconds()))
            : Optional.empty();
    if (stale.isEmpty()) {
      return resolveNow(question, context, notFollowed);
    }
    var result = new AtomicReference<Response>();
    Tasks.Gate gate = tasks.gate();
    tasks.fork(
        () -> {
          result.set(resolveNow(question, context, notFollowed));
          gate.open();
        });
    gate.await(STALE_PATIENCE);
    Response fresh = result.get();
    boolean usable = fresh != null && !fresh.rcode().equals(Rcode.SERVFAIL);
    boolean bogus =
        stale.get().response().security() == Security.BOGUS
            || (fresh != null && fresh.security() == Security.BOGUS);
    if (usable || (fresh != null && bogus)) {
      return fresh;
    }
    context.trace.note(Reason.CACHE, () -> "served stale: no server answered in time");
    Response served = stale.get().stale(cache.limits().staleTtl());
    int code =
        served.rcode().equals(Rcode.NXDOMAIN)
            ? ExtendedError.STALE_NXDOMAIN
            : ExtendedError.STALE_ANSWER;
    return served.withError(new ExtendedError(code, ""));
  }

  private Response resolveNow(Question question, Context context, Predicate<Name> notFollowed) {
    Trace trace = context.trace;
    Budget budget = context.budget;
    Response response;
    try {
      response = chase(question, context, notFollowed);
    } catch (ResolutionFailure e) {
      trace.note(Reason.FAILURE, () -> e.error().toString());
      return Response.failure(e.error());
    } finally {
      long end = clocks.millis();
      budget.close(end);
      trace.note(Reason.LIMIT, () -> "spent " + budget.account(end));
    }
    if (response.security() == Security.BOGUS && context.purpose == Context.Purpose.CLIENT) {
      trace.note(Reason.FAILURE, () -> "bogus: " + response.errors());
      return bogus(response);
    }
    trace.note(
        Reason.ANSWER,
        () ->
            response.rcode()
                + ", "
                + response.security().name().toLowerCase(Locale.ROOT)
                + ", "
                + counted(response.answer().size(), "record set"));
    return response;
  }

  private static String counted(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  private Context start(Checking checking, Trace trace) {
    var purpose = checking == Checking.ENABLED ? Context.Purpose.CLIENT : Context.Purpose.UNCHECKED;
    return Context.start(new Budget(config.limits(), admission, clocks.millis()), trace, purpose);
  }

  /**
   * What is known without asking anyone: the service of a query without RD. Empty if nothing is.
   */
  public Optional<Response> known(Question question, Checking checking) {
    Context context = start(checking, Trace.NONE);
    var answer = new ArrayList<RRset>();
    Security security = Security.SECURE;
    Question asked = question;
    Optional<Response> last = Optional.empty();
    for (int aliases = 0; aliases <= config.limits().aliases(); aliases++) {
      Optional<Response> link = links.known(asked, context);
      if (link.isEmpty()) {
        break;
      }
      security = security.and(link.get().security());
      answer.addAll(link.get().answer());
      last = link;
      Optional<Name> target = Links.target(asked, link.get());
      if (target.isEmpty() || link.get().security() == Security.BOGUS) {
        break;
      }
      asked = question.withName(target.get());
    }
    Security overall = security;
    return last.map(
        response ->
            response.security() == Security.BOGUS && checking == Checking.ENABLED
                ? bogus(response)
                : new Response(
                    response.rcode(),
                    answer,
                    response.authority(),
                    response.additional(),
                    overall,
                    response.errors()));
  }

  private static Response bogus(Response response) {
    return new Response(
        Rcode.SERVFAIL, List.of(), List.of(), List.of(), Security.BOGUS, response.errors());
  }

  /** The closest delegation known, for a client that does not want recursion (RFC 1034 §4.3.1). */
  public Response referral(Question question) {
    long now = clocks.seconds();
    for (int labels = question.name().labels(); labels >= 0; labels--) {
      Optional<RRset> ns =
          cache.set(question.name().last(labels), RRType.NS, now).map(set -> set.at(now));
      if (ns.isPresent()) {
        var glue = new ArrayList<RRset>();
        for (Rdata server : ns.get().rdata()) {
          cache.set(server.asName(), RRType.A, now).ifPresent(set -> glue.add(set.at(now)));
          cache.set(server.asName(), RRType.AAAA, now).ifPresent(set -> glue.add(set.at(now)));
        }
        return Response.of(Rcode.NOERROR, List.of(), List.of(ns.get()), glue);
      }
    }
    return Response.of(Rcode.NOERROR, List.of(), List.of(), List.of());
  }

  /**
   * The name servers known of the zones at and above a name, the closest first, as many of each as
   * are asked at most; not the root's.
   */
  public List<Name> knownServers(Name name) {
    long now = clocks.seconds();
    var servers = new ArrayList<Name>();
    for (int labels = name.labels(); labels > 0; labels--) {
      cache
          .set(name.last(labels), RRType.NS, now)
          .ifPresent(
              set ->
                  set.at(now).rdata().stream()
                      .limit(config.limits().targetsPerDelegation())
                      .forEach(ns -> servers.add(ns.asName())));
    }
    return servers;
  }

  /** The addresses known of a host. */
  public List<InetAddress> knownAddresses(Name host) {
    long now = clocks.seconds();
    var addresses = new ArrayList<InetAddress>();
    for (RRType type : List.of(RRType.A, RRType.AAAA)) {
      cache
          .set(host, type, now)
          .ifPresent(set -> set.at(now).rdata().forEach(data -> addresses.add(data.asAddress())));
    }
    return addresses;
  }

  private Response chase(Question question, Context context, Predicate<Name> notFollowed)
      throws ResolutionFailure {
    var answer = new ArrayList<RRset>();
    var proofs = new ArrayList<RRset>();
    var seen = new HashSet<Name>();
    var carried = new Carried();
    Security security = Security.SECURE;
    Question now = question;
    for (int aliases = 0; aliases <= config.limits().aliases(); aliases++) {
      Response link = links.resolve(now, context, carried);
      answer.addAll(link.answer());
      security = security.and(link.security());
      Optional<Name> target = Links.target(now, link);
      boolean isLast = target.isEmpty() || notFollowed.test(target.get());
      if (isLast || link.security() == Security.BOGUS) {
        proofs.addAll(link.authority());
        return new Response(
            link.rcode(), answer, distinct(proofs), link.additional(), security, link.errors());
      }
      seen.add(now.name());
      if (seen.contains(target.get())) {
        ExtendedError error =
            new ExtendedError(ExtendedError.OTHER, "alias " + target.get() + " leads to itself");
        boolean redirected =
            link.answer().stream().anyMatch(set -> set.type().equals(RRType.DNAME));
        if (!redirected) {
          throw new ResolutionFailure(error.code(), error.text());
        }
        // RFC 6672 §2.2: the DNAME goes out with the failure, so that its owner sees what is wrong.
        return new Response(Rcode.SERVFAIL, answer, List.of(), List.of(), security, List.of(error));
      }
      context.trace.note(Reason.ALIAS, () -> "alias of " + target.get());
      proofs.addAll(Links.denials(link));
      now = question.withName(target.get());
    }
    throw new ResolutionFailure(
        ExtendedError.OTHER, "limit of " + config.limits().aliases() + " aliases reached");
  }

  private static List<RRset> distinct(List<RRset> sets) {
    return sets.stream().distinct().toList();
  }

  /** Addresses of a server that a scenario sets by hand. */
  public void setRoundTrip(InetAddress server, int millis) {
    servers.set(server, millis, clocks.millis());
  }
}
