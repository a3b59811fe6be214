package io.l7.dns.resolver;

import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.cache.CachedSet;
import io.l7.dns.cache.Credibility;
import io.l7.dns.cache.DnsCache;
import io.l7.dns.cache.Response;
import io.l7.dns.cache.Security;
import io.l7.dns.explain.Reason;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import java.util.Optional;

/**
 * Asks the servers of the root hints who the root's servers are (RFC 8109). Safe for all threads.
 */
final class Priming {
  private static final Question ROOT = Question.of(Name.ROOT, RRType.NS);

  private final ResolverConfig config;
  private final DnsCache cache;
  private final Delegations delegations;
  private final Clocks clocks;

  Priming(ResolverConfig config, DnsCache cache, Delegations delegations, Clocks clocks) {
    this.config = config;
    this.cache = cache;
    this.delegations = delegations;
    this.clocks = clocks;
  }

  DelegationPoint root(Context context, Interrogation interrogation) {
    if (!config.has(Feature.PRIMING) || context.isInProgress(ROOT)) {
      return config.hints();
    }
    long now = clocks.seconds();
    Optional<CachedSet> known = cache.set(Name.ROOT, RRType.NS, now);
    if (known.isPresent()) {
      return merged(delegations.point(known.get().set(), java.util.List.of(), now));
    }
    Trace part = context.trace.enter(Reason.QUESTION, () -> "who serves the root (RFC 8109)");
    try {
      Interrogation.Said said =
          interrogation.ask(config.hints(), ROOT, Interrogation.Extent.WHOLE, context.within(part));
      Response response = said.reading().response();
      Optional<RRset> ns = response.answer(Name.ROOT, RRType.NS);
      if (ns.isEmpty()) {
        return config.hints();
      }
      cache.put(ns.get(), Credibility.AUTHORITATIVE_ANSWER, Security.UNCHECKED, now);
      response
          .additional()
          .forEach(
              set ->
                  cache.put(
                      set.withoutSignatures(),
                      Credibility.AUTHORITATIVE_ADDITIONAL,
                      Security.UNCHECKED,
                      now));
      return merged(delegations.point(ns.get(), response.additional(), now));
    } catch (ResolutionFailure e) {
      part.note(Reason.FAILURE, () -> "the hints themselves are used: " + e.getMessage());
      return config.hints();
    }
  }

  /**
   * Servers without a known address are of no use at the root; when none has one the hints serve.
   */
  private DelegationPoint merged(DelegationPoint primed) {
    boolean reachable =
        primed.servers().stream()
            .anyMatch(server -> server.addresses().stream().anyMatch(delegations::mayAsk));
    return reachable ? primed : config.hints();
  }
}
