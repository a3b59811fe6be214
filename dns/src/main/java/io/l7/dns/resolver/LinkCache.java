package io.l7.dns.resolver;

import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.cache.CachedResponse;
import io.l7.dns.cache.CachedSet;
import io.l7.dns.cache.Credibility;
import io.l7.dns.cache.DnsCache;
import io.l7.dns.cache.Response;
import io.l7.dns.cache.Security;
import io.l7.dns.explain.Reason;
import io.l7.dns.message.Dname;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.resolver.Context.Purpose;
import io.l7.dns.validator.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What earlier questions tell of a name, and what is kept of an answer for later ones. Safe for all
 * threads.
 */
final class LinkCache {
  private final ResolverConfig config;
  private final DnsCache cache;
  private final Clocks clocks;
  private final Validation validation;

  LinkCache(ResolverConfig config, DnsCache cache, Clocks clocks, Validation validation) {
    this.config = config;
    this.cache = cache;
    this.clocks = clocks;
    this.validation = validation;
  }

  /**
   * Something known.
   *
   * @param secondsLeft present when so few are left that it is worth fetching again
   */
  record Found(Response response, OptionalLong secondsLeft) {
    static Found of(Response response) {
      return new Found(response, OptionalLong.empty());
    }
  }

  /**
   * Looks a question up.
   *
   * @throws ResolutionFailure the failure that is remembered (RFC 9520)
   */
  Optional<Found> find(Question question, Context context) throws ResolutionFailure {
    long now = clocks.seconds();
    Optional<CachedResponse> cached = cache.response(question).filter(entry -> entry.isFresh(now));
    if (cached.isPresent()) {
      return Optional.of(told(question, cached.get(), context, now));
    }
    Optional<Response> alias = alias(question, context, now);
    if (alias.isPresent()) {
      return alias.map(Found::of);
    }
    if (config.has(Feature.NXDOMAIN_CUT)) {
      Optional<CachedResponse> cut = cache.nameErrorAbove(question, now);
      if (cut.isPresent()) {
        context.trace.note(Reason.CACHE, () -> "a name above is known not to exist (RFC 8020)");
        return cut.map(entry -> Found.of(entry.at(now)));
      }
    }
    if (config.has(Feature.AGGRESSIVE_NSEC) && context.purpose == Purpose.CLIENT) {
      Optional<Response> proven = validation.fromProofs(question, context.budget);
      if (proven.isPresent()) {
        context.trace.note(Reason.CACHE, () -> "records proven before answer it (RFC 8198)");
        return proven.map(Found::of);
      }
    }
    return Optional.empty();
  }

  private Found told(Question question, CachedResponse cached, Context context, long now)
      throws ResolutionFailure {
    Response response = cached.at(now);
    long left = cached.expiresAt() - now;
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
                + left
                + " s left");
    if (response.rcode().equals(Rcode.SERVFAIL)) {
      ExtendedError error =
          response.errors().isEmpty()
              ? new ExtendedError(ExtendedError.CACHED_ERROR, "")
              : response.errors().getFirst();
      throw new ResolutionFailure(error.code(), error.text());
    }
    boolean again = config.has(Feature.PREFETCH) && context.depth == 0 && cached.isNearItsEnd(now);
    return new Found(response, again ? OptionalLong.of(left) : OptionalLong.empty());
  }

  /**
   * An alias learned by another question answers this one too (RFC 1034 §4.3.2 step 3a, RFC 6672
   * §3.4).
   */
  private Optional<Response> alias(Question question, Context context, long now) {
    if (question.type().equals(RRType.ANY) || question.type().equals(RRType.DS)) {
      return Optional.empty();
    }
    Optional<CachedSet> cname =
        cache.set(question.name(), RRType.CNAME, now).filter(set -> isUsable(set, context));
    if (cname.isPresent()) {
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
        return Optional.of(redirected(question, dname.get(), now));
      }
    }
    return Optional.empty();
  }

  private static Response redirected(Question question, CachedSet dname, long now) {
    RRset set = dname.at(now);
    Optional<RRset> made = Dname.synthesise(question.name(), set, Optional.empty());
    var answer = new ArrayList<RRset>();
    answer.add(set);
    made.ifPresent(answer::add);
    return Response.of(
            made.isPresent() ? Rcode.NOERROR : Rcode.YXDOMAIN, answer, List.of(), List.of())
        .withSecurity(dname.security());
  }

  private static boolean isUsable(CachedSet set, Context context) {
    return set.security() == Security.SECURE
        || set.security() == Security.INSECURE
        || context.purpose != Purpose.CLIENT;
  }

  /** Keeps an answer, and its aliases as record sets of their own. */
  void keep(Question question, Response link) {
    long now = clocks.seconds();
    cache.put(question, lean(link), now);
    // The CNAME that a DNAME stands for is made anew each time.
    boolean alone = link.answer().stream().noneMatch(set -> set.type().equals(RRType.DNAME));
    for (RRset set : link.answer()) {
      boolean alias = set.type().equals(RRType.DNAME) || (set.type().equals(RRType.CNAME) && alone);
      if (alias && link.security() != Security.BOGUS) {
        keepAlias(set, link.security());
      }
    }
  }

  /** Without the zone's name servers beside an answer, which nobody asked for. */
  private static Response lean(Response link) {
    return link.answer().isEmpty()
        ? link
        : link.withSections(
            link.answer(),
            link.authority().stream().filter(set -> !set.type().equals(RRType.NS)).toList(),
            List.of());
  }

  /** Keeps an alias that was learned and judged. */
  void keepAlias(RRset set, Security security) {
    var credibility =
        security == Security.SECURE ? Credibility.VALIDATED : Credibility.AUTHORITATIVE_ANSWER;
    cache.put(set, credibility, security, clocks.seconds());
  }

  void keepFailure(Question question, ResolutionFailure failure) {
    cache.put(question, Response.failure(failure.error()), clocks.seconds());
  }

  /** What was found bogus last. */
  Optional<Response> bogus(Question question) {
    return cache
        .response(question)
        .map(CachedResponse::response)
        .filter(response -> response.security() == Security.BOGUS);
  }
}
