package io.l7.dns.resolver;

import io.l7.dns.budget.Admission;
import io.l7.dns.budget.Budget;
import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.cache.BoundedMap;
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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resolves one name without following aliases: cache, shared flight, iteration, validation, cache.
 * Safe for all threads.
 */
final class LinkResolver {
  private static final Logger LOG = LoggerFactory.getLogger(LinkResolver.class);
  private static final int MOST_SOURCES = 20_000;

  private final ResolverConfig config;
  private final DnsCache cache;
  private final Tasks tasks;
  private final Clocks clocks;
  private final Delegations delegations;
  private final Validation validation;
  private final Flights flights;
  private final Walk walk;
  private final LinkCache memory;
  private final Admission admission;

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
      Validation validation,
      Admission admission) {
    this.config = config;
    this.cache = cache;
    this.tasks = tasks;
    this.clocks = clocks;
    this.delegations = delegations;
    this.validation = validation;
    this.admission = admission;
    this.flights = new Flights(tasks, config.limits().waiters());
    this.walk = new Walk(config, cache, clocks, delegations, servers, courier);
    this.memory = new LinkCache(config, cache, clocks, validation);
  }

  /** What is known of a question without asking anyone; a remembered failure too. */
  Optional<Response> known(Question question, Context context) {
    try {
      return memory.find(question, context).map(LinkCache.Found::response);
    } catch (ResolutionFailure e) {
      return Optional.of(Response.failure(e.error()));
    }
  }

  Response resolve(Question question, Context context, Carried carried) throws ResolutionFailure {
    Optional<Carried.Part> part = carried.take(question);
    if (part.isPresent()) {
      Optional<Response> said = more(question, part.get(), context, carried);
      if (said.isPresent()) {
        return said.get();
      }
      context.trace.note(
          Reason.SECURITY, () -> "asking for " + question.name() + " itself instead");
      return fly(question, context, carried);
    }
    Optional<LinkCache.Found> cached = memory.find(question, context);
    if (cached.isPresent()) {
      return settled(question, cached.get(), context);
    }
    if (question.type().equals(RRType.DS)) {
      Optional<Response> referred = fromReferral(question, context);
      if (referred.isPresent()) {
        return referred.get();
      }
    }
    if (context.isInProgress(question)) {
      throw new ResolutionFailure(
          ExtendedError.OTHER, question.name() + " " + question.type() + " depends on itself");
    }
    return fly(question, context, carried);
  }

  /** What the response before said of this question too, if it may be believed. */
  private Optional<Response> more(
      Question question, Carried.Part part, Context context, Carried carried)
      throws ResolutionFailure {
    context.trace.note(
        Reason.RESPONSE, () -> "the same response speaks of " + question.name() + " too");
    if (part.standing() == Links.Standing.IN_ZONE) {
      Response said = finish(question, part.result(), context, carried);
      return said.security() == Security.BOGUS ? Optional.empty() : Optional.of(said);
    }
    Links.Split split = Links.split(question, part.result().response(), Name.ROOT);
    Response link = validate(question, cache.bounded(split.first()), context);
    if (link.security() != Security.SECURE) {
      return Optional.empty();
    }
    memory.keep(question, link);
    carry(question, link, split, part.result(), carried);
    return Optional.of(link);
  }

  private Response settled(Question question, LinkCache.Found found, Context context)
      throws ResolutionFailure {
    if (found.secondsLeft().isPresent()) {
      prefetch(question, found.secondsLeft().getAsLong(), context);
    }
    Response response = found.response();
    if (response.security() != Security.UNCHECKED || context.purpose != Purpose.CLIENT) {
      return response;
    }
    Response validated = validate(question, response, context);
    memory.keep(question, validated);
    return validated;
  }

  /** The DS set that came with a referral; a client gets it only as far as it is proven. */
  private Optional<Response> fromReferral(Question question, Context context)
      throws ResolutionFailure {
    Optional<Response> referred = delegations.dsFromReferral(question.name(), clocks.seconds());
    if (referred.isEmpty() || context.purpose == Purpose.UNCHECKED) {
      return Optional.empty();
    }
    context.trace.note(Reason.CACHE, () -> "the referral to " + question.name() + " said it");
    if (context.purpose == Purpose.INTERNAL) {
      return referred;
    }
    if (referred.get().answer().isEmpty()) {
      return Optional.empty();
    }
    Response checked = validate(question, referred.get(), context);
    return checked.security() == Security.SECURE ? Optional.of(checked) : Optional.empty();
  }

  private Response fly(Question question, Context context, Carried carried)
      throws ResolutionFailure {
    Trace part =
        context.trace.enter(Reason.QUESTION, () -> question.name() + " " + question.type());
    var key = new Flights.Key(question, context.purpose);
    while (true) {
      var patience = Duration.ofMillis(Math.max(1, context.budget.millisLeft(clocks.millis())));
      Optional<Response> shared =
          flights.share(
              key,
              context.within(part),
              mine -> lead(question, mine.about(question), carried),
              patience);
      if (shared.isPresent()) {
        return shared.get();
      }
      part.note(Reason.LIMIT, () -> "who asked this before had to give up");
      Optional<LinkCache.Found> known = memory.find(question, context.within(part));
      if (known.isPresent()) {
        return known.get().response();
      }
    }
  }

  private Response lead(Question question, Context context, Carried carried)
      throws ResolutionFailure {
    var avoided = new HashSet<InetAddress>();
    try {
      while (true) {
        Iteration.Result result;
        try {
          result = walk.run(question, context, avoided, this::addressesOf);
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
        if (!again || !walk.hasOther(result, avoided)) {
          return response;
        }
        avoided.add(result.server());
        context.trace.note(
            Reason.SECURITY,
            () -> "bogus from " + result.server().getHostAddress() + ": asking another server");
      }
    } catch (ResolutionFailure e) {
      if (context.purpose != Purpose.INTERNAL && !context.budget.isWithdrawn()) {
        memory.keepFailure(question, e);
      }
      throw e;
    }
  }

  private Response failed(Question question, int code, ResolutionFailure e)
      throws ResolutionFailure {
    Optional<Response> bogus = memory.bogus(question);
    if (bogus.isPresent()) {
      return bogus.get();
    }
    throw e.isOfQuestionAlone() ? e : new ResolutionFailure(code, e.error().text());
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
        memory.keep(question, link);
      }
      Response unjudged = link;
      link = validate(question, unjudged, context);
      if (link.security() == Security.BOGUS) {
        keepRedirection(unjudged, context);
      }
    }
    boolean keep =
        delegations
            .configuredFor(result.point())
            .filter(zone -> zone.caching() == ConfiguredZone.Caching.NOT_KEPT)
            .isEmpty();
    if (keep) {
      memory.keep(question, link);
    }
    // The rest of an unsigned chain may be forged or stale: its names are asked for themselves.
    if (link.security() == Security.SECURE || result.point().isForward()) {
      carry(question, link, split, result, carried);
    }
    return link;
  }

  private void carry(
      Question question,
      Response link,
      Links.Split split,
      Iteration.Result result,
      Carried carried) {
    Optional<Name> target = Links.target(question, link);
    if (split.rest().isEmpty() || target.isEmpty()) {
      return;
    }
    Links.Rest rest = split.rest().get();
    // What must prove itself is worth a look where that costs no further question.
    if (rest.standing() == Links.Standing.IN_ZONE || validation.hasKeysFor(target.get())) {
      carried.put(
          question.withName(target.get()),
          new Carried.Part(
              new Iteration.Result(rest.response(), result.server(), result.point()),
              rest.standing()));
    }
  }

  /** Where an alias was forged the DNAME above it may still be proven, and then serves all. */
  private void keepRedirection(Response link, Context context) throws ResolutionFailure {
    for (RRset set : link.answer()) {
      if (set.type().equals(RRType.DNAME) && set.isSigned()) {
        Question question = Question.of(set.owner(), RRType.DNAME);
        Response alone = Response.of(Rcode.NOERROR, List.of(set), List.of(), List.of());
        Response judged = validate(question, alone, context);
        if (judged.security() == Security.SECURE) {
          judged.answer().forEach(proven -> memory.keepAlias(proven, Security.SECURE));
        }
      }
    }
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
      public Optional<Response> fetchElsewhere(Question question) throws ResolutionFailure {
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
  private Optional<Response> elsewhere(Question question, Context context)
      throws ResolutionFailure {
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
      Iteration.Result result =
          walk.run(question, context.about(question), avoided, this::addressesOf);
      avoided.add(result.server());
      sources.put(question, avoided);
      return Optional.of(finish(question, result, context, new Carried()));
    } catch (ResolutionFailure e) {
      if (e.isOfQuestionAlone()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** Fetches again what is about to end, while clients still get what there is. */
  private void prefetch(Question question, long secondsLeft, Context context) {
    context.trace.note(Reason.CACHE, () -> "near its end: fetched again beside");
    var budget = new Budget(config.limits(), admission, clocks.millis());
    Context fresh = Context.start(budget, Trace.NONE, context.purpose).lookingAhead(secondsLeft);
    tasks.fork(
        () -> {
          try {
            flights.share(
                new Flights.Key(question, fresh.purpose),
                fresh,
                mine -> lead(question, mine.about(question), new Carried()),
                config.limits().time());
          } catch (ResolutionFailure e) {
            LOG.debug("fetching {} again: {}", question, e.getMessage());
          } finally {
            budget.close(clocks.millis());
          }
        });
  }
}
