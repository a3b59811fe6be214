package io.l7.dns.resolver;

import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.cache.Credibility;
import io.l7.dns.cache.DnsCache;
import io.l7.dns.cache.Response;
import io.l7.dns.cache.Security;
import io.l7.dns.explain.Reason;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Walks down the tree for one name until some server gives a final response (RFC 1034 §5.3.3). One
 * thread.
 */
final class Iteration {
  private static final Set<RRType> KEPT_BESIDE =
      Set.of(RRType.NS, RRType.A, RRType.AAAA, RRType.DNAME);

  /** A final response and where it came from. */
  record Result(Response response, InetAddress server, DelegationPoint point) {}

  private final ResolverConfig config;
  private final Delegations delegations;
  private final DnsCache cache;
  private final Interrogation interrogation;
  private final Clocks clocks;
  private final RootPriming priming;

  /** Gives the root's servers, asked for themselves first where that is wanted. */
  interface RootPriming {
    DelegationPoint root(Context context);
  }

  Iteration(
      ResolverConfig config,
      Delegations delegations,
      DnsCache cache,
      Interrogation interrogation,
      Clocks clocks,
      RootPriming priming) {
    this.config = config;
    this.delegations = delegations;
    this.cache = cache;
    this.interrogation = interrogation;
    this.clocks = clocks;
    this.priming = priming;
  }

  Result run(Question question, Context context) throws ResolutionFailure {
    Minimiser minimiser = minimiser(question);
    var tooLow = new HashSet<Name>();
    var scope = Delegations.Scope.ALL;
    DelegationPoint point = start(question, scope, tooLow, context);
    if (point.isForward()) {
      // A forwarder must know the whole question anyway.
      minimiser.giveUp();
    }
    boolean fromCache = true;
    int referrals = 0;
    while (true) {
      Question sent = minimiser.next(point.zone());
      Interrogation.Said said;
      try {
        var extent =
            minimiser.isWhole(sent) ? Interrogation.Extent.WHOLE : Interrogation.Extent.SHORTENED;
        said = interrogation.ask(point, sent, extent, context);
      } catch (ResolutionFailure e) {
        context.trace.note(Reason.FAILURE, () -> String.valueOf(e.getMessage()));
        if (!minimiser.isWhole(sent)) {
          // RFC 9156 §3: what breaks on a shortened question may work on the whole one.
          if (interrogation.isTiredOfShortening() || !minimiser.tryNameServers()) {
            minimiser.giveUp();
          }
          continue;
        }
        Optional<ConfiguredZone> configured = delegations.configuredFor(point);
        if (configured.isPresent()
            && configured.get().fallback() == ConfiguredZone.Fallback.ITERATION
            && scope == Delegations.Scope.ALL) {
          scope = Delegations.Scope.UNCONFIGURED;
        } else if (!fromCache
            || point.kind() != DelegationPoint.Kind.DELEGATION
            || !tooLow.add(point.zone())) {
          throw e;
        }
        point = start(question, scope, tooLow, context);
        continue;
      }
      Reading reading = said.reading();
      if (reading.kind() == Reading.Kind.REFERRAL) {
        if (++referrals > config.limits().referrals()) {
          throw new ResolutionFailure(
              ExtendedError.OTHER,
              "limit of " + config.limits().referrals() + " referrals reached");
        }
        point = delegations.learn(reading.response(), point.zone(), clocks.seconds());
        fromCache = false;
        minimiser.descended();
        note(context, point);
        continue;
      }
      keep(reading, point);
      if (minimiser.isWhole(sent) || isSignedNameError(reading.response())) {
        return new Result(reading.response(), said.server(), point);
      }
      boolean plain =
          reading.response().rcode().equals(Rcode.NOERROR)
              && reading.response().answer(sent.name(), RRType.CNAME).isEmpty();
      if (plain) {
        minimiser.exists(sent);
      } else {
        // Servers deny empty non-terminals wrongly, and an alias may be a DNAME's: ask for the
        // whole name.
        minimiser.giveUp();
      }
    }
  }

  /** A signed denial of a name above denies all below it, if it holds (RFC 8020, RFC 9156 §2.3). */
  private static boolean isSignedNameError(Response response) {
    return response.rcode().equals(Rcode.NXDOMAIN)
        && response.answer().isEmpty()
        && Links.denials(response).stream().anyMatch(RRset::isSigned);
  }

  private Minimiser minimiser(Question question) {
    if (!config.has(Feature.QUERY_MINIMISATION)) {
      return Minimiser.off(question);
    }
    var hidden =
        config.has(Feature.HIDDEN_TYPE) ? Minimiser.HiddenType.YES : Minimiser.HiddenType.NO;
    return new Minimiser(question, config.limits().minimisationSteps(), hidden);
  }

  private DelegationPoint start(
      Question question, Delegations.Scope scope, Set<Name> tooLow, Context context) {
    DelegationPoint point =
        delegations.closest(question, scope, tooLow, clocks.seconds() + context.leeway);
    if (point.kind() == DelegationPoint.Kind.HINTS) {
      point = priming.root(context);
    }
    note(context, point);
    return point;
  }

  private static void note(Context context, DelegationPoint point) {
    context.trace.note(Reason.DELEGATION, point::toString);
  }

  /** Keeps the server names, glue and DNAMEs that came beside a final response. */
  private void keep(Reading reading, DelegationPoint point) {
    if (delegations
            .configuredFor(point)
            .filter(zone -> zone.caching() == ConfiguredZone.Caching.NOT_KEPT)
            .isPresent()
        || point.isForward()) {
      return;
    }
    boolean authoritative = reading.authoritative() == Reading.Authoritative.YES;
    long now = clocks.seconds();
    for (RRset set : reading.response().answer()) {
      boolean own = set.owner().isSubdomainOf(point.zone());
      if (own
          && (set.type().equals(RRType.DNAME) || (set.type().equals(RRType.NS) && authoritative))) {
        cache.put(
            set,
            authoritative ? Credibility.AUTHORITATIVE_ANSWER : Credibility.ANSWER,
            Security.UNCHECKED,
            now);
      }
    }
    reading
        .response()
        .authority(RRType.NS)
        .filter(set -> authoritative && set.owner().equals(point.zone()))
        .forEach(
            set -> cache.put(set, Credibility.AUTHORITATIVE_AUTHORITY, Security.UNCHECKED, now));
    for (RRset set : reading.response().additional()) {
      if (KEPT_BESIDE.contains(set.type())) {
        cache.put(
            set.withoutSignatures(),
            authoritative ? Credibility.AUTHORITATIVE_ADDITIONAL : Credibility.GLUE,
            Security.UNCHECKED,
            now);
      }
    }
  }
}
