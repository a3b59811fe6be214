package io.l7.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.http.HttpClient;
import io.l7.http.message.Body;
import io.l7.http.message.Exchange;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpClientTest {
  private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  private static final int LIMIT = 1 << 20;

  private static String text(HttpClient client, String uri) throws IOException {
    return client.send(Request.get(uri)).body().text(LIMIT);
  }

  @Test
  void oneConnectionServesManyRequests() throws IOException {
    try (var server = ScriptedServer.answering(HELLO);
        var client = HttpClient.create()) {
      for (int i = 0; i < 5; i++) {
        assertThat(text(client, server.uri("/" + i))).isEqualTo("hello");
      }
      assertThat(server.connections()).isEqualTo(1);
      assertThat(server.heads().get(3).lines())
          .startsWith("GET /3 HTTP/1.1", "Host: 127.0.0.1:" + server.port());
    }
  }

  @Test
  @Spec("RFC 9112 §7.1")
  void chunkedContentComesWithItsTrailers() throws IOException {
    try (var server =
            ScriptedServer.answering(
                String.join(
                    "\r\n",
                    "HTTP/1.1 200 OK",
                    "Transfer-Encoding: chunked",
                    "",
                    "5",
                    "hello",
                    "1",
                    "!",
                    "0",
                    "X-Sum: 6",
                    "Host: evil",
                    "",
                    ""));
        var client = HttpClient.create()) {
      Response response = client.send(Request.get(server.uri("/")));
      assertThat(response.body().text(LIMIT)).isEqualTo("hello!");
      assertThat(response.body().trailers().first("X-Sum")).contains("6");
      assertThat(response.body().trailers().contains("Host")).isFalse();
      assertThat(text(client, server.uri("/again"))).isEqualTo("hello!");
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  @Spec("RFC 9112 §6.3")
  void contentWithoutALengthEndsWithTheConnection() throws IOException {
    try (var server =
            new ScriptedServer(
                c -> {
                  c.request();
                  c.say("HTTP/1.1 200 OK\r\n\r\nall of it");
                });
        var client = HttpClient.create()) {
      assertThat(text(client, server.uri("/"))).isEqualTo("all of it");
      assertThat(client.transport().idleConnections()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
        "HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX : a\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: a\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a\u0000b\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 700 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/2 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1  200 OK\r\nContent-Length: 0\r\n\r\n",
        "220 mail.example ESMTP\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nhello\r\n0\r\n\r\n",
      })
  @Spec("RFC 9112 §6.3")
  void whatCouldBeReadInTwoWaysIsRefused(String answer) throws IOException {
    try (var server = ScriptedServer.answering(answer);
        var client = HttpClient.create()) {
      assertThatThrownBy(() -> text(client, server.uri("/")))
          .isInstanceOf(ClientException.BadResponse.class);
      assertThat(client.transport().idleConnections()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
      })
  void anAnswerThatBreaksOffIsNeverTakenForWhole(String answer) throws IOException {
    try (var server =
            new ScriptedServer(
                c -> {
                  c.request();
                  c.say(answer);
                });
        var client = HttpClient.create()) {
      assertThatThrownBy(() -> text(client, server.uri("/")))
          .isInstanceOf(ClientException.BrokenOff.class);
    }
  }

  @Test
  @Spec("RFC 9110 §15.2")
  void interimAnswersAreGivenOnAndAFloodIsRefused() throws IOException {
    String hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n";
    var heard = new ArrayList<Integer>();
    try (var server =
            new ScriptedServer(
                c -> {
                  boolean flood = c.request().contains("/flood");
                  c.say(hints.repeat(flood ? 100 : 2) + HELLO);
                });
        var client = HttpClient.create()) {
      Request request = Request.get(server.uri("/")).withExchange(new Listening(heard));
      assertThat(client.send(request).body().text(LIMIT)).isEqualTo("hello");
      assertThat(heard).containsExactly(103, 103);
      assertThatThrownBy(() -> text(client, server.uri("/flood")))
          .isInstanceOf(ClientException.BadResponse.class);
    }
  }

  @Test
  @Spec("RFC 9112 §9.3.1")
  void aRequestMeetingAClosedConnectionIsSentAgainIfThatIsHarmless() throws IOException {
    try (var server =
            new ScriptedServer(
                c -> {
                  c.request();
                  c.say(HELLO); // and closes, though it did not say so
                });
        var client = HttpClient.create()) {
      for (int i = 0; i < 3; i++) {
        assertThat(text(client, server.uri("/" + i))).isEqualTo("hello");
      }
      assertThat(server.connections()).isEqualTo(3);
    }
  }

  @Test
  @Spec("RFC 9110 §9.2.2")
  void aPostIsNeverSentTwice() throws IOException {
    var requests = new AtomicInteger();
    try (var server =
            new ScriptedServer(
                c -> {
                  c.request();
                  c.say(HELLO);
                  c.request();
                  requests.incrementAndGet();
                });
        var client = HttpClient.create()) {
      assertThat(text(client, server.uri("/"))).isEqualTo("hello");
      Request post =
          Request.of(Method.POST, URI.create(server.uri("/buy"))).withBody(Body.of("one"));
      assertThatThrownBy(() -> client.send(post)).isInstanceOf(ClientException.BrokenOff.class);
      assertThat(requests).hasValue(1);
    }
  }

  @Test
  void bytesBehindAnAnswerAreNotTakenForTheNextOne() throws IOException {
    try (var server =
            ScriptedServer.answering(HELLO + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
        var client = HttpClient.create()) {
      assertThat(text(client, server.uri("/1"))).isEqualTo("hello");
      assertThat(text(client, server.uri("/2"))).isEqualTo("hello");
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void fieldsOfOursCanBeLeftOut() throws IOException {
    try (var server = ScriptedServer.answering(HELLO);
        var client = HttpClient.builder().leavingOut("user-agent").leavingOut("Accept").build()) {
      assertThat(text(client, server.uri("/"))).isEqualTo("hello");
      assertThat(server.heads().getFirst()).doesNotContain("User-Agent").doesNotContain("Accept:");
    }
  }

  @Test
  void gzipOfNothingIsNothing() throws IOException {
    try (var server =
            ScriptedServer.answering(
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        var client = HttpClient.create()) {
      assertThat(text(client, server.uri("/"))).isEmpty();
      assertThat(text(client, server.uri("/"))).isEmpty();
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void gzipIsTakenOffAndTheConnectionKept() throws IOException {
    String text = "hello ".repeat(10_000);
    var gzip = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(gzip)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    try (var server =
            new ScriptedServer(
                c -> {
                  while (c.request().contains("Accept-Encoding: gzip")) {
                    c.say(
                        "HTTP/1.1 200 OK\r\n"
                            + "Content-Encoding: gzip\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n"
                            + Integer.toHexString(gzip.size())
                            + "\r\n");
                    c.say(gzip.toByteArray());
                    c.say("\r\n0\r\n\r\n");
                  }
                });
        var client = HttpClient.create()) {
      assertThat(text(client, server.uri("/"))).isEqualTo(text);
      assertThat(text(client, server.uri("/"))).isEqualTo(text);
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void aSilentServerTimesOutInItsPhase() throws IOException {
    try (var server =
            new ScriptedServer(
                c -> {
                  if (c.request().contains("/head")) {
                    c.in().read(); // says nothing
                  }
                  c.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
                  c.in().read();
                });
        var client =
            HttpClient.builder()
                .timeouts(
                    ClientTimeouts.defaults()
                        .firstByte(Duration.ofMillis(200))
                        .bodyIdle(Duration.ofMillis(200)))
                .build()) {
      assertThatThrownBy(() -> text(client, server.uri("/head")))
          .isInstanceOf(ClientException.TimedOut.class)
          .hasMessageContaining("header");
      assertThatThrownBy(() -> text(client, server.uri("/body")))
          .isInstanceOf(ClientException.TimedOut.class)
          .hasMessageContaining("content");
    }
  }

  @Test
  void theTotalTimeCutsABodyThatTrickles() throws IOException {
    try (var server =
            new ScriptedServer(
                c -> {
                  c.request();
                  c.say("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
                  while (true) {
                    c.say("x");
                    java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
                  }
                });
        var client =
            HttpClient.builder()
                .timeouts(ClientTimeouts.defaults().total(Duration.ofMillis(300)))
                .build()) {
      assertThatThrownBy(() -> text(client, server.uri("/")))
          .isInstanceOf(ClientException.TimedOut.class);
    }
  }

  @Test
  void namesGoThroughTheGivenResolver() throws IOException {
    var asked = new ArrayList<String>();
    try (var server = ScriptedServer.answering(HELLO);
        var client =
            HttpClient.builder()
                .names(
                    host -> {
                      asked.add(host);
                      return List.of(InetAddress.getLoopbackAddress());
                    })
                .build()) {
      assertThat(text(client, "http://www.hamburger.edu:" + server.port() + "/"))
          .isEqualTo("hello");
      assertThat(asked).containsExactly("www.hamburger.edu");
      assertThat(server.heads().getFirst()).contains("Host: www.hamburger.edu:" + server.port());
    }
  }

  @Test
  @Spec("RFC 9112 §3.2.2")
  void aProxyGetsTheWholeUriOrATunnel() throws IOException {
    try (var proxy =
            new ScriptedServer(
                c -> {
                  String head = c.request();
                  c.say(
                      head.startsWith("CONNECT")
                          ? "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
                          : HELLO);
                });
        var client =
            HttpClient.builder()
                .proxy(
                    new ForwardProxy(
                        new Endpoint("127.0.0.1", proxy.port()), Optional.of("Basic eDp5")))
                .build()) {
      assertThat(text(client, "http://example.test/a?b")).isEqualTo("hello");
      assertThat(proxy.heads().getFirst())
          .startsWith("GET http://example.test/a?b HTTP/1.1\r\nHost: example.test\r\n")
          .contains("Proxy-Authorization: Basic eDp5");
      assertThatThrownBy(() -> text(client, "https://example.test/")).hasMessageContaining("403");
      assertThat(proxy.heads().get(1))
          .startsWith("CONNECT example.test:443 HTTP/1.1\r\nHost: example.test:443\r\n");
    }
  }

  @Test
  void faultsOfConnectingSayWhatWasTried() throws IOException {
    // Bound and not listening: nobody else can take the port, and whoever connects is refused.
    try (var bound = new Socket();
        var client = HttpClient.create()) {
      bound.bind(new InetSocketAddress("127.0.0.1", 0));
      int closed = bound.getLocalPort();
      assertThatThrownBy(() -> text(client, "http://127.0.0.1:" + closed + "/"))
          .isInstanceOf(ClientException.NoConnection.class)
          .hasMessageContaining("127.0.0.1:" + closed);
    }
  }

  private record Listening(List<Integer> heard) implements Exchange {
    @Override
    public InetSocketAddress remote() {
      return Exchange.NONE.remote();
    }

    @Override
    public InetSocketAddress local() {
      return Exchange.NONE.local();
    }

    @Override
    public Optional<SSLSession> tls() {
      return Optional.empty();
    }

    @Override
    public void inform(Response interim) {
      heard.add(interim.status().code());
    }
  }
}
