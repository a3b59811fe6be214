package io.l7.dns.dnssec;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.dns.dnssec.SignatureCheck.Verdict;
import io.l7.dns.message.Dnskey;
import io.l7.dns.message.Ds;
import io.l7.dns.message.Name;
import io.l7.dns.message.Nsec3;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rrsig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Unbound's signature, digest and hash vectors, verified with this suite's arithmetic. */
class SignatureVectorsTest {
  record Case(String file, String clock) {
    @Override
    public String toString() {
      return file;
    }
  }

  static Stream<Case> files() {
    return Stream.of(
        new Case("test_signatures.1", "2007-08-18T00:50:04Z"),
        new Case("test_signatures.2", "2008-04-14T00:50:04Z"),
        new Case("test_signatures.3", "2008-04-16T00:50:04Z"),
        new Case("test_signatures.4", "2008-04-16T00:50:04Z"),
        new Case("test_signatures.5", "2008-04-16T00:50:04Z"),
        new Case("test_signatures.6", "2008-04-16T00:50:04Z"),
        new Case("test_signatures.7", "2007-08-29T14:41:50Z"),
        new Case("test_signatures.8", "2007-08-29T14:41:50Z"),
        new Case("test_signatures.9", "2017-12-15T00:00:00Z"),
        new Case("test_sigs.rsasha256", "2007-08-29T14:41:50Z"),
        new Case("test_sigs.rsasha512_draft", "2007-08-29T14:41:50Z"),
        new Case("test_sigs.sha1_and_256", "2007-08-29T14:41:50Z"),
        new Case("test_sigs.rsasha256_draft", "2009-01-01T00:00:00Z"),
        new Case("test_sigs.hinfo", "2009-01-07T10:00:22Z"),
        new Case("test_sigs.revoked", "2008-04-14T00:50:04Z"),
        new Case("test_sigs.ecdsa_p256", "2010-09-08T10:04:39Z"),
        new Case("test_sigs.ecdsa_p384", "2010-09-08T10:04:39Z"),
        new Case("test_sigs.ed25519", "2017-05-30T14:04:39Z"),
        new Case("test_sigs.ed448", "2018-04-08T14:36:30Z"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void everySetIsSecureOrBogusAsTheVectorSays(Case vector) throws IOException {
    var entries = CryptoVectors.read(CryptoVectors.folder().resolve(vector.file));
    var keySet = entries.getFirst().sets().getFirst();
    var keys = keySet.rdata().stream().map(Dnskey::new).toList();
    long now = Instant.parse(vector.clock).getEpochSecond();
    int checked = 0;
    for (var entry : entries.subList(1, entries.size())) {
      for (var set : entry.sets()) {
        var signatures = set.signatures().stream().map(Rrsig::new).toList();
        boolean bogus =
            signatures.isEmpty() || saysBogus(set.owner()) || saysBogus(entry.question());
        // Unbound's verdict: every algorithm that the keys announce must have signed (RFC 4035
        // §2.2).
        boolean secure =
            keys.stream()
                .map(Dnskey::algorithm)
                .allMatch(
                    a ->
                        signatures.stream()
                            .filter(s -> s.algorithm() == a)
                            .anyMatch(s -> good(s, keys, set, keySet.owner(), now)));
        assertThat(secure).as("%s %s", vector.file, set).isEqualTo(!bogus);
        checked++;
      }
    }
    assertThat(checked).isPositive();
  }

  private static boolean saysBogus(Name name) {
    return name.toString().startsWith("bogus");
  }

  /**
   * What RFC 4035 §5.3.1 asks of a signature beside its arithmetic; in the suite this is the
   * validator's part.
   */
  private static boolean good(Rrsig s, List<Dnskey> keys, RRset set, Name apex, long now) {
    boolean ownKeys = set.type().equals(RRType.DNSKEY) && set.owner().equals(apex);
    return !Validity.of(s).expired(now)
        && !Validity.of(s).notYet(now)
        && s.labels() <= SignedData.labels(set.owner())
        && set.owner().isSubdomainOf(apex)
        && s.signer().equals(apex)
        && keys.stream()
            .anyMatch(
                k ->
                    k.isZoneKey()
                        && (!k.isRevoked() || ownKeys)
                        && k.protocol() == 3
                        && SignatureCheck.verify(k, s, set) == Verdict.GOOD);
  }

  @ParameterizedTest
  @MethodSource("digestFiles")
  void aDsMatchesItsKeyAndNoOther(String file) throws IOException {
    for (var entry : CryptoVectors.read(CryptoVectors.folder().resolve(file))) {
      var ds = new Ds(entry.first(RRType.DS).rdata());
      var key = entry.first(RRType.DNSKEY);
      assertThat(DsDigest.matches(ds, key.owner(), new Dnskey(key.rdata())))
          .as("%s", entry)
          .isEqualTo(entry.question().toString().startsWith("yes"));
    }
  }

  static Stream<String> digestFiles() {
    return Stream.of("test_ds.sha1", "test_ds.sha384");
  }

  @Test
  void nsec3HashesAgree() throws IOException {
    var entries = CryptoVectors.read(CryptoVectors.folder().resolve("test_nsec3_hash.1"));
    assertThat(entries).isNotEmpty();
    for (var entry : entries) {
      var nsec3 = new Nsec3(entry.first(RRType.NSEC3).rdata());
      byte[] hash = Nsec3Hash.hash(entry.question(), nsec3.iterations(), nsec3.salt());
      String expected =
          new String(entry.records().getFirst().owner().label(0), StandardCharsets.US_ASCII);
      assertThat(Nsec3Hash.label(hash)).isEqualToIgnoringCase(expected);
      assertThat(Nsec3Hash.parseLabel(expected)).isEqualTo(hash);
    }
  }
}
