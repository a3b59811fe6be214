package io.l7.dns.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.dns.budget.ResolverLimits;
import io.l7.dns.dnssec.DigestType;
import io.l7.dns.dnssec.DnssecAlgorithm;
import io.l7.dns.dnssec.DsDigest;
import io.l7.dns.dnssec.SigningKey;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.simulation.SimulatedResolver;
import io.l7.dns.simulation.SimulatedServer;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneSigner;
import io.l7.dns.zone.ZoneText;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A question that has spent what it may spend fails alone. {@code evil} sends it round until little
 * is left and then to {@code good}, whose keys it can no longer fetch: nobody else may suffer.
 */
class ExhaustedQuestionTest {
  private static final int DELAY = 20;
  private static final int MOST_PACKETS = 16;
  private static final SigningKey ROOT_KEY = key();
  private static final SigningKey GOOD_KEY = key();

  private static SigningKey key() {
    return SigningKey.generate(
        DnssecAlgorithm.ECDSAP256SHA256, SigningKey.Role.KSK, new SecureRandom());
  }

  private static Zone signed(Zone zone, SigningKey key) {
    return new ZoneSigner(
            List.of(key), InstantSource.fixed(SimulatedResolver.START), Duration.ofDays(14))
        .signWhole(zone);
  }

  private static SimulatedResolver resolver(int packets) {
    var resolver = new SimulatedResolver(new SplittableRandom(3), 0);
    var tasks = resolver.tasks();
    Name good = Name.parse("good");
    String ds =
        ResourceRecord.of(
                good,
                RRType.DS,
                3600,
                DsDigest.of(good, GOOD_KEY.dnskey(), DigestType.SHA256).rdata())
            .toString();
    Zone root =
        ZoneText.parse(
            ".",
            """
            $TTL 3600
            @ SOA ns1 admin 7 3600 600 86400 60
            @ NS ns1
            ns1 A 192.0.2.53
            evil NS ns.evil
            ns.evil A 192.0.2.66
            good NS ns.good
            ns.good A 192.0.2.80
            """
                + ds
                + "\n");
    Zone evil =
        ZoneText.parse(
            "evil.",
            """
            $TTL 3600
            @ SOA ns admin 7 3600 600 86400 60
            @ NS ns
            ns A 192.0.2.66
            round1 CNAME round2.evil.
            round2 CNAME www.good.
            """);
    Zone kept =
        ZoneText.parse(
            "good.",
            """
            $TTL 3600
            @ SOA ns admin 7 3600 600 86400 60
            @ NS ns
            ns A 192.0.2.80
            www A 192.0.2.81
            mail A 192.0.2.82
            """);
    return resolver
        .root("192.0.2.53", DELAY, new SimulatedServer(tasks).serve(signed(root, ROOT_KEY)))
        .server("192.0.2.66", DELAY, new SimulatedServer(tasks).serve(evil))
        .server("192.0.2.80", DELAY, new SimulatedServer(tasks).serve(signed(kept, GOOD_KEY)))
        .anchors(List.of(ResourceRecord.of(Name.ROOT, RRType.DNSKEY, 0, ROOT_KEY.dnskey().rdata())))
        .limits(ResolverLimits.defaults().change().packets(packets).build());
  }

  /** The least number of packets that lets a first question for a name in {@code good} succeed. */
  private static int enough() {
    for (int packets = 1; packets <= MOST_PACKETS; packets++) {
      try (var resolver = resolver(packets)) {
        if (resolver.ask("mail.good", RRType.A).rcode().equals(Rcode.NOERROR)) {
          return packets;
        }
      }
    }
    throw new AssertionError("no answer with " + MOST_PACKETS + " packets");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void whoAsksAfterwardsIsAnswered(int spare) {
    try (var resolver = resolver(enough() + spare)) {
      resolver.ask("round1.evil", RRType.A);
      assertThat(resolver.ask("mail.good", RRType.A).rcode()).isEqualTo(Rcode.NOERROR);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void whoWaitsForTheSameKeysIsAnswered(int spare) {
    int packets = enough() + spare;
    for (int later = 0; later <= 10 * DELAY; later += DELAY / 4) {
      try (var resolver = resolver(packets)) {
        var served = new ArrayList<SimulatedResolver.Served>();
        resolver.ask(Question.of(Name.parse("round1.evil"), RRType.A), ignored -> {});
        resolver.pass(Duration.ofMillis(later));
        resolver.ask(Question.of(Name.parse("mail.good"), RRType.A), served::add);
        resolver.pass(Duration.ofSeconds(20));
        assertThat(served).as("asked %s ms later", later).hasSize(1);
        assertThat(served.getFirst().response().orElseThrow().rcode())
            .as("asked %s ms later", later)
            .isEqualTo(Rcode.NOERROR);
      }
    }
  }
}
