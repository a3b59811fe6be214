package io.l7.dns.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.dns.cache.CacheLimits;
import io.l7.dns.cache.Credibility;
import io.l7.dns.cache.DnsCache;
import io.l7.dns.cache.Response;
import io.l7.dns.cache.Security;
import io.l7.dns.dnssec.DnssecAlgorithm;
import io.l7.dns.dnssec.SigningKey;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.resolver.Feature;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneSigner;
import io.l7.dns.zone.ZoneText;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is remembered, for how long, and what for; days pass in virtual time. */
class CachingTest {
  private static final InetAddress FIRST = InetAddress.ofLiteral("192.0.2.53");
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static final String ZONE =
      """
      $TTL 100
      @ SOA ns1 admin 7 3600 600 86400 30
      @ NS ns1
      ns1 A 192.0.2.53
      www A 192.0.2.80
      long 1000000 A 192.0.2.81
      """;

  private final SplittableRandom random = new SplittableRandom(1);
  private final SimulatedResolver resolver = new SimulatedResolver(random, 0);
  private final AtomicReference<SimulatedNet.Server> behaviour = new AtomicReference<>();

  /** A root that is the only zone, by a server whose behaviour may change. */
  private void root(Zone zone) {
    behaviour.set(new SimulatedServer(resolver.tasks()).serve(zone));
    resolver.root("192.0.2.53", 10, (query, transport) -> behaviour.get().answer(query, transport));
  }

  private void failing() {
    behaviour.set((query, transport) -> Optional.of(Message.responseTo(query, Rcode.SERVFAIL)));
  }

  private Response ask(String name) {
    return resolver.ask(name, RRType.A);
  }

  private int sent() {
    return resolver.net().sent();
  }

  @AfterEach
  void end() {
    resolver.close();
  }

  @Test
  @Spec("RFC 9520 §3.2")
  void aFailureIsRememberedForFiveSeconds() {
    root(ZoneText.parse(".", ZONE));
    failing();
    assertThat(ask("www").rcode()).isEqualTo(Rcode.SERVFAIL);
    int first = sent();
    resolver.pass(Duration.ofSeconds(4));
    assertThat(ask("www").rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(sent()).isEqualTo(first);
    resolver.pass(Duration.ofSeconds(2));
    root(ZoneText.parse(".", ZONE));
    assertThat(ask("www").answer()).hasSize(1);
    assertThat(sent()).isGreaterThan(first);
  }

  @Test
  @Spec("RFC 8767 §5")
  void whatHasEndedIsServedWhenNoServerAnswers() {
    root(ZoneText.parse(".", ZONE));
    ask("www");
    behaviour.set(SimulatedNet.Server.silent());
    resolver.pass(Duration.ofSeconds(101));
    long before = resolver.tasks().millis();
    Response stale = ask("www");
    assertThat(stale.answer().getFirst().ttl()).isEqualTo(30);
    assertThat(stale.errors()).extracting(ExtendedError::code).contains(3);
    assertThat(resolver.tasks().millis() - before).isLessThanOrEqualTo(1_800);
    resolver.pass(Duration.ofDays(2));
    assertThat(ask("www").rcode()).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void whatIsAskedForNearItsEndIsFetchedAgainBeside() {
    root(ZoneText.parse(".", ZONE));
    ask("www");
    resolver.pass(Duration.ofSeconds(95));
    int before = sent();
    assertThat(ask("www").answer().getFirst().ttl()).isEqualTo(5);
    assertThat(resolver.engine().underWay()).as("though its client is answered").isEqualTo(1);
    resolver.pass(SECOND);
    assertThat(sent()).isEqualTo(before + 1);
    assertThat(resolver.engine().underWay()).isZero();
    resolver.pass(Duration.ofSeconds(10));
    assertThat(ask("www").answer().getFirst().ttl()).isEqualTo(89);
    assertThat(sent()).isEqualTo(before + 1);
  }

  @Test
  @Spec("RFC 2308 §5")
  void aDenialLivesAsLongAsItsSoaSays() {
    root(ZoneText.parse(".", ZONE));
    assertThat(ask("missing").rcode()).isEqualTo(Rcode.NXDOMAIN);
    int before = sent();
    resolver.pass(Duration.ofSeconds(25));
    assertThat(ask("missing").rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(sent()).isEqualTo(before);
    resolver.pass(Duration.ofSeconds(6));
    ask("missing");
    assertThat(sent()).isGreaterThan(before);
  }

  @Test
  @Spec("RFC 8020 §2")
  void nothingLiesBelowANameThatIsProvenNotToExist() {
    SigningKey key =
        SigningKey.generate(DnssecAlgorithm.ED25519, SigningKey.Role.KSK, new SecureRandom());
    SigningKey zoneKey =
        SigningKey.generate(DnssecAlgorithm.ED25519, SigningKey.Role.ZSK, new SecureRandom());
    var signer = new ZoneSigner(List.of(key, zoneKey), resolver.tasks(), Duration.ofDays(14));
    root(signer.signWhole(ZoneText.parse(".", ZONE)));
    resolver
        .without(Feature.AGGRESSIVE_NSEC)
        .anchors(List.of(ResourceRecord.of(Name.ROOT, RRType.DNSKEY, 0, key.dnskey().rdata())));
    Response missing = ask("missing");
    assertThat(missing.rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(missing.security()).isEqualTo(Security.SECURE);
    int before = sent();
    assertThat(ask("a.b.missing").rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(sent()).isEqualTo(before);
  }

  @Test
  void ttlsCountDownFromTheBound() {
    root(ZoneText.parse(".", ZONE));
    assertThat(ask("long").answer().getFirst().ttl()).isEqualTo(86_400);
    resolver.pass(Duration.ofSeconds(400));
    assertThat(ask("long").answer().getFirst().ttl()).isEqualTo(86_000);
  }

  @Test
  @Spec("RFC 2181 §5.4.1")
  void whatIsLessCredibleDoesNotReplaceWhatIsMore() {
    var cache = new DnsCache(CacheLimits.defaults());
    Name name = Name.parse("ns.example");
    RRset glue = RRset.of(name, RRType.A, 60, List.of(Rdata.address(FIRST)));
    RRset answer =
        RRset.of(name, RRType.A, 60, List.of(Rdata.address(InetAddress.ofLiteral("192.0.2.54"))));
    cache.put(glue, Credibility.GLUE, Security.UNCHECKED, 0);
    cache.put(answer, Credibility.AUTHORITATIVE_ANSWER, Security.UNCHECKED, 1);
    cache.put(glue, Credibility.AUTHORITATIVE_ADDITIONAL, Security.UNCHECKED, 2);
    assertThat(cache.set(name, RRType.A, 3).orElseThrow().set().rdata()).isEqualTo(answer.rdata());
    cache.put(glue, Credibility.GLUE, Security.UNCHECKED, 100);
    assertThat(cache.set(name, RRType.A, 101).orElseThrow().set().rdata()).isEqualTo(glue.rdata());
  }

  @Test
  void aServerDeadInOneFamilyIsProbedOnceAMinuteWhileTheOtherAnswers() {
    var server =
        new SimulatedServer(resolver.tasks()).serve(ZoneText.parse(".", ZONE + "* A 192.0.2.9\n"));
    InetAddress four = InetAddress.ofLiteral("192.0.2.53");
    resolver.root("192.0.2.53", 10, SimulatedNet.Server.silent()).root("2001:db8::53", 10, server);
    for (int i = 0; i < 60; i++) {
      assertThat(ask("n" + i).answer()).hasSize(1);
    }
    int untilDead = resolver.net().sentTo(four);
    assertThat(untilDead).isBetween(1, 10);
    for (int minute = 0; minute < 5; minute++) {
      for (int i = 0; i < 20; i++) {
        assertThat(ask("m" + minute + "n" + i).answer()).hasSize(1);
      }
      resolver.pass(Duration.ofMinutes(1));
    }
    assertThat(resolver.net().sentTo(four) - untilDead).isLessThanOrEqualTo(6);
    assertThat(resolver.net().sentTo(InetAddress.ofLiteral("2001:db8::53")))
        .isGreaterThanOrEqualTo(160);
  }
}
