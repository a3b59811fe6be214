package io.l7.http.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.net.Endpoint;
import io.l7.common.net.HostResolver;
import io.l7.common.tls.CertificateAuthority;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import io.l7.http.HttpClient;
import io.l7.http.HttpServer;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client says went wrong, to someone who knows HTTP and not Java. */
class ClientWordsTest {
  private static final CertificateAuthority AUTHORITY =
      CertificateAuthority.create("test", InstantSource.system());
  private static final HostResolver LOOPBACK = host -> List.of(InetAddress.getLoopbackAddress());

  @ParameterizedTest
  @CsvSource({
    "a.example, 1, false, is not signed by an authority that is trusted here",
    "b.example, 1, true, is for another host",
    "a.example, -1, true, has expired"
  })
  void whatIsWrongWithACertificateIsSaid(String name, int until, boolean trusted, String words)
      throws IOException {
    var now = Instant.now();
    var certificate =
        AUTHORITY.issue(
            List.of(name), now.minus(Duration.ofDays(9)), now.plus(Duration.ofDays(until)));
    try (var server =
            HttpServer.builder()
                .listen(Endpoint.parse("127.0.0.1:0"), TlsIdentity.of(certificate))
                .handler(request -> Response.text("x"))
                .start();
        var client = client(trusted)) {
      var url = "https://a.example:" + Endpoint.of(server.address()).port() + "/";
      assertThatThrownBy(() -> client.send(Request.get(url)))
          .isInstanceOf(ClientException.NoConnection.class)
          .hasMessageStartingWith("TLS with a.example:")
          .hasMessageEndingWith(": its certificate " + words);
    }
  }

  private static HttpClient client(boolean trusted) {
    var authority = trusted ? AUTHORITY : CertificateAuthority.create("o", InstantSource.system());
    return HttpClient.builder()
        .names(LOOPBACK)
        .trust(TlsTrust.of(List.of(authority.certificate())))
        .build();
  }

  @Test
  void whoSpeaksTlsToTheWrongPortIsTold() throws IOException {
    try (var plain = HttpServer.builder().handler(request -> Response.text("x")).start();
        var secure =
            new ScriptedServer(
                c -> {
                  c.request();
                  c.say("\u0015\u0003\u0003\u0000\u0002\u0002\n"); // an alert of TLS
                });
        var client = client(true)) {
      var at = Endpoint.of(plain.address());
      assertThatThrownBy(() -> client.send(Request.get("https://" + at + "/")))
          .hasMessage("TLS with " + at + ": it does not speak TLS");
      assertThatThrownBy(() -> client.send(Request.get(secure.uri("/"))))
          .hasMessage("the server does not speak HTTP/1");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'Content-Length: 10\r\n\r\nabc', 'ended early, 7 bytes are missing'",
    "'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n', 'ended early, inside its chunks'"
  })
  void anAnswerThatEndsEarlyIsSaidToDoSo(String rest, String words) throws IOException {
    try (var server =
            new ScriptedServer(
                c -> {
                  c.request();
                  c.say("HTTP/1.1 200 OK\r\n" + rest);
                });
        var client = HttpClient.create()) {
      var answer = client.send(Request.get(server.uri("/")));
      assertThatThrownBy(() -> answer.body().text(100))
          .isInstanceOf(ClientException.BrokenOff.class)
          .hasMessage(words);
    }
  }
}
