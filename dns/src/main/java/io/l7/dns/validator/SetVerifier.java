package io.l7.dns.validator;

import io.l7.dns.budget.Budget;
import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.dnssec.SignedData;
import io.l7.dns.dnssec.Validity;
import io.l7.dns.explain.Reason;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.Dnskey;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.Rrsig;
import java.util.List;
import java.util.Optional;

/** Holds the signatures of one set against the keys of a zone (RFC 4035 §5.3). */
final class SetVerifier {
  /** Signatures of one set looked at; Unbound's figure (KeyTrap, CVE-2023-50387). */
  private static final int MOST_SIGNATURES = 8;

  /** Keys with one tag and algorithm tried; two may collide by chance. */
  private static final int MOST_KEYS_A_TAG = 4;

  private final ValidatorConfig config;

  SetVerifier(ValidatorConfig config) {
    this.config = config;
  }

  /** What came of a set. */
  sealed interface Result {
    /**
     * It is signed.
     *
     * @param set with a TTL no longer than the signature allows
     * @param wildcard the wildcard's parent, when the set was made from a wildcard
     */
    record Valid(RRset set, Optional<Name> wildcard) implements Result {}

    /** It is not, for this reason. */
    record Invalid(ExtendedError error) implements Result {}
  }

  Result verify(RRset set, Name zone, List<Dnskey> keys, Budget budget, Trace trace)
      throws ResolutionFailure {
    String what = set.owner() + " " + set.type();
    if (set.signatures().isEmpty()) {
      return invalid(ExtendedError.RRSIGS_MISSING, "no signature over " + what, trace);
    }
    ExtendedError worst =
        new ExtendedError(
            ExtendedError.DNSKEY_MISSING, "no key of " + zone + " for the signatures over " + what);
    int looked = 0;
    for (Rdata data : set.signatures()) {
      if (++looked > MOST_SIGNATURES) {
        trace.note(Reason.LIMIT, () -> "more than " + MOST_SIGNATURES + " signatures over " + what);
        break;
      }
      Optional<ExtendedError> trouble;
      Rrsig rrsig;
      try {
        rrsig = new Rrsig(data);
        trouble = form(set, zone, rrsig);
      } catch (IllegalArgumentException e) {
        continue;
      }
      if (trouble.isPresent()) {
        worst = trouble.get();
        continue;
      }
      Outcome outcome = withKeys(set, rrsig, keys, budget);
      if (outcome == Outcome.VALID) {
        trace.note(
            Reason.SECURITY,
            () ->
                what
                    + " is signed by "
                    + rrsig.signer()
                    + " with key "
                    + rrsig.keyTag()
                    + " of algorithm "
                    + rrsig.algorithm());
        return valid(set, rrsig);
      }
      if (outcome == Outcome.WRONG) {
        worst =
            new ExtendedError(
                ExtendedError.DNSSEC_BOGUS,
                "the signature over " + what + " by key " + rrsig.keyTag() + " is wrong");
      }
    }
    return invalid(worst.code(), worst.text(), trace);
  }

  private enum Outcome {
    VALID,
    WRONG,
    NO_KEY
  }

  private Outcome withKeys(RRset set, Rrsig rrsig, List<Dnskey> keys, Budget budget)
      throws ResolutionFailure {
    int tried = 0;
    for (Dnskey key : keys) {
      boolean fits =
          key.algorithm() == rrsig.algorithm()
              && key.isZoneKey()
              && key.protocol() == 3
              && key.keyTag() == rrsig.keyTag();
      if (!fits
          || !config.arithmetic().knowsAlgorithm(key.algorithm())
          || ++tried > MOST_KEYS_A_TAG) {
        continue;
      }
      budget.signature();
      if (config.arithmetic().verifies(key, rrsig, set)) {
        return Outcome.VALID;
      }
    }
    return tried == 0 ? Outcome.NO_KEY : Outcome.WRONG;
  }

  /** RFC 4035 §5.3.1, all but the key. */
  private Optional<ExtendedError> form(RRset set, Name zone, Rrsig rrsig) {
    String what = set.owner() + " " + set.type();
    if (!rrsig.typeCovered().equals(set.type())
        || !rrsig.signer().equals(zone)
        || !set.owner().isSubdomainOf(rrsig.signer())) {
      return error(
          ExtendedError.DNSSEC_BOGUS,
          "the signature over " + what + " names " + rrsig.signer() + " instead of " + zone);
    }
    if (rrsig.labels() > SignedData.labels(set.owner()) || rrsig.labels() < zone.labels()) {
      return error(
          ExtendedError.DNSSEC_BOGUS,
          "the signature over " + what + " counts " + rrsig.labels() + " labels");
    }
    if (config.times() == ValidatorConfig.Times.IGNORED) {
      return Optional.empty();
    }
    long now = config.signatureTime().getAsLong();
    Validity validity = Validity.of(rrsig);
    if (new Validity(0, rrsig.expiration()).expired(rrsig.inception())) {
      return error(
          ExtendedError.SIGNATURE_EXPIRED, "the signature over " + what + " ends before it begins");
    }
    if (validity.expired(now)) {
      return error(
          ExtendedError.SIGNATURE_EXPIRED,
          "the signature over " + what + " by key " + rrsig.keyTag() + " has expired");
    }
    if (validity.notYet(now)) {
      return error(
          ExtendedError.SIGNATURE_NOT_YET_VALID,
          "the signature over " + what + " by key " + rrsig.keyTag() + " is not valid yet");
    }
    return Optional.empty();
  }

  private static Optional<ExtendedError> error(int code, String text) {
    return Optional.of(new ExtendedError(code, text));
  }

  private Result valid(RRset set, Rrsig rrsig) {
    long ttl = Math.min(set.ttl(), rrsig.originalTtl());
    if (config.times() == ValidatorConfig.Times.CHECKED) {
      // RFC 4035 §5.3.3; the difference of serial numbers
      long left = (int) (rrsig.expiration() - config.signatureTime().getAsLong());
      ttl = Math.min(ttl, Math.max(0, left));
    }
    int labels = SignedData.labels(set.owner());
    boolean expanded = rrsig.labels() < labels;
    return new Result.Valid(
        set.withTtl(ttl),
        expanded ? Optional.of(set.owner().last(rrsig.labels())) : Optional.empty());
  }

  private static Result invalid(int code, String text, Trace trace) {
    trace.note(Reason.SECURITY, () -> text);
    return new Result.Invalid(new ExtendedError(code, text));
  }
}
