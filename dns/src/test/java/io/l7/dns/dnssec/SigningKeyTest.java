package io.l7.dns.dnssec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskFile;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.DelegatingDisk;
import io.l7.dns.dnssec.SignatureCheck.Verdict;
import io.l7.dns.dnssec.SigningKey.Role;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rdata;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SigningKeyTest {
  private static final Name EXAMPLE = Name.parse("example.");
  private static final Validity VALIDITY = new Validity(1_000, 2_000);
  private static final List<Rdata> TWO_ADDRESSES =
      List.of(Rdata.of(new byte[] {10, 0, 0, 2}), Rdata.of(new byte[] {10, 0, 0, 1}));

  private static RRset addresses(String owner, List<Rdata> rdata) {
    return RRset.of(Name.parse(owner), RRType.A, 300, rdata);
  }

  @ParameterizedTest
  @EnumSource(names = {"RSASHA256", "ECDSAP256SHA256", "ECDSAP384SHA384", "ED25519", "ED448"})
  void aSignatureHoldsForItsSetInAnyOrderAndForNoOther(DnssecAlgorithm algorithm) {
    var key = SigningKey.generate(algorithm, Role.ZSK, new SecureRandom());
    var rrsig = key.sign(EXAMPLE, addresses("www.example.", TWO_ADDRESSES), VALIDITY);
    var shuffled = addresses("WWW.example.", TWO_ADDRESSES.reversed()).withTtl(17);
    assertThat(SignatureCheck.verify(key.dnskey(), rrsig, shuffled)).isEqualTo(Verdict.GOOD);
    var cut = addresses("www.example.", TWO_ADDRESSES.subList(0, 1));
    assertThat(SignatureCheck.verify(key.dnskey(), rrsig, cut)).isEqualTo(Verdict.BAD);
  }

  @ParameterizedTest
  @EnumSource(names = {"RSASHA256", "ECDSAP256SHA256", "ECDSAP384SHA384", "ED25519", "ED448"})
  void aKeySurvivesItsFiles(DnssecAlgorithm algorithm, @TempDir Path folder) throws IOException {
    var key = SigningKey.generate(algorithm, Role.KSK, new SecureRandom());
    String base = BindKeyPair.write(folder, Name.parse("Example."), key);
    assertThat(base).isEqualTo("Kexample.+%03d+%05d", algorithm.number(), key.dnskey().keyTag());
    var read = BindKeyPair.readAll(folder, EXAMPLE).getFirst();
    assertThat(read.dnskey()).isEqualTo(key.dnskey());
    var set = addresses("www.example.", TWO_ADDRESSES);
    var rrsig = read.sign(EXAMPLE, set, VALIDITY);
    assertThat(SignatureCheck.verify(key.dnskey(), rrsig, set)).isEqualTo(Verdict.GOOD);
    assertThat(Files.getPosixFilePermissions(folder.resolve(base + ".private"))).hasSize(2);
  }

  @Test
  @Spec("RFC 2317 §4")
  void aZoneWithASlashInItsNameHasItsKeysInTheFolder(@TempDir Path folder) throws IOException {
    var zone = Name.parse("0/25.2.0.192.in-addr.arpa.");
    var key = SigningKey.generate(DnssecAlgorithm.ED25519, Role.KSK, new SecureRandom());
    String base = BindKeyPair.write(folder, zone, key);
    assertThat(base).startsWith("K0%2F25.2.0.192.in-addr.arpa.+015+"); // as dnssec-keygen has it
    assertThat(BindKeyPair.readAll(folder, zone)).hasSize(1);
    assertThat(BindKeyPair.readAll(folder, Name.parse("25.2.0.192.in-addr.arpa."))).isEmpty();
  }

  @Test
  void aKeyIsNeverWrittenOverOne(@TempDir Path folder) throws IOException {
    var repeating =
        new SecureRandom() {
          private int calls;

          @Override
          public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, (byte) (calls++ / 2));
          }
        };
    var keys = KeyFolder.readOrMake(folder, EXAMPLE, DnssecAlgorithm.ED25519, repeating);
    var more = BindKeyPair.make(folder, EXAMPLE, DnssecAlgorithm.ED25519, Role.KSK, repeating);
    assertThat(BindKeyPair.readAll(folder, EXAMPLE)).hasSize(3);
    assertThat(keys).extracting(k -> k.dnskey().keyTag()).doesNotContain(more.dnskey().keyTag());
    assertThatThrownBy(() -> BindKeyPair.write(folder, EXAMPLE, more))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void aKeyIsDurableBeforeAnythingIsSignedWithIt(@TempDir Path folder) throws IOException {
    var disk = new Watched();
    var key = SigningKey.generate(DnssecAlgorithm.ED25519, Role.KSK, new SecureRandom());
    String base = BindKeyPair.write(disk, folder, EXAMPLE, key);
    assertThat(disk.events)
        .containsExactly(
            "force " + base + ".key.new",
            "move " + base + ".key",
            "sync",
            "force " + base + ".private.new",
            "move " + base + ".private",
            "sync");
  }

  /** The real disk, and what was made durable on it in which order. */
  private static final class Watched extends DelegatingDisk {
    private final List<String> events = new ArrayList<>();

    Watched() {
      super(Disk.real());
    }

    @Override
    public DiskFile open(Path path, Open mode) throws IOException {
      return new DelegatingDisk.File(super.open(path, mode)) {
        @Override
        public void force() throws IOException {
          events.add("force " + path.getFileName());
          super.force();
        }
      };
    }

    @Override
    public void move(Path from, Path to) throws IOException {
      events.add("move " + to.getFileName());
      super.move(from, to);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
      events.add("sync");
      super.syncDirectory(directory);
    }
  }

  @Test
  void aDamagedKeyFileIsNamed(@TempDir Path folder) throws IOException {
    var key = SigningKey.generate(DnssecAlgorithm.ED25519, Role.KSK, new SecureRandom());
    String base = BindKeyPair.write(folder, EXAMPLE, key);
    Files.writeString(folder.resolve(base + ".private"), "Algorithm: 15\nPrivateKey: AAAA\n");
    assertThatThrownBy(() -> BindKeyPair.readAll(folder, EXAMPLE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(base);
  }

  @Test
  void aWildcardsSignatureHoldsForTheNameItAnswered() {
    var key = SigningKey.generate(DnssecAlgorithm.ED25519, Role.ZSK, new SecureRandom());
    var rrsig = key.sign(EXAMPLE, addresses("*.example.", TWO_ADDRESSES), VALIDITY);
    assertThat(rrsig.labels()).isEqualTo(1);
    assertThat(SignatureCheck.verify(key.dnskey(), rrsig, addresses("a.b.example.", TWO_ADDRESSES)))
        .isEqualTo(Verdict.GOOD);
  }

  @Test
  void validityIsSerialArithmetic() {
    var wrapped = new Validity((1L << 32) - 10, 10);
    assertThat(wrapped.notYet(1L << 32)).isFalse();
    assertThat(wrapped.expired(1L << 32)).isFalse();
    assertThat(wrapped.expired((1L << 32) + 11)).isTrue();
    assertThat(wrapped.notYet((1L << 32) - 11)).isTrue();
  }
}
