package io.l7.dns.zone;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import io.l7.dns.dnssec.DnssecAlgorithm;
import io.l7.dns.dnssec.SigningKey;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.ResourceRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZoneSignerTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Name TEST = Name.parse("test.");

  @TempDir Path folder;

  private static ZoneSigner signer() {
    var random = new SecureRandom();
    return new ZoneSigner(
        List.of(
            SigningKey.generate(DnssecAlgorithm.ED25519, SigningKey.Role.KSK, random),
            SigningKey.generate(DnssecAlgorithm.ED25519, SigningKey.Role.ZSK, random)),
        InstantSource.fixed(NOW),
        Duration.ofDays(14));
  }

  /**
   * What the zone check says of signatures and chain; a fresh reading, so that the file's form is
   * proven too.
   */
  private List<String> dnssecFaults(Zone zone) throws IOException {
    Path file = folder.resolve("signed.zone");
    ZoneFile.write(file, zone);
    return ZoneCheck.check(file, TEST, ZoneLimits.defaults(), NOW).stream()
        .map(ZoneFault::what)
        .filter(what -> what.contains("sign") || what.contains("NSEC") || what.contains("ZONEMD"))
        .toList();
  }

  private static final String ZONE =
      """
      www A 192.0.2.80
      a.b.c TXT "deep"
      * TXT "wild"
      child NS ns.child
      ns.child A 192.0.2.9
      old DNAME new
      """;

  @Test
  @Spec("RFC 4035 §2")
  void aSignedZoneStandsItsCheck() throws IOException {
    var signed = signer().signWhole(ZoneText.parse("test.", ZONE));
    assertThat(dnssecFaults(signed)).isEmpty();
    assertThat(signed.set(Name.parse("child.test."), RRType.NS).orElseThrow().isSigned()).isFalse();
    assertThat(signed.set(Name.parse("ns.child.test."), RRType.A).orElseThrow().isSigned())
        .isFalse();
    assertThat(signed.set(Name.parse("ns.child.test."), RRType.NSEC)).isEmpty();
  }

  @Test
  @Spec("RFC 8976 §3")
  void aDigestIsMadeAnew() throws IOException {
    var zone = ZoneText.parse("test.", ZONE + "@ ZONEMD 7 1 1 " + "00".repeat(48) + "\n");
    assertThat(ZoneDigest.fault(zone)).isPresent();
    assertThat(dnssecFaults(signer().signWhole(zone))).isEmpty();
  }

  @Test
  void theCheckSeesADamagedSignature() throws IOException {
    var signed = signer().signWhole(ZoneText.parse("test.", ZONE));
    var edit = signed.edit();
    RRset www = edit.set(Name.parse("www.test."), RRType.A);
    edit.put(
        RRset.of(
                www.owner(),
                RRType.A,
                www.ttl(),
                List.of(RecordText.parse(RRType.A, "192.0.2.81", TEST)))
            .withSignatures(www.signatures()));
    assertThat(dnssecFaults(edit.zone())).anyMatch(what -> what.contains("does not verify"));
  }

  @Test
  void afterAnyRunOfEditsTheZoneIsSignedAsIfAnew() throws IOException {
    var random = Seeded.random("ZoneSigner");
    var signer = signer();
    Zone zone = signer.signWhole(ZoneText.parse("test.", ZONE));
    List<String> names =
        List.of(
            "a",
            "b",
            "x.y",
            "y",
            "child",
            "www.child",
            "*.w",
            "q.w",
            "one",
            "deep.er.one",
            "old",
            "z.old");
    List<String> data =
        List.of("A 10.0.0.1", "A 10.0.0.2", "TXT \"t\"", "NS ns.example.", "DNAME d.example.");
    for (int i = 0; i < 60; i++) {
      ZoneEdit edit = zone.edit();
      for (int j = random.nextInt(3); j >= 0; j--) {
        Name owner = Name.parse(names.get(random.nextInt(names.size())) + ".test.");
        if (random.nextInt(5) < 3) {
          String[] text = data.get(random.nextInt(data.size())).split(" ", 2);
          RRType type = RRType.parse(text[0]);
          edit.add(ResourceRecord.of(owner, type, 300, RecordText.parse(type, text[1], TEST)));
        } else {
          edit.sets(owner).stream()
              .filter(s -> !s.type().equals(RRType.NSEC))
              .forEach(s -> edit.put(RRset.of(owner, s.type(), 0, List.of())));
        }
      }
      edit.serial(Serial.next(zone.serial()));
      signer.maintain(edit);
      ZoneDelta delta = edit.delta();
      Zone next = edit.zone();
      assertThat(ZoneDelta.between(delta.applyTo(zone), next).size())
          .as("the difference is whole")
          .isEqualTo(2);
      zone = next;
      if (i % 6 == 0) {
        assertThat(dnssecFaults(zone)).isEmpty();
      }
    }
    assertThat(dnssecFaults(zone)).isEmpty();
  }
}
