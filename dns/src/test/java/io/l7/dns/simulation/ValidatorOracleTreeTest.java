package io.l7.dns.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.dns.cache.Security;
import io.l7.dns.dnssec.DigestType;
import io.l7.dns.dnssec.DnssecAlgorithm;
import io.l7.dns.dnssec.DsDigest;
import io.l7.dns.dnssec.SigningKey;
import io.l7.dns.message.Dnskey;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Rrsig;
import io.l7.dns.resolver.Feature;
import io.l7.dns.validator.DnsjavaOracle;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneSigner;
import io.l7.dns.zone.ZoneText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * A signed tree in which every second zone has something wrong with it; whatever ours says of an
 * answer, dnsjava's validator must say too.
 */
class ValidatorOracleTreeTest {
  private static final Instant NOW = SimulatedResolver.START;
  private static final Duration LIFE = Duration.ofDays(14);
  private static final String ZONE =
      """
      $TTL 300
      @ SOA ns1 admin 7 3600 600 86400 60
      @ NS ns1
      ns1 A 192.0.2.1
      @ A 192.0.2.2
      www A 192.0.2.3
      alias CNAME www
      out CNAME www.sound13.
      *.wild TXT "any"
      *.wildalias CNAME www
      a.b.c TXT "deep"
      old DNAME new
      x.new A 192.0.2.4
      """;

  /** What is wrong with a zone or with what its server says. */
  private enum Defect {
    SOUND,
    /** No DS at the parent, and none of its own signatures. */
    UNSIGNED,
    /** Signed, but the parent has no DS. */
    ISLAND,
    EXPIRED,
    NOT_YET_VALID,
    /** The parent's DS names another key. */
    OTHER_KEY,
    /** The parent's DS is of an algorithm that nobody knows. */
    UNKNOWN_ALGORITHM,
    /** Addresses are other than those signed. */
    ALTERED,
    /** No signature in any answer. */
    STRIPPED,
    /** No signature over the keys. */
    KEYS_UNSIGNED,
    /** Denials come without proof. */
    UNPROVEN,
    /** Denials say NOERROR for NXDOMAIN and the reverse. */
    DENIAL_TURNED,
    /** Wildcard answers come without the proof that nothing is closer. */
    WILDCARD_UNPROVEN
  }

  private static final List<DnssecAlgorithm> ALGORITHMS =
      List.of(
          DnssecAlgorithm.ECDSAP256SHA256,
          DnssecAlgorithm.ECDSAP384SHA384,
          DnssecAlgorithm.ED25519,
          DnssecAlgorithm.ED448,
          DnssecAlgorithm.RSASHA256);

  private final SimulatedResolver resolver =
      new SimulatedResolver(new SplittableRandom(4), 0).without(Feature.AGGRESSIVE_NSEC);
  private final StringBuilder root =
      new StringBuilder(
          "$TTL 300\n@ SOA ns1 admin 7 3600 600 86400 60\n@ NS ns1\nns1 A 192.0.2.53\n");
  private int servers;

  private static SigningKey key(DnssecAlgorithm algorithm) {
    return SigningKey.generate(algorithm, SigningKey.Role.KSK, new SecureRandom());
  }

  private static ResourceRecord ds(Name zone, SigningKey key) {
    return ResourceRecord.of(
        zone, RRType.DS, 300, DsDigest.of(zone, key.dnskey(), DigestType.SHA256).rdata());
  }

  private static String nameOf(Defect defect, DnssecAlgorithm algorithm) {
    return defect.name().toLowerCase(Locale.ROOT).replace('_', '-') + algorithm.number() + ".";
  }

  /** Adds a zone below the root. */
  private void zone(Defect defect, DnssecAlgorithm algorithm) {
    Name name = Name.parse(nameOf(defect, algorithm));
    SigningKey key = key(algorithm);
    Zone zone = ZoneText.parse(name.toString(), ZONE);
    Instant signed =
        switch (defect) {
          case EXPIRED -> NOW.minus(LIFE).minus(Duration.ofDays(1));
          case NOT_YET_VALID -> NOW.plus(Duration.ofDays(1));
          default -> NOW;
        };
    if (defect != Defect.UNSIGNED) {
      zone = new ZoneSigner(List.of(key), InstantSource.fixed(signed), LIFE).signWhole(zone);
    }
    switch (defect) {
      case UNSIGNED, ISLAND -> {}
      case OTHER_KEY -> root.append(ds(name, key(algorithm))).append('\n');
      case UNKNOWN_ALGORITHM -> root.append(name + " 300 DS 4711 200 2 " + "ab".repeat(32) + "\n");
      default -> root.append(ds(name, key)).append('\n');
    }
    delegate(name, new SimulatedServer(resolver.tasks()).serve(zone), defect);
  }

  private void delegate(Name name, SimulatedServer server, Defect defect) {
    String address = "198.51.100." + ++servers;
    root.append(name + " 300 NS ns." + name + "\nns." + name + " 300 A " + address + "\n");
    resolver.server(
        address,
        10,
        (query, transport) ->
            server.answer(query, transport).map(answer -> spoilt(answer, defect)));
  }

  private static Message spoilt(Message answer, Defect defect) {
    boolean denial = answer.answer().isEmpty();
    return switch (defect) {
      case ALTERED ->
          answer.withSections(
              answer.answer().stream()
                  .map(
                      record ->
                          record.type().equals(RRType.A)
                              ? ResourceRecord.of(
                                  record.owner(),
                                  RRType.A,
                                  record.ttl(),
                                  Rdata.of(new byte[] {10, 0, 0, 1}))
                              : record)
                  .toList(),
              answer.authority(),
              answer.additional());
      case STRIPPED -> without(answer, record -> record.type().equals(RRType.RRSIG));
      case KEYS_UNSIGNED ->
          without(
              answer,
              record ->
                  record.type().equals(RRType.RRSIG)
                      && new Rrsig(record.rdata()).typeCovered().equals(RRType.DNSKEY));
      case UNPROVEN -> denial ? without(answer, ValidatorOracleTreeTest::isOfNsec) : answer;
      case WILDCARD_UNPROVEN ->
          denial ? answer : without(answer, ValidatorOracleTreeTest::isOfNsec);
      case DENIAL_TURNED ->
          denial
              ? answer.withRcode(
                  answer.rcode().equals(Rcode.NXDOMAIN) ? Rcode.NOERROR : Rcode.NXDOMAIN)
              : answer;
      default -> answer;
    };
  }

  private static boolean isOfNsec(ResourceRecord record) {
    return record.type().equals(RRType.NSEC)
        || (record.type().equals(RRType.RRSIG)
            && new Rrsig(record.rdata()).typeCovered().equals(RRType.NSEC));
  }

  private static Message without(Message answer, Predicate<ResourceRecord> which) {
    return answer.withSections(
        answer.answer().stream().filter(which.negate()).toList(),
        answer.authority().stream().filter(which.negate()).toList(),
        answer.additional());
  }

  /** The zones that BIND signed with NSEC3, with and without opt-out, below the root as well. */
  private void hashed(String file, String origin) throws IOException {
    try (var in =
        Objects.requireNonNull(
            ValidatorOracleTreeTest.class.getResourceAsStream("/io/l7/dns/authority/" + file))) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Zone zone = ZoneText.parse(origin, text);
      Name name = Name.parse(origin);
      var dnskey = new Dnskey(zone.set(name, RRType.DNSKEY).orElseThrow().rdata().getFirst());
      root.append(
              ResourceRecord.of(
                  name, RRType.DS, 300, DsDigest.of(name, dnskey, DigestType.SHA256).rdata()))
          .append('\n');
      delegate(name, new SimulatedServer(resolver.tasks()).serve(zone), Defect.SOUND);
    }
  }

  private DnsjavaOracle start() {
    SigningKey key = key(DnssecAlgorithm.ECDSAP256SHA256);
    Zone zone = ZoneText.parse(".", root.toString());
    var signer = new ZoneSigner(List.of(key), resolver.tasks(), LIFE);
    resolver.root(
        "192.0.2.53", 10, new SimulatedServer(resolver.tasks()).serve(signer.signWhole(zone)));
    List<ResourceRecord> anchors = List.of(ds(Name.ROOT, key));
    var oracles = new ArrayList<DnsjavaOracle>();
    resolver
        .anchors(anchors)
        .around(
            ours -> {
              var oracle =
                  new DnsjavaOracle(
                      ours, anchors, () -> Math.floorDiv(resolver.tasks().millis(), 1000L));
              oracles.add(oracle);
              return oracle;
            });
    resolver.engine();
    return oracles.getFirst();
  }

  private static List<Question> questions(String zone) {
    var questions = new ArrayList<Question>();
    for (String line :
        List.of(
            "A",
            "SOA",
            "DNSKEY",
            "DS",
            "TXT",
            "www. A",
            "www. MX",
            "none. A",
            "deep.none. A",
            "alias. A",
            "out. A",
            "some.wild. TXT",
            "some.wild. A",
            "other.wildalias. A",
            "b.c. A",
            "c. TXT",
            "x.old. A",
            "y.old. A",
            "ns1. AAAA")) {
      int space = line.indexOf(' ');
      String name = space < 0 ? zone : line.substring(0, space) + zone;
      questions.add(Question.of(Name.parse(name), RRType.parse(line.substring(space + 1))));
    }
    return questions;
  }

  /** All defects with one algorithm, all algorithms without one; {@code -Dl7.oracle=all}: all. */
  private static boolean isPlayed(Defect defect, DnssecAlgorithm algorithm) {
    return algorithm == DnssecAlgorithm.ECDSAP256SHA256
        || defect == Defect.SOUND
        || System.getProperty("l7.oracle", "").equals("all");
  }

  @Test
  void bothValidatorsJudgeATreeFullOfDefectsAlike() throws IOException {
    var zones = new ArrayList<String>();
    for (Defect defect : Defect.values()) {
      for (DnssecAlgorithm algorithm : ALGORITHMS) {
        if (!isPlayed(defect, algorithm)) {
          continue;
        }
        zone(defect, algorithm);
        zones.add(nameOf(defect, algorithm));
      }
    }
    hashed("nsec3-optout.zone", "test.");
    zones.add("test.");
    DnsjavaOracle oracle = start();
    try (resolver) {
      for (String zone : zones) {
        for (Question question : questions(zone)) {
          resolver.ask(question.name().toString(), question.type());
        }
      }
      for (String name :
          List.of(
              "www.plain.test", "x.far.off.test", "www.safe.test", "far.off.test", "a.b.c.test")) {
        resolver.ask(name, RRType.A);
        resolver.ask(name, RRType.DS);
      }
      resolver.ask("nowhere", RRType.A);
    }
    Map<Security, Integer> counts = new EnumMap<>(Security.class);
    var differences = new HashMap<String, String>();
    for (DnsjavaOracle.Verdicts verdicts : oracle.verdicts()) {
      counts.merge(verdicts.ours(), 1, Integer::sum);
      if (!verdicts.agree()) {
        differences.put(
            verdicts.question().toString(),
            verdicts.ours() + "/" + verdicts.theirs() + " " + verdicts.why());
      }
    }
    System.out.println("responses of the tree judged by both validators: " + counts);
    assertThat(differences).isEmpty();
    for (Security security : List.of(Security.SECURE, Security.INSECURE, Security.BOGUS)) {
      assertThat(counts.get(security)).as("judged %s", security).isGreaterThan(50);
    }
  }
}
