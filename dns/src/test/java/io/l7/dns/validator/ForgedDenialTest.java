package io.l7.dns.validator;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.dns.budget.Budget;
import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.budget.ResolverLimits;
import io.l7.dns.cache.Response;
import io.l7.dns.cache.Security;
import io.l7.dns.dnssec.DnssecAlgorithm;
import io.l7.dns.dnssec.SigningKey;
import io.l7.dns.dnssec.Validity;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.Name;
import io.l7.dns.message.Nsec;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The NSEC of a wildcard under another owner: its signature holds, and it proves nothing there. */
class ForgedDenialTest {
  private static final Name TEST = Name.parse("test.");
  private static final Name CHILD = Name.parse("child.test.");
  private static final long NOW = 1_767_225_600; // the beginning of 2026
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(NOW));

  private final SigningKey key =
      SigningKey.generate(DnssecAlgorithm.ED25519, SigningKey.Role.KSK, new SecureRandom());
  private final Validator validator =
      new Validator(
          new ValidatorConfig(
              List.of(ResourceRecord.of(TEST, RRType.DNSKEY, 300, key.dnskey().rdata())),
              Set.of(),
              Arithmetic.STANDARD,
              () -> NOW,
              ValidatorConfig.Times.CHECKED,
              ValidatorConfig.Downgrade.ACCEPTED,
              150),
          CLOCK);

  private RRset signed(RRset set) {
    var validity = new Validity(NOW - 10, NOW + 10_000);
    return set.withSignatures(List.of(key.sign(TEST, set, validity).rdata()));
  }

  private RRset keys() {
    return signed(RRset.of(TEST, RRType.DNSKEY, 300, List.of(key.dnskey().rdata())));
  }

  /** Of {@code *.test.}, where an alias stands, signed, and then put at another name. */
  private RRset forged(Name owner) {
    var nsec = Nsec.of(TEST, List.of(RRType.TXT, RRType.NSEC, RRType.RRSIG));
    var wildcard = RRset.of(TEST.wildcard(), RRType.NSEC, 300, List.of(nsec.rdata()));
    return signed(wildcard).withOwner(owner);
  }

  /** Keys that are right, and what the forger says of the delegation. */
  private final class Forged implements Evidence {
    private final Budget budget = new Budget(ResolverLimits.defaults(), 0);

    @Override
    public Response fetch(Question question) {
      return question.type().equals(RRType.DNSKEY)
          ? Response.of(Rcode.NOERROR, List.of(keys()), List.of(), List.of())
          : Response.of(Rcode.NOERROR, List.of(), List.of(forged(question.name())), List.of());
    }

    @Override
    public Optional<Response> fetchElsewhere(Question question) {
      return Optional.empty();
    }

    @Override
    public Budget budget() {
      return budget;
    }

    @Override
    public Trace trace() {
      return Trace.NONE;
    }

    @Override
    public Evidence within(Trace part) {
      return this;
    }
  }

  @Test
  @Spec("RFC 4035 §5.4")
  void itDoesNotProveThatADelegationIsNone() throws ResolutionFailure {
    var address = RRset.of(CHILD, RRType.A, 300, List.of(Rdata.of(new byte[] {10, 0, 0, 1})));
    var answer = Response.of(Rcode.NOERROR, List.of(address), List.of(), List.of());
    var decided = validator.validate(Question.of(CHILD, RRType.A), answer, new Forged());
    assertThat(decided.security()).isEqualTo(Security.BOGUS);
    // and nothing that follows from it is told to others
    var question = Question.of(Name.parse("other.test."), RRType.A);
    var soa = signed(RRset.of(TEST, RRType.SOA, 300, List.of(soa())));
    validator.validate(
        Question.of(TEST, RRType.SOA),
        Response.of(Rcode.NOERROR, List.of(soa), List.of(), List.of()),
        new Forged());
    validator.validate(
        Question.of(TEST, RRType.MX),
        Response.of(Rcode.NOERROR, List.of(), List.of(soa), List.of()),
        new Forged());
    var budget = new Budget(ResolverLimits.defaults(), 0);
    assertThat(validator.fromProofs(Question.of(CHILD, RRType.MX), budget)).isEmpty();
    assertThat(validator.fromProofs(question, budget)).isEmpty();
  }

  private static Rdata soa() {
    return new io.l7.dns.message.Soa(
            Name.parse("ns.test."), Name.parse("admin.test."), 1, 3600, 600, 86_400, 60)
        .toRdata();
  }
}
