package io.l7.dns.validator;

import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.cache.Response;
import io.l7.dns.explain.Reason;
import io.l7.dns.message.Ds;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a zone begins at a name, and whether it is signed: what its DS set, or the proof that
 * there is none, says at the parent's side (RFC 4035 §5.2). Safe for all threads.
 */
final class Delegation {
  private final ValidatorConfig config;
  private final SetVerifier verifier;
  private final DenialCache denials;
  private final InstantSource clock;

  Delegation(
      ValidatorConfig config, SetVerifier verifier, DenialCache denials, InstantSource clock) {
    this.config = config;
    this.verifier = verifier;
    this.denials = denials;
    this.clock = clock;
  }

  /** What one DS question showed. */
  sealed interface Step {
    record Delegated(List<Ds> ds, long ttl) implements Step {}

    record NoCut() implements Step {}

    record NoName() implements Step {}

    record Unsigned(String why, long ttl) implements Step {}

    record Broken(ExtendedError error) implements Step {}
  }

  private long now() {
    return Math.floorDiv(clock.millis(), 1000L);
  }

  /** Asks for the DS of a name in a zone above it. */
  Step step(Name name, ZoneKeys.Secure parent, Evidence evidence) throws ResolutionFailure {
    Optional<Step> known = fromDenials(name, parent, evidence);
    if (known.isPresent()) {
      return known.get();
    }
    Question question = Question.of(name, RRType.DS);
    Response response;
    try {
      response = evidence.fetch(question);
    } catch (ResolutionFailure e) {
      if (e.isOfQuestionAlone()) {
        throw e;
      }
      return new Step.Broken(
          new ExtendedError(
              ExtendedError.NETWORK_ERROR, "no DS for " + name + ": " + e.error().text()));
    }
    return evidence.judged(
        question,
        response,
        given -> judge(name, given, parent, evidence),
        Step.Broken.class::isInstance);
  }

  private Step judge(Name name, Response response, ZoneKeys.Secure parent, Evidence evidence)
      throws ResolutionFailure {
    Optional<RRset> ds = response.answer(name, RRType.DS);
    if (ds.isPresent()) {
      return switch (verify(ds.get(), parent, evidence)) {
        case SetVerifier.Result.Valid(RRset set, var wildcard) ->
            wildcard.isEmpty() ? delegated(name, set) : fromWildcard(name);
        case SetVerifier.Result.Invalid(ExtendedError error) -> new Step.Broken(error);
      };
    }
    for (RRset set : response.answer()) {
      if (isAlias(set, name)) {
        // An alias has no DS beside it, so no zone begins here.
        return switch (verify(set, parent, evidence)) {
          case SetVerifier.Result.Valid(RRset valid, Optional<Name> wildcard) ->
              wildcard.isEmpty() || set.type().equals(RRType.DNAME)
                  ? new Step.NoCut()
                  : expanded(name, wildcard.get(), response, parent, evidence);
          case SetVerifier.Result.Invalid(ExtendedError error) -> new Step.Broken(error);
        };
      }
    }
    if (!response.rcode().equals(Rcode.NOERROR) && !response.rcode().equals(Rcode.NXDOMAIN)) {
      return new Step.Broken(
          new ExtendedError(
              ExtendedError.DNSSEC_BOGUS, "no DS for " + name + ": rcode " + response.rcode()));
    }
    return denied(name, response, parent, evidence);
  }

  /** Whether a set makes an alias of just this name; what stands elsewhere says nothing of it. */
  private static boolean isAlias(RRset set, Name name) {
    return set.type().equals(RRType.DNAME)
        ? name.isBelow(set.owner())
        : set.type().equals(RRType.CNAME) && set.isSigned() && set.owner().equals(name);
  }

  /** A delegation is never made from a wildcard (RFC 4592 §4.2). */
  private static Step fromWildcard(Name name) {
    return new Step.Broken(
        new ExtendedError(ExtendedError.DNSSEC_BOGUS, "the DS of " + name + " is a wildcard's"));
  }

  /** An alias made from a wildcard counts where nothing closer exists (RFC 4035 §5.3.4). */
  private Step expanded(
      Name name, Name encloser, Response response, ZoneKeys.Secure parent, Evidence evidence)
      throws ResolutionFailure {
    List<RRset> proofs = proofs(response, parent, evidence).sets;
    boolean proven =
        new NsecDenial(proofs).wildcardAnswer(name, encloser)
            || new Nsec3Denial(parent.zone(), proofs, evidence.budget())
                    .wildcardAnswer(name, encloser)
                != Nsec3Denial.Proof.NONE;
    return proven
        ? new Step.NoCut()
        : new Step.Broken(
            new ExtendedError(
                ExtendedError.DNSSEC_BOGUS,
                "no proof that the alias " + name + " may come from a wildcard"));
  }

  private SetVerifier.Result verify(RRset set, ZoneKeys.Secure keys, Evidence evidence)
      throws ResolutionFailure {
    return verifier.verify(set, keys.zone(), keys.keys(), evidence.budget(), evidence.trace());
  }

  private Step delegated(Name name, RRset set) {
    var usable = new ArrayList<Ds>();
    for (Rdata data : set.rdata()) {
      var ds = new Ds(data);
      if (config.arithmetic().knowsAlgorithm(ds.algorithm())
          && config.arithmetic().knowsDigest(ds.digestType())) {
        usable.add(ds);
      }
    }
    if (usable.isEmpty()) {
      // RFC 4035 §5.2: no DS of a known algorithm is as good as none.
      return new Step.Unsigned(
          "no DS of " + name + " has an algorithm and digest known here", set.ttl());
    }
    return new Step.Delegated(usable, set.ttl());
  }

  private Step denied(Name name, Response response, ZoneKeys.Secure parent, Evidence evidence)
      throws ResolutionFailure {
    Proofs proofs = proofs(response, parent, evidence);
    denials.keep(parent.zone(), proofs.sets, now());
    Optional<Step> step = proven(name, proofs.sets, parent, evidence);
    if (step.isPresent()) {
      return step.get();
    }
    return new Step.Broken(
        proofs.error.orElseGet(
            () ->
                new ExtendedError(
                    ExtendedError.NSEC_MISSING, "no proof that " + name + " has no DS")));
  }

  /** Denial records that count, and what is wrong with one that does not. */
  private record Proofs(List<RRset> sets, Optional<ExtendedError> error) {}

  private Proofs proofs(Response response, ZoneKeys.Secure parent, Evidence evidence)
      throws ResolutionFailure {
    var sets = new ArrayList<RRset>();
    Optional<ExtendedError> error = Optional.empty();
    for (RRset set : response.authority()) {
      if (set.type().equals(RRType.NSEC) || set.type().equals(RRType.NSEC3)) {
        switch (verify(set, parent, evidence)) {
          case SetVerifier.Result.Valid(RRset valid, Optional<Name> wildcard) -> {
            // One that was itself made from a wildcard says nothing of its owner (CVE-2017-15105).
            if (wildcard.isEmpty()) {
              sets.add(valid);
            }
          }
          case SetVerifier.Result.Invalid(ExtendedError why) -> error = Optional.of(why);
        }
      }
    }
    return new Proofs(sets, error);
  }

  /** Whether verified denials of earlier questions already decide. */
  private Optional<Step> fromDenials(Name name, ZoneKeys.Secure parent, Evidence evidence)
      throws ResolutionFailure {
    List<RRset> proofs =
        denials.around(parent.zone(), name, config.nsec3Iterations(), evidence.budget(), now());
    Optional<Step> step =
        proofs.isEmpty() ? Optional.empty() : proven(name, proofs, parent, evidence);
    if (step.isPresent()) {
      evidence.trace().note(Reason.CACHE, () -> "denial records seen before decide");
    }
    return step;
  }

  private Optional<Step> proven(
      Name name, List<RRset> proofs, ZoneKeys.Secure parent, Evidence evidence)
      throws ResolutionFailure {
    long ttl = proofs.stream().mapToLong(RRset::ttl).min().orElse(0);
    var nsec = new NsecDenial(proofs);
    if (!nsec.isEmpty()) {
      if (nsec.unsignedDelegation(name)) {
        return Optional.of(new Step.Unsigned(name + " is delegated without DS", ttl));
      }
      if (nsec.noData(name, RRType.DS)) {
        return Optional.of(new Step.NoCut());
      }
      if (nsec.nameError(name)) {
        return Optional.of(new Step.NoName());
      }
    }
    var nsec3 = new Nsec3Denial(parent.zone(), proofs, evidence.budget());
    if (!nsec3.isEmpty()) {
      if (nsec3.iterations() > config.nsec3Iterations()) {
        return Optional.of(
            new Step.Unsigned(
                "NSEC3 with " + nsec3.iterations() + " iterations counts as unsigned (RFC 9276)",
                ttl));
      }
      if (nsec3.unsignedDelegation(name)) {
        return Optional.of(new Step.Unsigned(name + " is delegated without DS", ttl));
      }
      Nsec3Denial.Proof noData = nsec3.noData(name, RRType.DS);
      Nsec3Denial.Proof noName =
          noData == Nsec3Denial.Proof.NONE ? nsec3.nameError(name) : Nsec3Denial.Proof.NONE;
      if (noData == Nsec3Denial.Proof.OPT_OUT || noName == Nsec3Denial.Proof.OPT_OUT) {
        return Optional.of(
            new Step.Unsigned("opt-out hides whether " + name + " is delegated", ttl));
      }
      if (noData == Nsec3Denial.Proof.PROVEN) {
        return Optional.of(new Step.NoCut());
      }
      if (noName == Nsec3Denial.Proof.PROVEN) {
        return Optional.of(new Step.NoName());
      }
    }
    return Optional.empty();
  }
}
