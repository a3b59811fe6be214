package io.l7.smtp.dane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import io.l7.common.tls.CertificateAuthority;
import io.l7.common.tls.TlsIdentity.Credentials;
import io.l7.dns.message.Rdata;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which certificates fit which records. */
class TlsaSetTest {
  private static final List<String> NAMES = List.of("mx.hamburger.edu", "hamburger.edu");
  private static final InstantSource CLOCK = InstantSource.system();
  private static final CertificateAuthority CA = CertificateAuthority.create("Burgers", CLOCK);
  private static final CertificateAuthority OTHER = CertificateAuthority.create("Others", CLOCK);
  private static final Credentials SERVER = CA.issue("mx.hamburger.edu");

  private static Rdata record(int usage, int selector, int matching, X509Certificate certificate)
      throws Exception {
    var part = selector == 0 ? certificate.getEncoded() : certificate.getPublicKey().getEncoded();
    var data =
        switch (matching) {
          case 0 -> part;
          case 1 -> MessageDigest.getInstance("SHA-256").digest(part);
          default -> MessageDigest.getInstance("SHA-512").digest(part);
        };
    return raw(usage, selector, matching, data);
  }

  private static Rdata raw(int usage, int selector, int matching, byte[] data) {
    var wire = new byte[3 + data.length];
    wire[0] = (byte) usage;
    wire[1] = (byte) selector;
    wire[2] = (byte) matching;
    System.arraycopy(data, 0, wire, 3, data.length);
    return Rdata.of(wire);
  }

  private static AbstractThrowableAssert<?, ?> check(Credentials server, Rdata... records) {
    return assertThatCode(() -> TlsaSet.of(List.of(records)).check(server.chain(), NAMES));
  }

  @ParameterizedTest
  @CsvSource({"0,0", "0,1", "0,2", "1,0", "1,1", "1,2"})
  @Spec("RFC 6698 §2.1")
  void everySelectorAndMatchingTypeKnowsItsCertificate(int selector, int matching)
      throws Exception {
    var own = SERVER.chain().getFirst();
    var another = CA.issue("mx.hamburger.edu");
    check(SERVER, record(3, selector, matching, own)).doesNotThrowAnyException();
    check(another, record(3, selector, matching, own)).isInstanceOf(CertificateException.class);
    check(SERVER, record(2, selector, matching, CA.certificate())).doesNotThrowAnyException();
    check(SERVER, record(2, selector, matching, OTHER.certificate()))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  @Spec("RFC 7671 §5.1")
  void theServersOwnCertificateMayBeOldAndForAnotherName() throws Exception {
    var past = Instant.now().minus(Duration.ofDays(9));
    var old = CA.issue(List.of("elsewhere.example"), past, past.plus(Duration.ofDays(1)));
    check(old, record(3, 1, 1, old.chain().getFirst())).doesNotThrowAnyException();
  }

  @Test
  @Spec("RFC 7672 §3.1.2")
  void underAnAuthorityNameAndDatesCount() throws Exception {
    var authority = record(2, 0, 1, CA.certificate());
    var past = Instant.now().minus(Duration.ofDays(9));
    var old = CA.issue(List.of("mx.hamburger.edu"), past, past.plus(Duration.ofDays(1)));
    check(old, authority).isInstanceOf(CertificateException.class);
    check(CA.issue("mx.crepes.fr"), authority).hasMessageContaining("none of");
    check(CA.issue("hamburger.edu"), authority).doesNotThrowAnyException();
    check(CA.issue("*.hamburger.edu"), authority).doesNotThrowAnyException();
    check(CA.issue("*.mx.hamburger.edu"), authority).hasMessageContaining("none of");
  }

  @Test
  @Spec("RFC 7671 §5.2")
  void anAuthorityThatIsPresentedButHasNotSignedIsNone() throws Exception {
    var forged =
        new Credentials(
            List.of(OTHER.issue("mx.hamburger.edu").chain().getFirst(), CA.certificate()),
            SERVER.key());
    check(forged, record(2, 0, 1, CA.certificate())).hasMessageContaining("no chain");
  }

  @Test
  @Spec("RFC 7671 §5.2")
  void anAuthorityThatStandsWholeInTheRecordNeedNotBePresented() throws Exception {
    var alone = new Credentials(List.of(SERVER.chain().getFirst()), SERVER.key());
    check(alone, record(2, 0, 0, CA.certificate())).doesNotThrowAnyException();
    check(alone, record(2, 0, 1, CA.certificate())).isInstanceOf(CertificateException.class);
  }

  @Test
  @Spec("RFC 7671 §9")
  void theWeakerDigestCountsForNothingBesideTheStronger() throws Exception {
    var own = SERVER.chain().getFirst();
    var another = CA.issue("mx.hamburger.edu").chain().getFirst();
    check(SERVER, record(3, 1, 1, own), record(3, 1, 2, another))
        .isInstanceOf(CertificateException.class);
    check(SERVER, record(3, 1, 1, own), record(3, 0, 2, another)).doesNotThrowAnyException();
    check(SERVER, record(3, 1, 1, another), record(3, 1, 1, own)).doesNotThrowAnyException();
  }

  @Test
  @Spec("RFC 7672 §3.1.3")
  void whatIsNotForMailOrMalformedIsNotUsable() throws Exception {
    var own = SERVER.chain().getFirst();
    var none =
        TlsaSet.of(
            List.of(
                record(0, 0, 1, own),
                record(1, 1, 1, own),
                record(255, 1, 1, own),
                raw(3, 2, 1, new byte[32]),
                raw(3, 1, 3, new byte[32]),
                raw(3, 1, 1, new byte[31]),
                raw(3, 1, 2, new byte[32]),
                raw(3, 1, 0, new byte[0]),
                Rdata.of(new byte[] {3})));
    assertThat(none.records()).isEmpty();
    assertThat(none.authenticates()).isFalse();
  }

  @Test
  void aRecordOfNonsenseFitsNothing() {
    check(SERVER, raw(2, 0, 0, new byte[] {1, 2, 3})).isInstanceOf(CertificateException.class);
    check(SERVER, raw(3, 0, 0, new byte[] {1, 2, 3})).isInstanceOf(CertificateException.class);
  }

  @Test
  @Spec("RFC 7672 §3.2.3")
  void aWildcardStandsForOneLabelInFront() {
    assertThat(ReferenceNames.covers("*.hamburger.edu", "MX.hamburger.edu.")).isTrue();
    assertThat(ReferenceNames.covers("*.hamburger.edu", "a.mx.hamburger.edu")).isFalse();
    assertThat(ReferenceNames.covers("*.hamburger.edu", "hamburger.edu")).isFalse();
    assertThat(ReferenceNames.covers("m*.hamburger.edu", "mx.hamburger.edu")).isFalse();
    assertThat(ReferenceNames.covers("*", "edu")).isFalse();
  }

  @Test
  void whoIsTrustedByRecordsIsNoClient() {
    assertThatThrownBy(
            () ->
                new DaneManager(new TlsaSet(List.of()), NAMES)
                    .checkClientTrusted(new X509Certificate[0], "EC"))
        .isInstanceOf(CertificateException.class);
  }
}
