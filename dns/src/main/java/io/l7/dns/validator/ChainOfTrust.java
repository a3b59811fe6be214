package io.l7.dns.validator;

import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.cache.BoundedMap;
import io.l7.dns.cache.Response;
import io.l7.dns.explain.Reason;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.Dnskey;
import io.l7.dns.message.Ds;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Builds chains from a trust anchor down to the zone a name lies in (RFC 4035 §5.2). Safe for all
 * threads.
 */
final class ChainOfTrust {
  private static final int MOST_ZONES = 50_000;

  /**
   * Seconds that a broken chain is remembered, so that it is neither asked for without end nor
   * believed in for long.
   */
  private static final long BOGUS_SECONDS = 60;

  private static final long MOST_SECONDS = 86_400;

  /** Seconds that a clock may go back unnoticed. */
  private static final long SLACK = 10;

  private final TrustAnchors anchors;
  private final KeyMatch keyMatch;
  private final Delegation delegation;
  private final InstantSource clock;
  private final BoundedMap<Name, ZoneKeys> known = new BoundedMap<>(MOST_ZONES);

  ChainOfTrust(
      ValidatorConfig config, SetVerifier verifier, DenialCache denials, InstantSource clock) {
    this.anchors = new TrustAnchors(config.anchors(), config.negativeAnchors());
    this.keyMatch = new KeyMatch(config, verifier);
    this.delegation = new Delegation(config, verifier, denials, clock);
    this.clock = clock;
  }

  private long now() {
    return Math.floorDiv(clock.millis(), 1000L);
  }

  boolean hasAnchorAbove(Name name) {
    return anchors.above(name).isPresent();
  }

  /** The keys of the deepest zone at or above {@code target}. */
  ZoneKeys keysFor(Name target, Evidence evidence) throws ResolutionFailure {
    Optional<TrustAnchors.Anchor> anchor = anchors.above(target);
    if (anchor.isEmpty()) {
      return new ZoneKeys.Insecure(target, "no trust anchor above " + target, now());
    }
    ZoneKeys keys = deepestKnown(target, anchor.get().zone()).orElse(null);
    if (keys == null) {
      keys = anchored(anchor.get(), evidence);
    }
    while (keys instanceof ZoneKeys.Secure secure && !secure.zone().equals(target)) {
      ZoneKeys next = descend(secure, target, evidence);
      if (next.equals(secure)) {
        return secure;
      }
      keys = next;
    }
    return keys;
  }

  private Optional<ZoneKeys> deepestKnown(Name target, Name anchor) {
    for (int labels = target.labels(); labels >= anchor.labels(); labels--) {
      ZoneKeys keys = known.get(target.last(labels));
      if (keys != null && counts(keys, now())) {
        return Optional.of(keys);
      }
    }
    return Optional.empty();
  }

  /** Whether it has not ended, nor lies in a future from which the clock was set back. */
  static boolean counts(ZoneKeys keys, long now) {
    long most = keys instanceof ZoneKeys.Bogus ? BOGUS_SECONDS : MOST_SECONDS;
    return now < keys.until() && keys.until() - now <= most + SLACK;
  }

  /** The deepest zone above a name whose keys are already believed. */
  Optional<Name> secureZoneKnownFor(Name target) {
    return anchors
        .above(target)
        .flatMap(anchor -> deepestKnown(target, anchor.zone()))
        .filter(keys -> keys instanceof ZoneKeys.Secure)
        .map(ZoneKeys::zone);
  }

  private ZoneKeys anchored(TrustAnchors.Anchor anchor, Evidence evidence)
      throws ResolutionFailure {
    Trace part =
        evidence.trace().enter(Reason.SECURITY, () -> "keys of the trust anchor " + anchor.zone());
    return remember(
        keys(anchor.zone(), anchor.ds(), anchor.keys(), MOST_SECONDS, evidence.within(part)));
  }

  private ZoneKeys remember(ZoneKeys keys) {
    known.put(keys.zone(), keys);
    return keys;
  }

  private ZoneKeys descend(ZoneKeys.Secure from, Name target, Evidence evidence)
      throws ResolutionFailure {
    for (int labels = from.zone().labels() + 1; labels <= target.labels(); labels++) {
      Name name = target.last(labels);
      Trace part =
          evidence
              .trace()
              .enter(
                  Reason.SECURITY,
                  () -> "is " + name + " delegated securely from " + from.zone() + "?");
      Evidence within = evidence.within(part);
      Delegation.Step step = delegation.step(name, from, within);
      switch (step) {
        case Delegation.Step.NoCut() ->
            part.note(Reason.SECURITY, () -> "no zone begins at " + name);
        case Delegation.Step.NoName() -> {
          part.note(Reason.SECURITY, () -> name + " does not exist");
          return from;
        }
        case Delegation.Step.Unsigned(String why, long ttl) -> {
          part.note(Reason.SECURITY, () -> why);
          return remember(new ZoneKeys.Insecure(name, why, until(ttl)));
        }
        case Delegation.Step.Broken(ExtendedError error) -> {
          part.note(Reason.SECURITY, error::toString);
          return remember(new ZoneKeys.Bogus(name, error, now() + BOGUS_SECONDS));
        }
        case Delegation.Step.Delegated(List<Ds> ds, long ttl) -> {
          return remember(keys(name, ds, List.of(), ttl, within));
        }
      }
    }
    return from;
  }

  private long until(long ttl) {
    return now() + Math.clamp(ttl, 1, MOST_SECONDS);
  }

  /** Forgets the keys of zones at and below a name. */
  void forget(Name name) {
    int _ = known.removeIf(zone -> zone.isSubdomainOf(name), keys -> true);
  }

  private ZoneKeys keys(
      Name zone, List<Ds> ds, List<Dnskey> anchorKeys, long ttl, Evidence evidence)
      throws ResolutionFailure {
    Question question = Question.of(zone, RRType.DNSKEY);
    Response response;
    try {
      response = evidence.fetch(question);
    } catch (ResolutionFailure e) {
      if (e.isOfQuestionAlone()) {
        throw e;
      }
      var error =
          new ExtendedError(
              ExtendedError.DNSKEY_MISSING, "no DNSKEY for " + zone + ": " + e.error().text());
      return new ZoneKeys.Bogus(zone, error, now() + BOGUS_SECONDS);
    }
    KeyMatch.Result result =
        evidence.judged(
            question,
            response,
            given -> keyMatch.match(zone, ds, anchorKeys, given, evidence),
            KeyMatch.Result.Broken.class::isInstance);
    return switch (result) {
      case KeyMatch.Result.Matched(List<Dnskey> keys, long keyTtl) ->
          new ZoneKeys.Secure(zone, keys, until(Math.min(ttl, keyTtl)));
      case KeyMatch.Result.Unknown(String why) -> new ZoneKeys.Insecure(zone, why, until(ttl));
      case KeyMatch.Result.Broken(ExtendedError error) ->
          new ZoneKeys.Bogus(zone, error, now() + BOGUS_SECONDS);
    };
  }
}
