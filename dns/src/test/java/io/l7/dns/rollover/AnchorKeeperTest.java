package io.l7.dns.rollover;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.disk.Disk;
import io.l7.common.spec.Spec;
import io.l7.common.time.VirtualTime;
import io.l7.dns.dnssec.DigestType;
import io.l7.dns.dnssec.DnssecAlgorithm;
import io.l7.dns.dnssec.DsDigest;
import io.l7.dns.dnssec.SigningKey;
import io.l7.dns.dnssec.Validity;
import io.l7.dns.message.Dnskey;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.rollover.TrackedKey.State;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Months of a root's keys in virtual time. */
class AnchorKeeperTest {
  private static final long TTL = 172_800;

  private final VirtualTime time = new VirtualTime();
  private final SigningKey old = key();
  private final SigningKey fresh = key();
  private final List<List<ResourceRecord>> told = new ArrayList<>();
  private List<Dnskey> shown = List.of(old.dnskey());
  private List<SigningKey> signers = List.of(old);
  private boolean reachable = true;
  private int failures;

  @TempDir private Path folder;
  private AnchorKeeper keeper;

  private static SigningKey key() {
    return SigningKey.generate(DnssecAlgorithm.ED25519, SigningKey.Role.KSK, new SecureRandom());
  }

  private long now() {
    return time.now().getEpochSecond();
  }

  private Optional<RRset> keys() {
    if (!reachable) {
      return Optional.empty();
    }
    var set = RRset.of(Name.ROOT, RRType.DNSKEY, TTL, shown.stream().map(Dnskey::rdata).toList());
    var validity = new Validity(now() - 3600, now() + Duration.ofDays(14).toSeconds());
    List<Rdata> signatures =
        signers.stream().map(key -> key.sign(Name.ROOT, set, validity).rdata()).toList();
    return Optional.of(set.withSignatures(signatures));
  }

  private void tell(List<ResourceRecord> anchors) {
    if (failures-- > 0) {
      throw new IllegalStateException("a file of the server's cannot be read now");
    }
    told.add(anchors);
  }

  private AnchorKeeper open() throws IOException {
    var ds = DsDigest.of(Name.ROOT, old.dnskey(), DigestType.SHA256);
    var anchor = ResourceRecord.of(Name.ROOT, RRType.DS, TTL, ds.rdata());
    return new AnchorKeeper(
        TrustPoint.of(Name.ROOT, List.of(anchor), now()),
        new AnchorFile(Disk.real(), folder.resolve("root.key")),
        this::keys,
        this::tell,
        time,
        time.clock());
  }

  @BeforeEach
  void start() throws IOException {
    keeper = open();
    keeper.start();
    time.advance(Duration.ofHours(1));
  }

  private Map<Dnskey, State> states() {
    return keeper.point().keys().stream()
        .collect(Collectors.toMap(TrackedKey::key, TrackedKey::state));
  }

  private List<Rdata> anchors() {
    return keeper.anchors().stream().map(ResourceRecord::rdata).toList();
  }

  @Test
  @Spec("RFC 5011 §2.4.1")
  void aNewKeyIsTrustedAfterThirtyDaysAndNotBefore() {
    assertThat(anchors()).as("the key that the DS names").containsExactly(old.dnskey().rdata());
    shown = List.of(old.dnskey(), fresh.dnskey());
    time.advance(Duration.ofDays(29));
    assertThat(states()).containsEntry(fresh.dnskey(), State.ADD_PEND);
    assertThat(anchors()).containsExactly(old.dnskey().rdata());
    time.advance(Duration.ofDays(4));
    assertThat(states()).containsEntry(fresh.dnskey(), State.VALID);
    assertThat(anchors()).containsExactly(old.dnskey().rdata(), fresh.dnskey().rdata());
    assertThat(told.getLast()).hasSize(2);
  }

  @Test
  void aServerThatCannotTakeTheAnchorsNowTakesThemLater() {
    failures = 3;
    shown = List.of(old.dnskey(), fresh.dnskey());
    time.advance(Duration.ofDays(33));
    assertThat(told).extracting(List::size).containsExactly(1, 2);
    shown = List.of(fresh.dnskey());
    signers = List.of(fresh);
    time.advance(Duration.ofDays(5));
    assertThat(states()).containsEntry(old.dnskey(), State.MISSING);
  }

  @Test
  @Spec("RFC 5011 §4.1")
  void aKeyThatGoesAwayBeforeItsTimeBeginsAnew() {
    shown = List.of(old.dnskey(), fresh.dnskey());
    time.advance(Duration.ofDays(20));
    shown = List.of(old.dnskey());
    time.advance(Duration.ofDays(2));
    assertThat(states()).doesNotContainKey(fresh.dnskey());
    shown = List.of(old.dnskey(), fresh.dnskey());
    time.advance(Duration.ofDays(20));
    assertThat(states()).containsEntry(fresh.dnskey(), State.ADD_PEND);
  }

  @Test
  @Spec("RFC 5011 §2.1")
  void aRevokedKeyIsNeverTrustedAgain() {
    shown = List.of(old.dnskey(), fresh.dnskey());
    time.advance(Duration.ofDays(35));
    SigningKey revoked = old.revoked();
    shown = List.of(revoked.dnskey(), fresh.dnskey());
    signers = List.of(revoked, fresh);
    time.advance(Duration.ofDays(2));
    assertThat(states()).containsEntry(old.dnskey(), State.REVOKED);
    assertThat(anchors()).containsExactly(fresh.dnskey().rdata());
    shown = List.of(fresh.dnskey());
    signers = List.of(fresh);
    time.advance(Duration.ofDays(40));
    assertThat(states()).containsEntry(old.dnskey(), State.REMOVED);
    shown = List.of(old.dnskey(), fresh.dnskey());
    signers = List.of(old, fresh);
    time.advance(Duration.ofDays(60));
    assertThat(states()).containsEntry(old.dnskey(), State.REMOVED);
    assertThat(anchors()).containsExactly(fresh.dnskey().rdata());
  }

  @Test
  @Spec("RFC 5011 §2.1")
  void nobodyCanRevokeAKeyThatIsNotHis() {
    shown = List.of(old.revoked().dnskey(), old.dnskey());
    signers = List.of(old);
    time.advance(Duration.ofDays(3));
    assertThat(states()).containsEntry(old.dnskey(), State.VALID);
  }

  @Test
  @Spec("RFC 5011 §2.2")
  void keysThatNoTrustedKeySignsChangeNothing() {
    shown = List.of(fresh.dnskey());
    signers = List.of(fresh);
    time.advance(Duration.ofDays(90));
    assertThat(states()).containsOnly(Map.entry(old.dnskey(), State.VALID));
    reachable = false;
    time.advance(Duration.ofDays(90));
    assertThat(anchors()).containsExactly(old.dnskey().rdata());
  }

  @Test
  void theHoldDownSurvivesARestart() throws IOException {
    shown = List.of(old.dnskey(), fresh.dnskey());
    time.advance(Duration.ofDays(20));
    keeper.close();
    keeper = open();
    assertThat(states()).containsEntry(fresh.dnskey(), State.ADD_PEND);
    keeper.start();
    time.advance(Duration.ofDays(12));
    assertThat(states()).containsEntry(fresh.dnskey(), State.VALID);
    keeper.close();
    keeper = open();
    assertThat(anchors()).containsExactly(old.dnskey().rdata(), fresh.dnskey().rdata());
  }

  @Test
  void aMissingKeyIsStillTrusted() {
    shown = List.of(old.dnskey(), fresh.dnskey());
    time.advance(Duration.ofDays(35));
    shown = List.of(fresh.dnskey());
    signers = List.of(fresh);
    time.advance(Duration.ofDays(5));
    assertThat(states()).containsEntry(old.dnskey(), State.MISSING);
    assertThat(anchors()).hasSize(2);
  }
}
