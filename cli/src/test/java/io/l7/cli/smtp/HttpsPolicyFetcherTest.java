package io.l7.cli.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.common.tls.CertificateAuthority;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import io.l7.common.transcript.Transcript;
import io.l7.http.HttpServer;
import io.l7.http.message.Body;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Policies over HTTPS, from a server of our own on loopback. */
class HttpsPolicyFetcherTest {
  private static final CertificateAuthority CA =
      CertificateAuthority.create("Burgers", InstantSource.system());
  private static final String PATH = "/.well-known/mta-sts.txt";

  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    var names =
        new String[] {
          "good", "charset", "moved", "html", "untyped", "large", "full", "gone", "binary"
        };
    var hosts = new String[names.length];
    for (var i = 0; i < names.length; i++) {
      hosts[i] = "mta-sts." + names[i] + ".example";
    }
    server =
        HttpServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"), TlsIdentity.of(CA.issue(hosts)))
            .handler(HttpsPolicyFetcherTest::answer)
            .start();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private static Response answer(Request request) {
    var domain = request.host().replaceAll("^mta-sts\\.|\\.example(:\\d+)?$", "");
    return switch (request.path().equals(PATH) ? domain : "elsewhere") {
      case "good", "elsewhere" -> Response.ok("text/plain", Body.of("version: STSv1\n"));
      case "charset" -> Response.ok("Text/Plain; charset=utf-8", Body.of("version: STSv1\n"));
      case "moved" -> Response.redirect(Status.FOUND, "/elsewhere");
      case "html" -> Response.html("version: STSv1\n");
      case "untyped" -> Response.text("version: STSv1\n").without("Content-Type");
      case "large" -> Response.ok("text/plain", Body.of(new byte[(64 << 10) + 1]));
      case "full" -> Response.ok("text/plain", Body.of(new byte[64 << 10]));
      case "binary" -> Response.ok("text/plainer", Body.of("version: STSv1\n"));
      default -> Response.error(Status.NOT_FOUND);
    };
  }

  private String fetch(String domain, TlsTrust trust) throws IOException {
    try (var fetcher =
        new HttpsPolicyFetcher(
            trust,
            host -> List.of(InetAddress.getLoopbackAddress()),
            Transcript.none(),
            server.address().getPort())) {
      return fetcher.fetch(domain);
    }
  }

  @ParameterizedTest
  @CsvSource({"good.example, 15", "charset.example, 15", "full.example, 65536"})
  @Spec("RFC 8461 §3.3")
  void aPolicyIsFetched(String domain, int length) throws IOException {
    assertThat(fetch(domain, TlsTrust.of(List.of(CA.certificate())))).hasSize(length);
  }

  @ParameterizedTest
  @CsvSource({
    "moved.example, 302",
    "html.example, text/plain is wanted",
    "untyped.example, text/plain is wanted",
    "binary.example, text/plain is wanted",
    "large.example, more than 65536 octets",
    "gone.example, 404",
    "another.example, another.example", // the certificate is not for it
  })
  @Spec("RFC 8461 §3.3")
  void whatIsNoPolicyInItsPlaceIsNone(String domain, String why) {
    assertThatThrownBy(() -> fetch(domain, TlsTrust.of(List.of(CA.certificate()))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(why);
  }

  @Test
  @Spec("RFC 8461 §3.3")
  void aServerThatNobodyTrustsHasNone() {
    assertThatThrownBy(() -> fetch("good.example", TlsTrust.system()))
        .isInstanceOf(IOException.class);
  }
}
