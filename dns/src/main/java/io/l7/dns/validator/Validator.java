package io.l7.dns.validator;

import io.l7.dns.budget.Budget;
import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.cache.Response;
import io.l7.dns.cache.Security;
import io.l7.dns.explain.Reason;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.Dname;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.Rrsig;
import io.l7.dns.message.Soa;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The validator (RFC 4035 §5, RFC 5155 §8, RFC 6840). Safe for all threads. */
public final class Validator implements Validation {
  private final ValidatorConfig config;
  private final SetVerifier verifier;
  private final ChainOfTrust chain;
  private final KeySentinel sentinel;
  private final DenialCache denials = new DenialCache();
  private final Aggressive aggressive;
  private final InstantSource clock;

  /**
   * Makes a validator.
   *
   * @param clock of the engine, for how long keys are kept
   */
  public Validator(ValidatorConfig config, InstantSource clock) {
    this.config = config;
    this.verifier = new SetVerifier(config);
    this.sentinel = new KeySentinel(config.anchors());
    this.chain = new ChainOfTrust(config, verifier, denials, clock);
    this.clock = clock;
    this.aggressive = new Aggressive(denials, config.nsec3Iterations());
  }

  @Override
  public Response validate(Question question, Response response, Evidence evidence)
      throws ResolutionFailure {
    Name home =
        question.type().equals(RRType.DS) && !question.name().isRoot()
            ? question.name().parent()
            : question.name();
    if (!chain.hasAnchorAbove(home)) {
      return response.withSecurity(Security.INSECURE);
    }
    Trace part =
        evidence
            .trace()
            .enter(
                Reason.SECURITY, () -> "validation of " + question.name() + " " + question.type());
    Response decided = new Case(question, response, evidence.within(part), home).decide();
    return sentinelled(question, decided);
  }

  @Override
  public void forget(Name name) {
    denials.forget(name);
    chain.forget(name);
  }

  private Response sentinelled(Question question, Response decided) {
    return sentinel.denies(question, decided)
        ? decided
            .withSecurity(Security.BOGUS)
            .withError(
                new ExtendedError(ExtendedError.DNSSEC_BOGUS, "root key sentinel (RFC 8509)"))
        : decided;
  }

  @Override
  public boolean hasKeysFor(Name name) {
    return chain.secureZoneKnownFor(name).isPresent();
  }

  @Override
  public Optional<Response> fromProofs(Question question, Budget budget) throws ResolutionFailure {
    Name home =
        question.type().equals(RRType.DS) && !question.name().isRoot()
            ? question.name().parent()
            : question.name();
    Optional<Name> zone = chain.secureZoneKnownFor(home);
    return zone.isEmpty()
        ? Optional.empty()
        : aggressive
            .answer(question, zone.get(), budget, now())
            .map(answer -> sentinelled(question, answer));
  }

  private long now() {
    return Math.floorDiv(clock.millis(), 1000L);
  }

  /** One response to one question. */
  private final class Case {
    final Question question;
    final Response response;
    final Evidence evidence;
    final Name home;

    /** The closest encloser of each set that came from a wildcard, by its owner. */
    final Map<Name, Name> wildcards = new HashMap<>();

    Case(Question question, Response response, Evidence evidence, Name home) {
      this.question = question;
      this.response = response;
      this.evidence = evidence;
      this.home = home;
    }

    Response decide() throws ResolutionFailure {
      if (question.type().equals(RRType.RRSIG) && !response.answer().isEmpty()) {
        // RFC 4035 §2.2: signatures are not signed, so nothing can be said of them.
        return response.withSecurity(Security.INSECURE);
      }
      Optional<Name> signer = signer();
      ZoneKeys keys = chain.keysFor(signer.orElse(home), evidence);
      if (keys instanceof ZoneKeys.Secure secure
          && signer.isPresent()
          && !secure.zone().equals(signer.get())) {
        return bogus(
            new ExtendedError(
                ExtendedError.DNSKEY_MISSING, "signed by " + signer.get() + ", which is no zone"));
      }
      return switch (keys) {
        case ZoneKeys.Insecure(Name zone, String why, long until) -> {
          evidence.trace().note(Reason.SECURITY, () -> "insecure: " + why);
          yield response.withSecurity(Security.INSECURE);
        }
        case ZoneKeys.Bogus(Name zone, ExtendedError error, long until) -> bogus(error);
        case ZoneKeys.Secure secure -> withKeys(secure);
      };
    }

    /** Who signed: of the answer if there is one, else of the denial. */
    Optional<Name> signer() {
      List<RRset> sets =
          response.answer().isEmpty()
              ? response.authority().stream().filter(this::isDenial).toList()
              : response.answer();
      for (RRset set : sets) {
        for (Rdata data : set.signatures()) {
          try {
            Name signer = new Rrsig(data).signer();
            if (set.owner().isSubdomainOf(signer) && home.isSubdomainOf(signer)) {
              return Optional.of(signer);
            }
          } catch (IllegalArgumentException e) {
            evidence.trace().note(Reason.SECURITY, () -> "a malformed RRSIG over " + set.owner());
          }
        }
      }
      return Optional.empty();
    }

    Response withKeys(ZoneKeys.Secure keys) throws ResolutionFailure {
      var answer = new ArrayList<RRset>();
      for (RRset set : response.answer()) {
        if (isSynthesised(set)) {
          answer.add(set);
          continue;
        }
        SetVerifier.Result result = verify(set, keys);
        if (result instanceof SetVerifier.Result.Invalid(ExtendedError error)) {
          return bogus(error);
        }
        if (result instanceof SetVerifier.Result.Valid(RRset valid, Optional<Name> wildcard)) {
          answer.add(valid);
          if (wildcard.isPresent() && set.type().equals(RRType.DNAME)) {
            // RFC 4592 §4.4: a wildcard DNAME has no defined meaning.
            return bogus(
                new ExtendedError(
                    ExtendedError.DNSSEC_BOGUS, "a DNAME made from a wildcard at " + set.owner()));
          }
          wildcard.ifPresent(encloser -> wildcards.put(set.owner(), encloser));
          wildcard.ifPresent(encloser -> denials.keepAt(encloser.wildcard(), valid, now()));
        }
      }
      var authority = new ArrayList<RRset>();
      for (RRset set : response.authority()) {
        boolean denial = isDenial(set);
        SetVerifier.Result result = verify(set, keys);
        if (result instanceof SetVerifier.Result.Valid(RRset valid, Optional<Name> wildcard)) {
          // A denial record that was itself made from a wildcard says nothing of its owner.
          if (!denial || wildcard.isEmpty()) {
            authority.add(valid);
          }
        } else if (result instanceof SetVerifier.Result.Invalid(ExtendedError error)
            && denial
            && answer.isEmpty()) {
          return bogus(error);
        }
      }
      Response verified = response.withSections(answer, authority, response.additional());
      denials.keep(keys.zone(), bounded(authority), now());
      authority.stream()
          .filter(set -> set.type().equals(RRType.SOA) && set.owner().equals(keys.zone()))
          .forEach(set -> denials.keepAt(keys.zone(), set, now()));
      if (answer.isEmpty()) {
        return negative(verified, keys);
      }
      return wildcards.isEmpty()
          ? verified.withSecurity(Security.SECURE)
          : wildcard(verified, keys);
    }

    boolean isDenial(RRset set) {
      return set.type().equals(RRType.NSEC)
          || set.type().equals(RRType.NSEC3)
          || set.type().equals(RRType.SOA);
    }

    /** Denial records live no longer than the SOA lets a negative answer live (RFC 9077 §3). */
    List<RRset> bounded(List<RRset> sets) {
      long most =
          sets.stream()
              .filter(set -> set.type().equals(RRType.SOA))
              .mapToLong(set -> Math.min(set.ttl(), Soa.of(set.rdata().getFirst()).minimum()))
              .min()
              .orElse(Long.MAX_VALUE);
      return sets.stream().map(set -> set.withTtl(Math.min(most, set.ttl()))).toList();
    }

    /** The CNAME that stands for a DNAME carries no signature (RFC 6672 §5.3.1). */
    boolean isSynthesised(RRset set) {
      return set.type().equals(RRType.CNAME)
          && !set.isSigned()
          && response.answer().stream()
              .anyMatch(
                  other ->
                      other.type().equals(RRType.DNAME)
                          && set.owner().isBelow(other.owner())
                          && !Dname.contradicts(set.owner(), other, Optional.of(set)));
    }

    SetVerifier.Result verify(RRset set, ZoneKeys.Secure keys) throws ResolutionFailure {
      return verifier.verify(set, keys.zone(), keys.keys(), evidence.budget(), evidence.trace());
    }

    Response wildcard(Response verified, ZoneKeys.Secure keys) throws ResolutionFailure {
      var nsec = new NsecDenial(verified.authority());
      var nsec3 = new Nsec3Denial(keys.zone(), verified.authority(), evidence.budget());
      Security security = Security.SECURE;
      for (Map.Entry<Name, Name> entry : wildcards.entrySet()) {
        if (nsec.wildcardAnswer(entry.getKey(), entry.getValue())) {
          continue;
        }
        if (!nsec3.isEmpty() && nsec3.iterations() > config.nsec3Iterations()) {
          return tooManyIterations(verified, nsec3);
        }
        Nsec3Denial.Proof proof =
            nsec3.isEmpty()
                ? Nsec3Denial.Proof.NONE
                : nsec3.wildcardAnswer(entry.getKey(), entry.getValue());
        if (proof == Nsec3Denial.Proof.NONE) {
          return bogus(
              new ExtendedError(
                  ExtendedError.DNSSEC_BOGUS,
                  "no proof that " + entry.getKey() + " may come from a wildcard"));
        }
        security =
            security.and(proof == Nsec3Denial.Proof.OPT_OUT ? Security.INSECURE : Security.SECURE);
      }
      return verified.withSecurity(security);
    }

    Response negative(Response verified, ZoneKeys.Secure keys) throws ResolutionFailure {
      boolean nameError = verified.rcode().equals(Rcode.NXDOMAIN);
      Name name = question.name();
      var nsec = new NsecDenial(verified.authority());
      if (!nsec.isEmpty()
          && (nameError ? nsec.nameError(name) : nsec.noData(name, question.type()))) {
        return proven(verified);
      }
      if (!nsec.isEmpty() && nameError && nsec.noData(name, question.type())) {
        evidence.trace().note(Reason.SECURITY, () -> "the name exists: NXDOMAIN becomes NODATA");
        return proven(verified.withRcode(Rcode.NOERROR));
      }
      var nsec3 = new Nsec3Denial(keys.zone(), verified.authority(), evidence.budget());
      if (!nsec3.isEmpty()) {
        if (nsec3.iterations() > config.nsec3Iterations()) {
          return tooManyIterations(verified, nsec3);
        }
        Nsec3Denial.Proof proof =
            nameError ? nsec3.nameError(name) : nsec3.noData(name, question.type());
        if (proof == Nsec3Denial.Proof.PROVEN) {
          return proven(verified);
        }
        if (proof == Nsec3Denial.Proof.OPT_OUT) {
          evidence
              .trace()
              .note(Reason.SECURITY, () -> "opt-out: an unsigned delegation may be hidden");
          return verified.withSecurity(Security.INSECURE);
        }
      }
      String what = nameError ? "does not exist" : "has no " + question.type();
      boolean nothing =
          nsec.isEmpty()
              && nsec3.isEmpty()
              && !nameError
              && verified.authority(RRType.SOA).findAny().isPresent();
      int code = nothing ? ExtendedError.NSEC_MISSING : ExtendedError.DNSSEC_BOGUS;
      return bogus(new ExtendedError(code, "no proof that " + name + " " + what));
    }

    Response proven(Response verified) {
      evidence.trace().note(Reason.SECURITY, () -> "the denial is proven");
      return verified.withSecurity(Security.SECURE);
    }

    Response tooManyIterations(Response verified, Nsec3Denial nsec3) {
      String why = nsec3.iterations() + " NSEC3 iterations";
      evidence.trace().note(Reason.LIMIT, () -> why + " count as unsigned (RFC 9276)");
      return verified
          .withSecurity(Security.INSECURE)
          .withError(new ExtendedError(ExtendedError.UNSUPPORTED_NSEC3_ITERATIONS, why));
    }

    Response bogus(ExtendedError error) {
      evidence.trace().note(Reason.SECURITY, () -> "bogus: " + error);
      return response.withSecurity(Security.BOGUS).withError(error);
    }
  }
}
