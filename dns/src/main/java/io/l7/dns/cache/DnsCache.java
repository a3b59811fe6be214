package io.l7.dns.cache;

import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRClass;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Soa;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the resolver has learned. Times are seconds of the engine's clock and come in with every
 * call. Safe for all threads.
 *
 * <p>Record sets are replaced only by what is at least as credible, or when they have ended (RFC
 * 2181 §5.4.1).
 */
public final class DnsCache {
  /**
   * Seconds that bogus data is remembered, so that it is neither asked for without end nor for
   * long; Unbound's figure.
   */
  private static final long BOGUS_SECONDS = 60;

  private final CacheLimits limits;
  private final BoundedMap<Question, CachedSet> sets;
  private final BoundedMap<Question, CachedResponse> responses;

  public DnsCache(CacheLimits limits) {
    this.limits = limits;
    this.sets = new BoundedMap<>(limits.maxSets());
    this.responses = new BoundedMap<>(limits.maxResponses());
  }

  public CacheLimits limits() {
    return limits;
  }

  private static Question key(Name name, RRType type) {
    return new Question(name, type, RRClass.IN);
  }

  /** A record set that has not ended. */
  public Optional<CachedSet> set(Name name, RRType type, long now) {
    CachedSet cached = sets.get(key(name, type));
    return cached != null && cached.isFresh(now) ? Optional.of(cached) : Optional.empty();
  }

  /**
   * Keeps a record set unless a more credible one is there. The same data at the same credibility
   * does not live longer for it.
   */
  public void put(RRset set, Credibility credibility, Security security, long now) {
    long ttl = limits.bounded(set.ttl());
    RRset bounded = set.withTtl(ttl);
    sets.merge(
        new Question(set.owner(), set.type(), set.rrclass()),
        new CachedSet(bounded, credibility, security, now, now + ttl),
        (old, fresh) -> choose(old, fresh, now));
  }

  private static CachedSet choose(CachedSet old, CachedSet fresh, long now) {
    if (!old.isFresh(now)) {
      return fresh;
    }
    boolean bogusGivesWay = old.security() == Security.BOGUS && fresh.security() != Security.BOGUS;
    if (fresh.credibility().compareTo(old.credibility()) < 0 && !bogusGivesWay) {
      return old;
    }
    // A delegation never outlives what was first learned, whoever repeats it (ghost domains,
    // CVE-2022-30698).
    if (old.set().type().equals(RRType.NS)) {
      long end = Math.min(old.expiresAt(), fresh.expiresAt());
      return new CachedSet(
          fresh.set(), fresh.credibility(), fresh.security(), fresh.storedAt(), end);
    }
    return fresh;
  }

  /** A response, fresh or not; the caller looks at its end. */
  public Optional<CachedResponse> response(Question question) {
    return Optional.ofNullable(responses.get(question));
  }

  /** A response with the TTLs that the cache's bounds allow. */
  public Response bounded(Response response) {
    return response.map(set -> set.withTtl(limits.bounded(set.ttl())));
  }

  /**
   * Keeps a response as long as its records allow; a failure as long as the limits say (RFC 9520).
   */
  public void put(Question question, Response response, long now) {
    boolean failure =
        !response.rcode().equals(Rcode.NOERROR) && !response.rcode().equals(Rcode.NXDOMAIN);
    if (failure) {
      keepFailure(question, response, now);
      return;
    }
    if (response.security() == Security.BOGUS) {
      responses.put(question, new CachedResponse(response, now, now + BOGUS_SECONDS));
      return;
    }
    long ttl;
    Response bounded = bounded(response);
    if (response.isNegative()) {
      ttl = negativeTtl(response);
      bounded = bounded.map(set -> set.withTtl(Math.min(set.ttl(), ttl)));
    } else {
      ttl = bounded.ttl();
    }
    if (ttl > 0) {
      responses.put(question, new CachedResponse(bounded, now, now + ttl));
    }
  }

  private void keepFailure(Question question, Response response, long now) {
    responses.merge(
        question,
        new CachedResponse(response, now, now + limits.failureTtl()),
        // What can still be served stale is worth more than the memory of a failure (RFC 8767 §5).
        (old, fresh) -> isServable(old, now) ? old : fresh);
  }

  private boolean isServable(CachedResponse cached, long now) {
    Rcode rcode = cached.response().rcode();
    return (rcode.equals(Rcode.NOERROR) || rcode.equals(Rcode.NXDOMAIN))
        && now < cached.expiresAt() + limits.staleFor();
  }

  /** A response whose time is over but that may still be served when no server answers. */
  public Optional<CachedResponse> stale(Question question, long now) {
    return response(question).filter(cached -> limits.staleFor() > 0 && isServable(cached, now));
  }

  /**
   * RFC 2308 §5: the lesser of the SOA's TTL and its MINIMUM field. A denial without SOA is kept as
   * briefly as a failure, which it half is, so that nobody is asked again at once (RFC 9520 §3.2).
   */
  private long negativeTtl(Response response) {
    return response
        .authority(RRType.SOA)
        .mapToLong(set -> Math.min(set.ttl(), Soa.of(set.rdata().getFirst()).minimum()))
        .map(ttl -> Math.min(limits.bounded(ttl), limits.maxNegativeTtl()))
        .findFirst()
        .orElse(limits.failureTtl());
  }

  /** Whether an ancestor, or the name itself, is known not to exist (RFC 8020). */
  public Optional<CachedResponse> nameErrorAbove(Question question, long now) {
    for (Name name = question.name(); !name.isRoot(); name = name.parent()) {
      for (RRType type : new RRType[] {RRType.A, question.type()}) {
        CachedResponse cached = responses.get(key(name, type));
        if (cached != null
            && cached.isFresh(now)
            && cached.response().rcode().equals(Rcode.NXDOMAIN)
            && cached.response().answer().isEmpty()
            && cached.response().security() == Security.SECURE) {
          return Optional.of(cached);
        }
      }
    }
    return Optional.empty();
  }

  /** What a flush takes. */
  public enum Scope {
    /** The name alone. */
    NAME,
    /** The name and all below. */
    SUBTREE,
    /** Negative responses and failures at and below the name. */
    NEGATIVE
  }

  /** Forgets; returns the number of entries that went. */
  public int flush(Name name, Scope scope) {
    java.util.function.Predicate<Question> names =
        scope == Scope.NAME
            ? key -> key.name().equals(name)
            : key -> key.name().isSubdomainOf(name);
    int removed =
        responses.removeIf(
            names,
            value ->
                scope != Scope.NEGATIVE
                    || value.response().isNegative()
                    || value.response().answer().isEmpty());
    return scope == Scope.NEGATIVE ? removed : removed + sets.removeIf(names, value -> true);
  }

  /** All record sets that have not ended, in no order. */
  public Stream<CachedSet> sets(long now) {
    return sets.values().filter(cached -> cached.isFresh(now));
  }

  /** All responses that have not ended, by question, in no order. */
  public Stream<Map.Entry<Question, CachedResponse>> responses(long now) {
    return responses.entries().filter(entry -> entry.getValue().isFresh(now));
  }

  /** Number of record sets held. */
  public int setCount() {
    return sets.size();
  }

  /** Number of responses held. */
  public int responseCount() {
    return responses.size();
  }
}
