package io.l7.common.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
  @TempDir Path folder;
  private final CertificateAuthority authority =
      CertificateAuthority.create("Pem", InstantSource.system());
  private final TlsIdentity.Credentials credentials = authority.issue("pem.example");
  private String chain = "";
  private Path certificates = Path.of("");
  private Path key = Path.of("");

  @BeforeEach
  void writeFiles() throws IOException {
    chain = Pem.text(credentials.chain().toArray());
    certificates = Files.writeString(folder.resolve("chain.pem"), chain);
    key = Files.writeString(folder.resolve("key.pem"), Pem.text(credentials.key()));
  }

  @Test
  @Spec("RFC 7468 §2")
  void whatStandsBetweenIsPassedOver() throws IOException {
    for (var charset : List.of(StandardCharsets.UTF_8, StandardCharsets.ISO_8859_1)) {
      Files.writeString(certificates, "# Autorité racine\n" + chain + "Fotanúsítvány\n", charset);
      assertThat(Pem.certificates(certificates)).isEqualTo(credentials.chain());
      assertThat(Pem.credentials(certificates, key)).isEqualTo(credentials);
    }
  }

  @Test
  void aFileThatIsTooLargeIsRefusedByItsName() throws IOException {
    try (var file = new RandomAccessFile(certificates.toFile(), "rw")) {
      file.setLength(Pem.MAX_OCTETS);
      assertThat(Pem.certificates(certificates)).isEqualTo(credentials.chain());
      file.setLength(Pem.MAX_OCTETS + 1);
    }
    assertThatThrownBy(() -> Pem.certificates(certificates))
        .isInstanceOf(IOException.class)
        .hasMessage(certificates + ": over 5000000 octets");
    assertThatThrownBy(() -> Pem.credentials(Path.of("/dev/zero"), key))
        .isInstanceOf(IOException.class)
        .hasMessage("/dev/zero: over 5000000 octets");
  }

  @ParameterizedTest
  @ValueSource(strings = {"!", "-----END", "TUlJ"})
  void whatIsBrokenIsNamedWithItsFile(String damage) throws IOException {
    int middle = chain.indexOf('\n') + 5;
    Files.writeString(certificates, chain.substring(0, middle) + damage + chain.substring(middle));
    assertThatThrownBy(() -> Pem.certificates(certificates))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(certificates + ": ");
    Files.writeString(key, Files.readString(key).replaceFirst("\n....", "\n" + damage));
    Files.writeString(certificates, chain);
    assertThatThrownBy(() -> Pem.credentials(certificates, key))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(key + ": ");
  }

  @Test
  void whatIsCutOrEmptyIsNamedWithItsFile() throws IOException {
    Files.writeString(certificates, chain.substring(0, 200));
    assertThatThrownBy(() -> Pem.certificates(certificates))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(certificates + ": ");
    Files.writeString(certificates, "");
    assertThatThrownBy(() -> Pem.certificates(certificates)).hasMessageContaining("no certificate");
    Files.delete(certificates);
    assertThatThrownBy(() -> Pem.certificates(certificates))
        .isInstanceOf(NoSuchFileException.class);
  }
}
