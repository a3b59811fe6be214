package io.l7.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.http.HttpClient;
import io.l7.http.HttpServer;
import io.l7.http.client.ClientTimeouts;
import io.l7.http.client.ScriptedServer;
import io.l7.http.message.Body;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReverseProxyTest {
  private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  private static final int LIMIT = 1 << 20;

  private final Metrics metrics = new Metrics();
  private final HttpClient outward =
      HttpClient.builder()
          .timeouts(
              ClientTimeouts.defaults()
                  .firstByte(Duration.ofMillis(500))
                  .connect(Duration.ofSeconds(2)))
          .build();
  private final HttpClient client = HttpClient.builder().redirects(0).build();
  private final List<AutoCloseable> open = new ArrayList<>(List.of(outward, client));

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  private ScriptedServer upstream(ScriptedServer.Script script) throws IOException {
    var server = new ScriptedServer(script);
    open.add(server);
    return server;
  }

  private ScriptedServer answering(String answer) throws IOException {
    var server = ScriptedServer.answering(answer);
    open.add(server);
    return server;
  }

  private HttpServer proxy(UnaryOperator<ReverseProxy.Builder> how, ScriptedServer... upstreams)
      throws IOException {
    var builder = how.apply(ReverseProxy.over(outward.transport()).metrics(metrics));
    for (ScriptedServer upstream : upstreams) {
      builder.upstream(URI.create(upstream.uri("")));
    }
    var proxy = builder.build();
    open.add(proxy);
    var server = HttpServer.builder().listen(Endpoint.parse("127.0.0.1:0")).handler(proxy).start();
    open.add(server);
    return server;
  }

  private HttpServer proxy(ScriptedServer... upstreams) throws IOException {
    return proxy(b -> b, upstreams);
  }

  private static Request get(HttpServer server, String path) {
    return Request.get("http://127.0.0.1:" + server.address().getPort() + path);
  }

  /** Sends octets and returns everything that comes back until the proxy closes or is silent. */
  private static String raw(HttpServer server, String octets) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
      socket.setSoTimeout(700);
      socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
      var answer = new StringBuilder();
      InputStream in = socket.getInputStream();
      var buffer = new byte[8192];
      try {
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          answer.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
        }
      } catch (java.net.SocketTimeoutException _) {
        // silence ends it
      }
      return answer.toString();
    }
  }

  @Test
  @Spec("RFC 9110 §10.1.4")
  void whatIsForTheNextHopAloneSaysSo() throws IOException {
    var upstream = answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    var proxy = proxy(upstream);
    raw(proxy, "GET / HTTP/1.1\r\nHost: h\r\nConnection: TE, close\r\nTE: trailers\r\n\r\n");
    assertThat(upstream.heads().getFirst()).contains("TE: trailers\r\n", "Connection: TE\r\n");
  }

  @Test
  @Spec("RFC 9110 §7.6.3")
  void viaTellsTheVersionThatTheClientSpoke() throws IOException {
    var upstream = answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    var proxy = proxy(upstream);
    raw(proxy, "GET / HTTP/1.0\r\nVia: 1.1 before\r\n\r\n");
    assertThat(upstream.heads().getFirst()).contains("Via: 1.1 before\r\n", "Via: 1.0 l7\r\n");
  }

  @Test
  @Spec("RFC 9110 §7.6.1")
  void fieldsOfTheConnectionStayAndTheOthersCross() throws IOException {
    var upstream =
        answering(
            "HTTP/1.1 200 OK\r\n"
                + "Connection: X-Hop\r\n"
                + "X-Hop: 1\r\n"
                + "Keep-Alive: x\r\n"
                + "X-End: 1\r\n"
                + "Content-Length: 0\r\n\r\n");
    var proxy = proxy(upstream);
    Request request =
        get(proxy, "/a%2Fb?c=%20d")
            .with("X-Hop", "1")
            .with("X-End", "1")
            .with("X-Forwarded-For", "6.6.6.6")
            .with("Forwarded", "for=6.6.6.6")
            .with("TE", "gzip")
            .with("Proxy-Authorization", "Basic eA==");
    String answered =
        raw(
            proxy,
            "GET /x HTTP/1.1\r\n"
                + "Host: h\r\n"
                + "Connection: close, X-Hop, Host, Authorization\r\n"
                + "X-Hop: 1\r\n"
                + "Authorization: Basic eA==\r\n\r\n");
    Response response = client.send(request);
    assertThat(response.fields().contains("X-Hop")).isFalse();
    assertThat(response.fields().contains("Keep-Alive")).isFalse();
    assertThat(response.fields().contains("X-End")).isTrue();
    assertThat(answered).startsWith("HTTP/1.1 200");
    assertThat(upstream.heads().getFirst())
        .contains("Host: h\r\n")
        .contains("Authorization: Basic")
        .doesNotContain("X-Hop");
    assertThat(upstream.heads().getLast())
        .startsWith("GET /a%2Fb?c=%20d HTTP/1.1\r\n")
        .contains(
            "X-End: 1",
            "X-Forwarded-For: 127.0.0.1\r\n",
            "X-Forwarded-Proto: http\r\n",
            "Via: 1.1 l7\r\n",
            "Host: 127.0.0.1:" + proxy.address().getPort() + "\r\n")
        .doesNotContain("6.6.6.6", "Proxy-Authorization", "TE: gzip");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
        "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
        "Content-Length: 5, 5\r\n\r\nhello",
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "Content-Length: +5\r\n\r\nhello",
        "Content-Length: 0x5\r\n\r\nhello",
        "Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5;\nhello\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n0\r\n\r\n",
        "X: a\r\n Content-Length: 44\r\n\r\n",
        "X: a\nContent-Length: 44\r\n\r\n",
        "X: a\rContent-Length: 44\r\n\r\n",
        "Content-Length: 44\r\nConnection: Content-Length\r\n\r\n",
      })
  void neitherSideSeesARequestTheOtherDoesNot(String smuggling) throws IOException {
    var upstream = answering(HELLO);
    var proxy = proxy(upstream);
    String hidden = "GET /hidden HTTP/1.1\r\nHost: h\r\nX: y\r\n\r\n";
    String answers = raw(proxy, "POST /open HTTP/1.1\r\nHost: h\r\n" + smuggling + hidden);
    int answered = answers.split("HTTP/1\\.1 200", -1).length - 1;
    assertThat(upstream.heads())
        .hasSize(answered)
        .noneMatch(head -> head.startsWith("GET /hidden"));
    // A plain request is still answered, by a connection nothing was left on.
    assertThat(client.send(get(proxy, "/plain")).body().text(LIMIT)).isEqualTo("hello");
    assertThat(upstream.heads()).hasSize(answered + 1).last().asString().startsWith("GET /plain");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        "nonsense\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
      })
  void aMalformedAnswerIs502(String answer) throws IOException {
    var proxy = proxy(answering(answer));
    assertThat(client.send(get(proxy, "/")).status().code()).isEqualTo(502);
  }

  @Test
  void aFloodOfInterimAnswersIs502AndAFewArePassedOn() throws IOException {
    String hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n";
    var proxy =
        proxy(upstream(c -> c.say(hints.repeat(c.request().contains("/flood") ? 50 : 1) + HELLO)));
    assertThat(raw(proxy, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200")
        .endsWith("hello");
    assertThat(raw(proxy, "GET /flood HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
        .contains("\r\n\r\nHTTP/1.1 502");
  }

  @Test
  void aDeadUpstreamIs502AndASlowOne504() throws IOException {
    var dead = answering(HELLO);
    dead.close();
    assertThat(client.send(get(proxy(dead), "/")).status().code()).isEqualTo(502);
    var slow =
        upstream(
            c -> {
              c.request();
              c.in().read();
            });
    assertThat(client.send(get(proxy(slow), "/")).status().code()).isEqualTo(504);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
      })
  void anAnswerThatBreaksOffIsNeverPassedAsWhole(String answer) throws IOException {
    var proxy =
        proxy(
            upstream(
                c -> {
                  c.request();
                  c.say(answer);
                }));
    String got = raw(proxy, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    assertThat(got).contains("HTTP/1.1 200");
    assertThat(got).doesNotEndWith("0\r\n\r\n");
    assertThat(got.contains("Content-Length: 50") || got.contains("chunked")).isTrue();
  }

  @Test
  @Spec("RFC 9112 §8")
  void anAnswerThatBreaksOffResetsTheConnectionWhereItsCloseWouldEndIt() throws IOException {
    var proxy =
        proxy(
            upstream(
                c -> {
                  c.request();
                  c.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
                }));
    try (var old = new Socket(InetAddress.getLoopbackAddress(), proxy.address().getPort())) {
      old.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      assertThatThrownBy(() -> old.getInputStream().readAllBytes())
          .isInstanceOf(SocketException.class);
    }
  }

  @Test
  @Spec("RFC 9110 §9.2.2")
  void onlyIdempotentRequestsAreTriedAgain() throws IOException {
    var hangsUp = upstream(ScriptedServer.Conversation::request);
    var alive = answering(HELLO);
    var proxy = proxy(hangsUp, alive);
    for (int i = 0; i < 4; i++) {
      assertThat(client.send(get(proxy, "/" + i)).status().code()).isEqualTo(200);
    }
    int heard = hangsUp.heads().size();
    var fresh = upstream(ScriptedServer.Conversation::request);
    var second = answering(HELLO);
    var posting = proxy(fresh, second);
    Request post = get(posting, "/buy").withMethod(Method.POST).withBody(Body.of("once"));
    assertThat(client.send(post).status().code()).isEqualTo(502);
    assertThat(fresh.heads()).hasSize(1);
    assertThat(second.heads()).isEmpty();
    assertThat(heard).isPositive();
  }

  @Test
  void anUpstreamThatFailsIsLeftOutForAWhile() throws IOException {
    var dead = answering(HELLO);
    var alive = answering(HELLO);
    var proxy =
        proxy(
            b -> b.limits(new ProxyLimits(3, 2, Duration.ofMinutes(1), Duration.ofMinutes(1))),
            dead,
            alive);
    dead.close();
    for (int i = 0; i < 10; i++) {
      assertThat(client.send(get(proxy, "/" + i)).status().code()).isEqualTo(200);
    }
    assertThat(metrics.scrape())
        .contains("l7_http_upstreams_up 1")
        .contains("l7_http_upstream_failures_total{upstream=\"" + dead.uri("") + "\"} 2");
  }

  @Test
  void aPageThatFailsDoesNotTakeItsUpstreamFromOthers() throws IOException {
    var upstream = answering("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
    var proxy =
        proxy(
            b -> b.limits(new ProxyLimits(3, 2, Duration.ofMinutes(1), Duration.ofMinutes(1))),
            upstream);
    for (int i = 0; i < 5; i++) {
      assertThat(client.send(get(proxy, "/broken")).status().code()).isEqualTo(503);
    }
    assertThat(metrics.scrape())
        .contains("l7_http_upstreams_up 1")
        .contains("l7_http_upstream_failures_total{upstream=\"" + upstream.uri("") + "\"} 0");
  }

  @Test
  void contentStreamsBothWaysWithoutBeingCollected() throws Exception {
    var upstream =
        upstream(
            c -> {
              c.request();
              c.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              for (int i = 0; i < 3; i++) {
                c.say("6\r\ntick " + i + "\r\n");
                c.in().read(); // goes on only when the client has seen this one
              }
              c.say("0\r\n\r\n");
            });
    // The upstream waits for an octet on the same connection: a WebSocket-less way to see that
    // nothing is held back.
    var proxy = proxy(upstream);
    try (InputStream in = client.send(get(proxy, "/")).body().open()) {
      assertThat(new String(in.readNBytes(6), StandardCharsets.UTF_8)).isEqualTo("tick 0");
    }
    byte[] large = new byte[3_000_000];
    var echo =
        upstream(
            c -> {
              c.request();
              c.say(HELLO);
            });
    var second = proxy(echo);
    Request put = get(second, "/").withMethod(Method.PUT).withBody(Body.of(large));
    assertThat(client.send(put).body().text(LIMIT)).isEqualTo("hello");
  }

  @Test
  @Spec("RFC 9110 §10.1.1")
  void continueIsAskedOfTheUpstream() throws IOException {
    var upstream =
        upstream(
            c -> {
              String line =
                  c.in().line(200, io.l7.common.framing.LineEnds.STRICT).orElseThrow().latin1();
              while (c.in().line(1000, io.l7.common.framing.LineEnds.STRICT).orElseThrow().length()
                  > 0) {}
              if (line.contains("/no")) {
                c.say("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
              } else {
                c.say("HTTP/1.1 100 Continue\r\n\r\n");
                c.in().readFully(new byte[4]);
                c.say(HELLO);
              }
            });
    var proxy = proxy(upstream);
    String refused =
        raw(
            proxy,
            "PUT /no HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    assertThat(refused).startsWith("HTTP/1.1 403").doesNotContain("100 Continue");
    String wanted =
        raw(
            proxy,
            "PUT /yes HTTP/1.1\r\n"
                + "Host: h\r\n"
                + "Expect: 100-continue\r\n"
                + "Content-Length: 4\r\n\r\n"
                + "body");
    assertThat(wanted).contains("HTTP/1.1 200").endsWith("hello");
  }

  @Test
  @Spec("RFC 6455 §4.1")
  void webSocketsPassAndOtherUpgradesDoNot() throws IOException {
    var upstream =
        upstream(
            c -> {
              String head = c.request();
              if (!head.contains("Upgrade: websocket")) {
                c.say(HELLO);
                return;
              }
              c.say(
                  "HTTP/1.1 101 Switching Protocols\r\n"
                      + "Upgrade: websocket\r\n"
                      + "Connection: Upgrade\r\n"
                      + "Sec-WebSocket-Accept: x\r\n\r\n");
              byte[] message = new byte[4];
              c.in().readFully(message);
              c.say("echo ");
              c.say(message);
            });
    var proxy = proxy(upstream);
    String talk =
        raw(
            proxy,
            "GET /ws HTTP/1.1\r\n"
                + "Host: h\r\n"
                + "Connection: Upgrade\r\n"
                + "Upgrade: websocket\r\n"
                + "Sec-WebSocket-Key: x\r\n\r\n"
                + "ping");
    assertThat(talk)
        .startsWith("HTTP/1.1 101")
        .contains("Sec-WebSocket-Accept: x")
        .endsWith("echo ping");
    raw(
        proxy,
        "GET /h2c HTTP/1.1\r\n"
            + "Host: h\r\n"
            + "Connection: Upgrade, HTTP2-Settings\r\n"
            + "Upgrade: h2c\r\n"
            + "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n");
    assertThat(upstream.heads().getLast())
        .startsWith("GET /h2c")
        .doesNotContain("Upgrade", "HTTP2-Settings");
  }

  @ParameterizedTest
  @CsvSource({
    "/api,/,/api/x,/x",
    "/api,/v1,/api/x,/v1/x",
    "/api/,/v1/,/api/x,/v1/x",
    "/,/v1/,/x,/v1/x",
    "/api,'',/api/x,/api/x",
    "/api,/v1,/%61pi/x%20y,/v1/x%20y",
    "/api/,/v1/,/api,/v1/",
    "/a b,/v1,/a%20b/x,/v1/x"
  })
  void prefixesAreReplacedAsNginxDoes(String prefix, String path, String asked, String seen)
      throws IOException {
    var upstream = answering(HELLO);
    var proxy =
        proxy(b -> b.mapping(PathMapping.of(prefix, URI.create(upstream.uri(path)))), upstream);
    client.send(get(proxy, asked + "?q")).body().close();
    assertThat(upstream.heads().getFirst()).startsWith("GET " + seen + "?q HTTP/1.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/../admin",
        "/api/%2e%2e/admin",
        "/api/..%2fadmin",
        "/api/..\\admin",
        "/api/..;/admin",
        "/api/%2E./admin",
        "/api/..%5cadmin"
      })
  void pathsThatCouldMeanAnotherOneAreRefused(String path) throws IOException {
    var upstream = answering(HELLO);
    var proxy = proxy(upstream);
    assertThat(raw(proxy, "GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
    assertThat(upstream.heads()).isEmpty();
  }

  @Test
  void aLocationThatNamesTheUpstreamIsMadePublic() throws IOException {
    var self = new ScriptedServer[1];
    var upstream =
        upstream(
            c -> {
              c.request();
              c.say(
                  "HTTP/1.1 302 Found\r\nLocation: "
                      + self[0].uri("/v1/there")
                      + "\r\nContent-Length: 0\r\n\r\n");
            });
    self[0] = upstream;
    var proxy =
        proxy(b -> b.mapping(PathMapping.of("/api/", URI.create(upstream.uri("/v1/")))), upstream);
    Response response = client.send(get(proxy, "/api/x"));
    assertThat(response.field("Location"))
        .contains("http://127.0.0.1:" + proxy.address().getPort() + "/api/there");
  }

  @Test
  void aRequestThatBreaksOffIsNotTheUpstreamsFault() throws IOException {
    var upstream =
        upstream(
            c -> {
              c.request();
              c.in().chunked(io.l7.common.framing.ChunkLimits.defaults()).drain(LIMIT);
              c.say(HELLO);
            });
    var proxy = proxy(upstream);
    String answer =
        raw(
            proxy,
            "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n");
    assertThat(answer).startsWith("HTTP/1.1 400");
    assertThat(metrics.scrape())
        .doesNotContain("failures_total{upstream=\"" + upstream.uri("") + "\"} 1");
  }
}
