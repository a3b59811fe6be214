package io.l7.smtp.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** tls-server-end-point of certificates of every kind, as OpenSSL's fingerprints have it. */
class ChannelBindingTest {
  @ParameterizedTest
  @CsvSource({
    "ecdsa-sha1, 75378e8113f717ebb51cf0f5cf515200c65948460152b01d2577a829d59d7664",
    "ecdsa-sha384,"
        + " 880ac59be11ed54de850e165c2eb08da03c1f88863bef3a1c34608f71d505963884cfb6382eaf24d3ec57a749329d078",
    "rsa-sha512,"
        + " 09c007685b80a9b67571eb72cd2a1bf78f6a305fad1c69f5a12970ae3f2024a85d8d6a63ceb127b8eea39f8e2adfe5aafcc7aafcff9618836a3de5e35aeef633",
    "rsa-pss-sha384,"
        + " 88ada674c16a4c90d0ec848eeedc8367b96e4bf08f8d3c10f0ea16b240eadcedd3eb8854338299c42a84cd09e2d9ad0d"
  })
  @Spec("RFC 5929 §4.1")
  void theEndPointIsTheCertificateUnderTheHashOfItsSignature(String name, String fingerprint)
      throws Exception {
    assertThat(ChannelBinding.endPoint(certificate(name)).map(HexFormat.of()::formatHex))
        .contains(fingerprint);
  }

  @Test
  @Spec("RFC 5929 §4.1")
  void aSignatureThatHasNoHashOfItsOwnBindsNothing() throws Exception {
    assertThat(ChannelBinding.endPoint(certificate("ed25519"))).isEmpty();
  }

  @Test
  void withoutTlsThereIsNothingToBindTo() {
    assertThat(ChannelBinding.ofServer(Optional.empty())).isEqualTo(List.of());
    assertThat(ChannelBinding.ofClient(Optional.empty())).isEqualTo(List.of());
  }

  private static X509Certificate certificate(String name) throws IOException, CertificateException {
    var file = "/io/l7/smtp/certificates/" + name + ".pem";
    try (var in = ChannelBindingTest.class.getResourceAsStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }
}
