package io.l7.common.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.framing.LineEnds;
import io.l7.common.net.Connection;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.common.net.MemoryNetwork;
import io.l7.common.net.TcpServer;
import io.l7.common.spec.Spec;
import io.l7.common.tls.TlsIdentity.Credentials;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsIdentityTest {
  private static final CertificateAuthority AUTHORITY =
      CertificateAuthority.create("Test", InstantSource.system());
  private static final TlsTrust TRUST = TlsTrust.of(List.of(AUTHORITY.certificate()));

  private final MemoryNetwork network = new MemoryNetwork();

  @TempDir private Path folder;

  private TcpServer serve(TlsIdentity identity) throws IOException {
    return TcpServer.named("tls")
        .network(network)
        .listen(Listener.tls(new Endpoint("127.0.0.1", 0), identity))
        .start(
            connection -> {
              while (connection.awaitInput()) {
                connection.in().line(100, LineEnds.STRICT);
                connection.out().line(connection.applicationProtocol().orElse("none"));
              }
            });
  }

  private Connection dial(InetSocketAddress server, TlsTrust trust, String host)
      throws IOException {
    var connection = Dialer.over(network).dial(server);
    connection.startTls(trust, host);
    return connection;
  }

  private static String ask(Connection connection) throws IOException {
    connection.out().line("which?");
    connection.out().flush();
    return connection.in().line(100, LineEnds.STRICT).orElseThrow().latin1();
  }

  private static X509Certificate shown(Connection connection) throws IOException {
    return (X509Certificate) connection.tls().orElseThrow().getPeerCertificates()[0];
  }

  private Path save(String name, Object... objects) throws IOException {
    return Files.writeString(folder.resolve(name), Pem.text(objects));
  }

  private TlsIdentity saved(Credentials credentials) throws IOException {
    return TlsIdentity.fromPem(
        save("cert.pem", credentials.chain().toArray()), save("key.pem", credentials.key()));
  }

  @Test
  @Spec("RFC 6066 §3")
  void aNameIsAskedForAndVerifiedWithoutItsLastDot() throws IOException {
    var identity = TlsIdentity.of(AUTHORITY.issue("mail.example"));
    try (var server = serve(identity);
        var connection = dial(server.address(), TRUST, "mail.example.")) {
      assertThat(ask(connection)).isEqualTo("none");
    }
  }

  /** Names that stand in MX records and in the networks of containers, whatever RFC 1123 says. */
  @ParameterizedTest
  @ValueSource(strings = {"my_host.example", "-a.example", "a..b", ".", "münchen.example", "a b"})
  void aNameThatIsNoHostNameIsAFailureOfTlsAtMost(String name) throws IOException {
    var identity = TlsIdentity.of(AUTHORITY.issue("my_host.example"));
    try (var server = serve(identity)) {
      try (var connection = dial(server.address(), TlsTrust.insecure(), name)) {
        assertThat(ask(connection)).isEqualTo("none");
      }
      assertThatThrownBy(() -> dial(server.address(), TRUST, name))
          .isInstanceOf(SSLException.class);
    }
  }

  @Test
  void filesAreReadAgainWithoutLosingAConnection() throws IOException {
    var first = AUTHORITY.issue("localhost");
    var second = AUTHORITY.issue("localhost");
    var identity = saved(first);
    try (var server = serve(identity);
        var before = dial(server.address(), TRUST, "localhost")) {
      assertThat(shown(before)).isEqualTo(first.chain().getFirst());
      saved(second);
      identity.reload();
      try (var after = dial(server.address(), TRUST, "localhost")) {
        assertThat(shown(after)).isEqualTo(second.chain().getFirst());
        assertThat(ask(after)).isEqualTo("none");
      }
      assertThat(ask(before)).isEqualTo("none");
    }
  }

  @Test
  void aReloadThatFailsLeavesEverythingAsItWas() throws IOException {
    var credentials = AUTHORITY.issue("localhost");
    var identity = saved(credentials);
    Files.writeString(folder.resolve("cert.pem"), "nothing");
    assertThatThrownBy(identity::reload)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cert.pem");
    try (var server = serve(identity);
        var client = dial(server.address(), TRUST, "localhost")) {
      assertThat(shown(client)).isEqualTo(credentials.chain().getFirst());
    }
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() throws IOException {
    var chain = save("cert.pem", AUTHORITY.issue("localhost").chain().toArray());
    var other = save("key.pem", AUTHORITY.issue("localhost").key());
    assertThatThrownBy(() -> TlsIdentity.fromPem(chain, other))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not the key of the certificate");
    assertThatThrownBy(() -> TlsIdentity.fromPem(chain, chain))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no private key");
  }

  @Test
  @Spec("RFC 6066 §3")
  void theNameThatIsAskedForChoosesTheCertificate() throws IOException {
    var exact = AUTHORITY.issue("a.example");
    var wild = AUTHORITY.issue("*.b.example");
    var otherwise = AUTHORITY.issue("c.example");
    var identity =
        TlsIdentity.bySni(
            Map.of("a.example", () -> exact, "*.b.example", () -> wild), () -> otherwise);
    var expected =
        Map.of("a.example", exact, "A.Example", exact, "x.b.example", wild, "c.example", otherwise);
    try (var server = serve(identity)) {
      for (var name : expected.entrySet()) {
        try (var client = dial(server.address(), TRUST, name.getKey())) {
          assertThat(shown(client)).isEqualTo(name.getValue().chain().getFirst());
        }
      }
      assertThatThrownBy(() -> dial(server.address(), TRUST, "x.y.b.example"))
          .isInstanceOf(SSLException.class);
    }
  }

  @Test
  void aClientRefusesAnotherNameAndAnotherAuthority() throws IOException {
    try (var server = serve(TlsIdentity.of(AUTHORITY.issue("localhost")))) {
      assertThatThrownBy(() -> dial(server.address(), TRUST, "elsewhere.example"))
          .isInstanceOf(SSLException.class);
      assertThatThrownBy(() -> dial(server.address(), TlsTrust.system(), "localhost"))
          .isInstanceOf(SSLException.class);
    }
    var selfSigned = TlsIdentity.selfSigned("localhost");
    try (var server = serve(selfSigned);
        var client = dial(server.address(), TlsTrust.of(selfSigned.certificates()), "localhost")) {
      assertThat(ask(client)).isEqualTo("none");
    }
  }

  @Test
  @Spec("RFC 7301 §3.2")
  void theServersFirstProtocolThatTheClientOffersIsSpoken() throws IOException {
    var identity = TlsIdentity.of(AUTHORITY.issue("localhost")).alpn("h2", "http/1.1");
    try (var server = serve(identity);
        var both = dial(server.address(), TRUST.alpn("http/1.1", "h2"), "localhost");
        var old = dial(server.address(), TRUST.alpn("http/1.1"), "localhost");
        var silent = dial(server.address(), TRUST, "localhost")) {
      assertThat(both.applicationProtocol()).contains("h2");
      assertThat(ask(both)).isEqualTo("h2");
      assertThat(ask(old)).isEqualTo("http/1.1");
      assertThat(ask(silent)).isEqualTo("none");
      assertThatThrownBy(() -> dial(server.address(), TRUST.alpn("gopher"), "localhost"))
          .isInstanceOf(SSLException.class);
    }
  }
}
