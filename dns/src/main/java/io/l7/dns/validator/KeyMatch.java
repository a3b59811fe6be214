package io.l7.dns.validator;

import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.cache.Response;
import io.l7.dns.explain.Reason;
import io.l7.dns.message.Dnskey;
import io.l7.dns.message.Ds;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Ties the DNSKEY set of a zone to its DS records or anchored keys (RFC 4035 §5.2, RFC 6840 §5.11).
 */
final class KeyMatch {
  /** DS records tried against keys; Unbound stops at 4 failures. */
  private static final int MOST_DS = 8;

  private static final int SHA1 = 1;

  private final ValidatorConfig config;
  private final SetVerifier verifier;

  KeyMatch(ValidatorConfig config, SetVerifier verifier) {
    this.config = config;
    this.verifier = verifier;
  }

  /** What came of it. */
  sealed interface Result {
    record Matched(List<Dnskey> keys, long ttl) implements Result {}

    /** Only algorithms that are not known here. */
    record Unknown(String why) implements Result {}

    record Broken(ExtendedError error) implements Result {}
  }

  Result match(
      Name zone, List<Ds> allDs, List<Dnskey> anchorKeys, Response response, Evidence evidence)
      throws ResolutionFailure {
    List<Ds> ds = strongest(allDs);
    List<Dnskey> anchored =
        anchorKeys.stream()
            .filter(key -> config.arithmetic().knowsAlgorithm(key.algorithm()))
            .toList();
    if (ds.isEmpty() && anchored.isEmpty()) {
      return new Result.Unknown("the anchor of " + zone + " has no algorithm known here");
    }
    Optional<RRset> set = response.answer(zone, RRType.DNSKEY);
    if (set.isEmpty()) {
      return broken(ExtendedError.DNSKEY_MISSING, zone + " has no DNSKEY set");
    }
    List<Dnskey> keys = set.get().rdata().stream().map(Dnskey::new).toList();
    var entries = new ArrayList<Dnskey>();
    boolean noZoneKey = false;
    for (Dnskey key : keys) {
      boolean named =
          anchored.contains(key)
              || ds.stream()
                  .limit(MOST_DS)
                  .anyMatch(one -> config.arithmetic().names(one, zone, key));
      noZoneKey |= named && !key.isZoneKey();
      if (named && key.isZoneKey() && !key.isRevoked() && key.protocol() == 3) {
        entries.add(key);
      }
    }
    if (entries.isEmpty()) {
      return noZoneKey
          ? broken(
              ExtendedError.NO_ZONE_KEY_BIT_SET,
              "the key of " + zone + " that is trusted is no zone key")
          : broken(ExtendedError.DNSKEY_MISSING, "no DNSKEY of " + zone + " fits its DS or anchor");
    }
    evidence
        .trace()
        .note(
            Reason.SECURITY,
            () -> zone + " has the trusted keys " + entries.stream().map(Dnskey::keyTag).toList());
    return signed(zone, set.get(), keys, entries, ds, anchored, evidence);
  }

  private Result signed(
      Name zone,
      RRset set,
      List<Dnskey> keys,
      List<Dnskey> entries,
      List<Ds> ds,
      List<Dnskey> anchored,
      Evidence evidence)
      throws ResolutionFailure {
    SetVerifier.Result result =
        verifier.verify(set, zone, entries, evidence.budget(), evidence.trace());
    if (result instanceof SetVerifier.Result.Invalid(ExtendedError error)) {
      return new Result.Broken(error);
    }
    if (config.downgrade() == ValidatorConfig.Downgrade.REFUSED) {
      var algorithms = new HashSet<Integer>();
      ds.forEach(one -> algorithms.add(one.algorithm()));
      anchored.forEach(key -> algorithms.add(key.algorithm()));
      for (int algorithm : algorithms) {
        List<Dnskey> ofAlgorithm =
            entries.stream().filter(key -> key.algorithm() == algorithm).toList();
        if (verifier.verify(set, zone, ofAlgorithm, evidence.budget(), evidence.trace())
            instanceof SetVerifier.Result.Invalid) {
          return broken(
              ExtendedError.DNSSEC_BOGUS,
              "the keys of " + zone + " lack a signature of algorithm " + algorithm);
        }
      }
    }
    long ttl =
        result instanceof SetVerifier.Result.Valid(RRset valid, var wildcard) ? valid.ttl() : 0;
    boolean anyKnown =
        keys.stream().anyMatch(key -> config.arithmetic().knowsAlgorithm(key.algorithm()));
    return anyKnown
        ? new Result.Matched(usable(keys), ttl)
        : new Result.Unknown("no key of " + zone + " has an algorithm known here");
  }

  private static List<Dnskey> usable(List<Dnskey> keys) {
    return keys.stream().filter(key -> key.isZoneKey() && !key.isRevoked()).toList();
  }

  /** SHA-1 digests do not count where a stronger one is there (RFC 4509 §3). */
  private List<Ds> strongest(List<Ds> all) {
    List<Ds> known =
        all.stream()
            .filter(
                ds ->
                    config.arithmetic().knowsAlgorithm(ds.algorithm())
                        && config.arithmetic().knowsDigest(ds.digestType()))
            .toList();
    List<Ds> strong = known.stream().filter(ds -> ds.digestType() != SHA1).toList();
    return strong.isEmpty() ? known : strong;
  }

  private static Result broken(int code, String why) {
    return new Result.Broken(new ExtendedError(code, why));
  }
}
