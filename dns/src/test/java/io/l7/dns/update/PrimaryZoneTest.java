package io.l7.dns.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.disk.Disk;
import io.l7.dns.dnssec.DnssecAlgorithm;
import io.l7.dns.dnssec.SigningKey;
import io.l7.dns.dnssec.Validity;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Rrsig;
import io.l7.dns.tsig.TsigAlgorithm;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.zone.BrokenZoneException;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneCheck;
import io.l7.dns.zone.ZoneFault;
import io.l7.dns.zone.ZoneFile;
import io.l7.dns.zone.ZoneLimits;
import io.l7.dns.zone.ZoneSigner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A zone between its file, its journal and its keys, over restarts and the years. */
class PrimaryZoneTest {
  private static final Name TEST = Name.parse("test.");
  private static final Name WWW = Name.parse("www.test.");
  private static final Duration AHEAD = Duration.ofDays(4);
  private static final TsigKey KEY =
      new TsigKey(Name.parse("k."), TsigAlgorithm.HMAC_SHA256, new byte[] {1});
  private static final String DIGEST = "@ ZONEMD 7 1 1 " + "00".repeat(48) + "\n";

  @TempDir private Path folder;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final List<SigningKey> keys = new ArrayList<>();

  private PrimaryZone open() throws IOException {
    var signer =
        keys.isEmpty()
            ? Optional.<ZoneSigner>empty()
            : Optional.of(new ZoneSigner(keys, () -> now, Duration.ofDays(14)));
    var policy = keys.isEmpty() ? UpdatePolicy.allowing(List.of(KEY)) : UpdatePolicy.none();
    return PrimaryZone.open(
        Disk.real(),
        folder.resolve("test.zone"),
        TEST,
        new PrimaryZone.Options(policy, signer, ZoneLimits.defaults()));
  }

  private void sign() {
    for (var role : SigningKey.Role.values()) {
      keys.add(SigningKey.generate(DnssecAlgorithm.ED25519, role, new SecureRandom()));
    }
  }

  private void file(int serial, String records) throws IOException {
    Files.writeString(
        folder.resolve("test.zone"),
        "$TTL 300\n@ SOA ns1 admin "
            + serial
            + " 3600 600 86400 60\n@ NS ns1\nns1 A 192.0.2.1\n"
            + records);
  }

  private Zone served(Consumer<PrimaryZone> meanwhile) throws IOException {
    try (var primary = open()) {
      meanwhile.accept(primary);
      return primary.live().zone();
    }
  }

  private Zone served() throws IOException {
    return served(primary -> {});
  }

  /** What the zone check says; it verifies every signature, the chain and the digest. */
  private List<String> faults(Zone zone) throws IOException {
    Path file = folder.resolve("served.zone");
    ZoneFile.write(file, zone);
    return ZoneCheck.check(file, TEST, ZoneLimits.defaults(), now).stream()
        .map(ZoneFault::what)
        .toList();
  }

  private void renew(PrimaryZone primary) {
    assertThat(primary.renew(AHEAD, () -> now)).isPositive();
  }

  private static RRset www(Zone zone) {
    return zone.set(WWW, RRType.A).orElseThrow();
  }

  @Test
  void signaturesAreRenewedAndADigestDoesNotOutliveWhatItDigests() throws IOException {
    sign();
    file(7, "www A 192.0.2.80\nchild NS ns.child\nns.child A 192.0.2.9\n* TXT x\n" + DIGEST);
    var zone =
        served(
            primary -> {
              now = now.plus(Duration.ofDays(11));
              renew(primary);
              assertThat(primary.renew(AHEAD, () -> now)).isZero();
            });
    assertThat(faults(zone)).isEmpty();
    assertThat(served().serial()).isEqualTo(zone.serial());
  }

  @Test
  void aLargeZoneIsRenewedInPartsAndAnUpdateComesBetweenThem() throws IOException {
    sign();
    file(7, "$GENERATE 1-800 h$ A 192.0.2.1\n");
    served(
        primary -> {
          now = now.plus(Duration.ofDays(11));
          long before = primary.live().zone().serial();
          var update = new AtomicReference<Thread>();
          primary
              .live()
              .onPublish(
                  zone -> {
                    if (update.get() == null) { // the first part is served; the writer is ours
                      update.set(Thread.ofPlatform().start(() -> add(primary, "new A 192.0.2.2")));
                      while (primary.writer().waiting() == 0) {
                        Thread.onSpinWait();
                      }
                    }
                  });
          renew(primary);
          var deltas = primary.live().since(before).orElseThrow();
          assertThat(deltas).hasSizeBetween(5, 7);
          assertThat(deltas)
              .allMatch(delta -> delta.size() <= 2 * PrimaryZone.RENEWED_AT_ONCE + 4 * 2);
          assertThat(deltas.get(1).added())
              .anyMatch(record -> record.owner().equals(Name.parse("new.test.")));
          assertThat(primary.renew(AHEAD, () -> now)).isZero();
        });
  }

  @Test
  void aFileThatNobodyTouchedIsNoFindingHoweverFarTheZoneIs() throws IOException {
    file(7, "www A 192.0.2.80\n");
    served(
        primary -> {
          add(primary, "one A 192.0.2.1");
          assertThat(reload(primary)).isEqualTo(PrimaryZone.Reloaded.UNCHANGED);
          edit(7, "www A 192.0.2.81\n");
          assertThat(reload(primary)).isEqualTo(PrimaryZone.Reloaded.NOT_NEWER);
          edit(20, "www A 192.0.2.81\n");
          assertThat(reload(primary)).isEqualTo(PrimaryZone.Reloaded.TAKEN);
          add(primary, "two A 192.0.2.1");
          assertThat(reload(primary)).isEqualTo(PrimaryZone.Reloaded.UNCHANGED);
        });
  }

  @Test
  void signaturesOfATimeThatHasNotComeAreMadeAnew() throws IOException {
    sign();
    file(7, "www A 192.0.2.80\n");
    now = now.plus(Duration.ofDays(2)); // the clock was fast
    var zone =
        served(
            primary -> {
              now = now.minus(Duration.ofDays(2));
              renew(primary);
            });
    for (var sets = zone.iterator(); sets.hasNext(); ) {
      assertThat(sets.next().signatures())
          .noneMatch(s -> Validity.of(new Rrsig(s)).notYet(now.getEpochSecond()));
    }
  }

  @Test
  void aKeyThatWasPutIntoTheFolderIsInTheZoneAfterTheNextStart() throws IOException {
    sign();
    file(7, "www A 192.0.2.80\n");
    served();
    var added =
        SigningKey.generate(DnssecAlgorithm.ED25519, SigningKey.Role.KSK, new SecureRandom());
    keys.add(added);
    var keySet = served().set(TEST, RRType.DNSKEY).orElseThrow();
    assertThat(keySet.rdata()).contains(added.dnskey().rdata());
    assertThat(keySet.signatures()).anyMatch(s -> new Rrsig(s).keyTag() == added.dnskey().keyTag());
  }

  @Test
  void aFileThatWasEditedUnderItsSignaturesIsSignedAnew() throws IOException {
    sign();
    file(7, "www A 192.0.2.80\nold A 192.0.2.81\n");
    var before =
        served(
            primary -> {
              now = now.plus(Duration.ofDays(11));
              renew(primary); // the journal leads from 7 over 8 to 9
            });
    for (var serial : List.of(7, 8, 9, 6)) {
      file(serial, "www A 198.51.100." + serial + "\nnew" + serial + " A 192.0.2.82\n");
      var zone = served();
      assertThat(faults(zone)).as("serial %d", serial).isEmpty();
      assertThat(www(zone).rdata().getFirst().u8(3)).isEqualTo(serial);
      assertThat(zone.serial()).isGreaterThan(before.serial());
      assertThat(served().serial()).as("once").isEqualTo(zone.serial());
      before = zone;
    }
  }

  @Test
  void aFileThatWasEditedUnderItsUpdatesIsRefusedInWords() throws IOException {
    file(7, "www A 192.0.2.80\n");
    served(
        primary -> {
          add(primary, "one A 192.0.2.1");
          add(primary, "two A 192.0.2.2");
        });
    assertThat(served().serial()).isEqualTo(9);
    for (var serial : List.of(8, 9)) {
      file(serial, "www A 198.51.100.80\n");
      assertThatThrownBy(this::served)
          .isInstanceOf(BrokenZoneException.class)
          .hasMessageContaining("journal");
    }
    file(10, "www A 198.51.100.80\n");
    assertThat(served().serial()).isEqualTo(10);
  }

  private static PrimaryZone.Reloaded reload(PrimaryZone primary) {
    try {
      return primary.reload(ZoneLimits.defaults());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aSignedZoneThatWasReloadedIsThereAfterARestartWithItsUpdatesAndSignatures()
      throws IOException {
    sign();
    file(7, "www A 192.0.2.80\nold A 192.0.2.81\n");
    var reloaded =
        served(
            primary -> {
              edit(20, "www A 192.0.2.82\nnew A 192.0.2.83\n");
              reload(primary);
            });
    assertThat(reloaded.serial()).isEqualTo(20);
    assertThat(faults(reloaded)).isEmpty();
    var updated =
        served(
            primary -> {
              assertThat(records(primary.live().zone())).isEqualTo(records(reloaded));
              add(primary, "one A 192.0.2.1");
              add(primary, "two A 192.0.2.2");
            });
    var again =
        served(
            primary -> {
              assertThat(records(primary.live().zone())).isEqualTo(records(updated));
              edit(30, "www A 192.0.2.84\n");
              reload(primary);
              add(primary, "three A 192.0.2.3");
            });
    assertThat(records(served())).isEqualTo(records(again));
    assertThat(again.serial()).isEqualTo(31);
    assertThat(faults(again)).isEmpty();
  }

  @Test
  void aZoneThatWasReloadedWithTheDigestOfBeforeIsThereAfterARestart() throws IOException {
    file(7, "www A 192.0.2.80\n" + DIGEST);
    var reloaded =
        served(
            primary -> {
              edit(8, "www A 192.0.2.81\n" + DIGEST);
              reload(primary);
            });
    assertThat(records(served())).isEqualTo(records(reloaded));
  }

  private static List<ResourceRecord> records(Zone zone) {
    var all = new ArrayList<ResourceRecord>();
    zone.iterator().forEachRemaining(set -> all.addAll(set.recordsWithSignatures()));
    return all;
  }

  private void edit(int serial, String records) {
    try {
      file(serial, records);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void add(PrimaryZone primary, String text) {
    String[] words = text.split(" ", 3);
    var type = RRType.parse(words[1]);
    var record =
        ResourceRecord.of(
            Name.parse(words[0] + ".test."), type, 300, RecordText.parse(type, words[2], TEST));
    assertThat(primary.writer().change(edit -> edit.add(record))).isEqualTo(Rcode.NOERROR);
  }
}
