package io.l7.dns.resolver;

import io.l7.dns.budget.Budget;
import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.cache.BoundedMap;
import io.l7.dns.cache.CachedResponse;
import io.l7.dns.cache.CachedSet;
import io.l7.dns.cache.Credibility;
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
import io.l7.dns.resolver.Context.Purpose;
import io.l7.dns.validator.Evidence;
import io.l7.dns.validator.Validation;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Resolves one name without following aliases: cache, shared flight, iteration, validation, cache.
 * Safe for all threads.
 */
final class LinkResolver {
  private static final int MOST_SOURCES = 20_000;

  /** What one response said of names further down the chain of aliases. One thread. */
  static final class Carried {
    private final Map<Question, Iteration.Result> responses = new HashMap<>();
  }

  private final ResolverConfig config;
  private final DnsCache cache;
  private final Tasks tasks;
  private final Clocks clocks;
  private final Delegations delegations;
  private final ServerTable servers;
  private final Courier courier;
  private final Validation validation;
  private final Flights flights;
  private final Priming priming;

  /** Who gave the DS and DNSKEY sets that the validator works with. */
  private final BoundedMap<Question, Set<InetAddress>> sources = new BoundedMap<>(MOST_SOURCES);

  LinkResolver(
      ResolverConfig config,
      DnsCache cache,
      Tasks tasks,
      Clocks clocks,
      Delegations delegations,
      ServerTable servers,
      Courier courier,
      Validation validation) {
    this.config = config;
    this.cache = cache;
    this.tasks = tasks;
    this.clocks = clocks;
    this.delegations = delegations;
    this.servers = servers;
    this.courier = courier;
    this.validation = validation;
    this.flights = new Flights(tasks, config.limits().waiters());
    this.priming = new Priming(config, cache, delegations, clocks);
  }

  Response resolve(Question question, Context context, Carried carried) throws ResolutionFailure {
    Iteration.Result given = carried.responses.remove(question);
    if (given != null) {
      context.trace.note(
          Reason.RESPONSE, () -> "the same response speaks of " + question.name() + " too");
      Response said = finish(question, given, context, carried);
      if (said.security() != Security.BOGUS) {
        return said;
      }
      context.trace.note(
          Reason.SECURITY, () -> "asking for " + question.name() + " itself instead");
      return fly(question, context, carried);
    }
    Optional<Response> cached = fromCache(question, context);
    if (cached.isPresent()) {
      return cached.get();
    }
    if (context.purpose == Purpose.INTERNAL && question.type().equals(RRType.DS)) {
      Optional<Response> referred = delegations.dsFromReferral(question.name(), clocks.seconds());
      if (referred.isPresent()) {
        context.trace.note(Reason.CACHE, () -> "the referral to " + question.name() + " said it");
        return referred.get();
      }
    }
    if (context.isInProgress(question)) {
      throw new ResolutionFailure(
          ExtendedError.OTHER, question.name() + " " + question.type() + " depends on itself");
    }
    return fly(question, context, carried);
  }

  private Response fly(Question question, Context context, Carried carried)
      throws ResolutionFailure {
    Trace part =
        context.trace.enter(Reason.QUESTION, () -> question.name() + " " + question.type());
    var key = new Flights.Key(question, context.purpose);
    var patience = Duration.ofMillis(Math.max(1, context.budget.millisLeft(clocks.millis())));
    return flights.share(
        key, context.within(part), mine -> lead(question, mine.about(question), carried), patience);
  }

  private Response lead(Question question, Context context, Carried carried)
      throws ResolutionFailure {
    var avoided = new HashSet<InetAddress>();
    try {
      while (true) {
        Iteration.Result result;
        try {
          result = iterate(question, context, avoided);
        } catch (ResolutionFailure e) {
          if (avoided.isEmpty()) {
            throw e;
          }
          return failed(question, ExtendedError.DNSSEC_BOGUS, e);
        }
        if (context.purpose == Purpose.INTERNAL) {
          sources.put(question, Set.of(result.server()));
        }
        Response response = finish(question, result, context, carried);
        boolean again =
            response.security() == Security.BOGUS
                && context.purpose == Purpose.CLIENT
                && avoided.size() < config.limits().validationRetries();
        if (!again || !hasOther(result, avoided)) {
          return response;
        }
        avoided.add(result.server());
        context.trace.note(
            Reason.SECURITY,
            () -> "bogus from " + result.server().getHostAddress() + ": asking another server");
      }
    } catch (ResolutionFailure e) {
      if (context.purpose != Purpose.INTERNAL) {
        cache.put(question, Response.failure(e.error()), clocks.seconds());
      }
      throw e;
    }
  }

  private Response failed(Question question, int code, ResolutionFailure e)
      throws ResolutionFailure {
    Optional<CachedResponse> bogus =
        cache.response(question).filter(cached -> cached.response().security() == Security.BOGUS);
    if (bogus.isPresent()) {
      return bogus.get().response();
    }
    throw new ResolutionFailure(code, e.error().text());
  }

  private boolean hasOther(Iteration.Result result, Set<InetAddress> avoided) {
    return result.point().servers().stream()
        .anyMatch(
            server ->
                server.addresses().isEmpty()
                    || server.addresses().stream()
                        .anyMatch(
                            address ->
                                !address.equals(result.server())
                                    && !avoided.contains(address)
                                    && delegations.mayAsk(address)));
  }

  private Iteration.Result iterate(Question question, Context context, Set<InetAddress> avoided)
      throws ResolutionFailure {
    var interrogation =
        new Interrogation(
            courier, delegations, servers, config.limits(), this::addressesOf, clocks, avoided);
    return new Iteration(
            config,
            delegations,
            cache,
            interrogation,
            clocks,
            root -> priming.root(root, interrogation))
        .run(question, context);
  }

  private List<InetAddress> addressesOf(Name server, Context context) throws ResolutionFailure {
    var found = new ArrayList<InetAddress>();
    for (RRType type : List.of(RRType.A, RRType.AAAA)) {
      boolean wanted = config.has(type.equals(RRType.A) ? Feature.IPV4 : Feature.IPV6);
      if (wanted && found.isEmpty()) {
        Question question = Question.of(server, type);
        Response response = resolve(question, context.below(Purpose.INTERNAL), new Carried());
        response
            .answer(server, type)
            .ifPresent(set -> set.rdata().forEach(data -> found.add(data.asAddress())));
      }
    }
    return found;
  }

  /** Validates the first link of a result, keeps it, and carries the rest along. */
  private Response finish(
      Question question, Iteration.Result result, Context context, Carried carried)
      throws ResolutionFailure {
    Links.Split split = Links.split(question, result.response(), result.point().zone());
    Response link = cache.bounded(split.first());
    if (context.purpose == Purpose.CLIENT) {
      if (question.type().equals(RRType.DNSKEY) || question.type().equals(RRType.DS)) {
        // The validator will want just this.
        keep(question, link);
      }
      link = validate(question, link, context);
    }
    boolean keep =
        delegations
            .configuredFor(result.point())
            .filter(zone -> zone.caching() == ConfiguredZone.Caching.NOT_KEPT)
            .isEmpty();
    if (keep) {
      keep(question, link);
    }
    Optional<Name> target = Links.target(question, link);
    // The rest of an unsigned chain may be forged or stale: its names are asked for themselves.
    boolean believed = link.security() == Security.SECURE || result.point().isForward();
    if (split.rest().isPresent() && target.isPresent() && believed) {
      carried.responses.put(
          question.withName(target.get()),
          new Iteration.Result(split.rest().get(), result.server(), result.point()));
    }
    return link;
  }

  private Response validate(Question question, Response link, Context context)
      throws ResolutionFailure {
    return validation.validate(question, link, evidence(context));
  }

  private Evidence evidence(Context context) {
    return new Evidence() {
      @Override
      public Response fetch(Question question) throws ResolutionFailure {
        return resolve(question, context.below(Purpose.INTERNAL), new Carried());
      }

      @Override
      public Optional<Response> fetchElsewhere(Question question) {
        return elsewhere(question, context.below(Purpose.INTERNAL));
      }

      @Override
      public Budget budget() {
        return context.budget;
      }

      @Override
      public Trace trace() {
        return context.trace;
      }

      @Override
      public Evidence within(Trace part) {
        return evidence(context.within(part));
      }
    };
  }

  /** Asks another server than those that gave the answer so far. */
  private Optional<Response> elsewhere(Question question, Context context) {
    if (question.type().equals(RRType.DS)) {
      delegations.forgetDsFromReferral(question.name());
    }
    Set<InetAddress> tried = sources.get(question);
    if (tried == null) {
      tried = Set.of();
    }
    var avoided = new HashSet<>(tried);
    context.trace.note(
        Reason.SECURITY,
        () -> "asking another server for " + question.name() + " " + question.type());
    try {
      Iteration.Result result = iterate(question, context.about(question), avoided);
      avoided.add(result.server());
      sources.put(question, avoided);
      return Optional.of(finish(question, result, context, new Carried()));
    } catch (ResolutionFailure e) {
      return Optional.empty();
    }
  }

  private void keep(Question question, Response link) {
    long now = clocks.seconds();
    cache.put(question, link, now);
    for (RRset set : link.answer()) {
      // The CNAME that a DNAME stands for is made anew each time.
      boolean alone = link.answer().stream().noneMatch(other -> other.type().equals(RRType.DNAME));
      boolean alias = set.type().equals(RRType.DNAME) || (set.type().equals(RRType.CNAME) && alone);
      if (alias && link.security() != Security.BOGUS) {
        cache.put(
            set,
            link.security() == Security.SECURE
                ? Credibility.VALIDATED
                : Credibility.AUTHORITATIVE_ANSWER,
            link.security(),
            now);
      }
    }
  }

  private Optional<Response> fromCache(Question question, Context context)
      throws ResolutionFailure {
    long now = clocks.seconds();
    Optional<CachedResponse> cached = cache.response(question).filter(entry -> entry.isFresh(now));
    if (cached.isPresent()) {
      return Optional.of(checked(question, cached.get(), context, now));
    }
    Optional<Response> alias = cachedAlias(question, context, now);
    if (alias.isPresent()) {
      return alias;
    }
    if (config.has(Feature.NXDOMAIN_CUT)) {
      Optional<CachedResponse> cut = cache.nameErrorAbove(question, now);
      if (cut.isPresent()) {
        context.trace.note(Reason.CACHE, () -> "a name above is known not to exist (RFC 8020)");
        return Optional.of(cut.get().at(now));
      }
    }
    if (config.has(Feature.AGGRESSIVE_NSEC) && context.purpose == Purpose.CLIENT) {
      Optional<Response> proven = validation.fromProofs(question, context.budget);
      if (proven.isPresent()) {
        context.trace.note(Reason.CACHE, () -> "records proven before answer it (RFC 8198)");
        return proven;
      }
    }
    return Optional.empty();
  }

  private Response checked(Question question, CachedResponse cached, Context context, long now)
      throws ResolutionFailure {
    Response response = cached.at(now);
    context.trace.note(
        Reason.CACHE,
        () ->
            question.name()
                + " "
                + question.type()
                + " is cached: "
                + response.rcode()
                + ", "
                + response.security()
                + ", "
                + (cached.expiresAt() - now)
                + " s left");
    if (response.rcode().equals(Rcode.SERVFAIL)) {
      ExtendedError error =
          response.errors().isEmpty()
              ? new ExtendedError(ExtendedError.CACHED_ERROR, "")
              : response.errors().getFirst();
      throw new ResolutionFailure(error.code(), error.text());
    }
    if (config.has(Feature.PREFETCH) && context.depth == 0 && cached.isNearItsEnd(now)) {
      prefetch(question, context);
    }
    if (response.security() == Security.UNCHECKED && context.purpose == Purpose.CLIENT) {
      Response validated = validate(question, response, context);
      keep(question, validated);
      return validated;
    }
    return response;
  }

  private void prefetch(Question question, Context context) {
    context.trace.note(Reason.CACHE, () -> "near its end: fetched again beside");
    Context fresh =
        Context.start(new Budget(config.limits(), clocks.millis()), Trace.NONE, context.purpose);
    tasks.fork(
        () -> {
          try {
            var key = new Flights.Key(question, fresh.purpose);
            flights.share(
                key,
                fresh,
                mine -> lead(question, mine.about(question), new Carried()),
                config.limits().time());
          } catch (ResolutionFailure e) {
            fresh.trace.note(Reason.FAILURE, () -> String.valueOf(e.getMessage()));
          }
        });
  }

  /**
   * An alias learned by another question answers this one too (RFC 1034 §4.3.2 step 3a, RFC 6672
   * §3.4).
   */
  private Optional<Response> cachedAlias(Question question, Context context, long now) {
    if (question.type().equals(RRType.ANY) || question.type().equals(RRType.DS)) {
      return Optional.empty();
    }
    Optional<CachedSet> cname =
        cache.set(question.name(), RRType.CNAME, now).filter(set -> isUsable(set, context));
    if (cname.isPresent() && cname.get().set().owner().equals(question.name())) {
      context.trace.note(Reason.CACHE, () -> question.name() + " is known to be an alias");
      return Optional.of(
          Response.of(Rcode.NOERROR, List.of(cname.get().at(now)), List.of(), List.of())
              .withSecurity(cname.get().security()));
    }
    for (Name above = question.name(); !above.isRoot(); ) {
      above = above.parent();
      Name owner = above;
      Optional<CachedSet> dname =
          cache.set(owner, RRType.DNAME, now).filter(set -> set.security() == Security.SECURE);
      if (dname.isPresent()) {
        context.trace.note(Reason.CACHE, () -> owner + " is known to have a DNAME");
        RRset set = dname.get().at(now);
        Optional<RRset> made = Scrubber.synthesise(question.name(), set, Optional.empty());
        Rcode rcode = made.isPresent() ? Rcode.NOERROR : Rcode.YXDOMAIN;
        var answer = new ArrayList<RRset>();
        answer.add(set);
        made.ifPresent(answer::add);
        return Optional.of(
            Response.of(rcode, answer, List.of(), List.of()).withSecurity(dname.get().security()));
      }
    }
    return Optional.empty();
  }

  private static boolean isUsable(CachedSet set, Context context) {
    return set.security() == Security.SECURE
        || set.security() == Security.INSECURE
        || context.purpose != Purpose.CLIENT;
  }
}
