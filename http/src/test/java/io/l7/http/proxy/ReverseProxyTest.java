package io.l7.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import io.l7.http.client.ScriptedServer;
import io.l7.http.message.Body;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Content on its way, and upstreams that fail it. */
class ReverseProxyTest extends ProxyBench {
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
