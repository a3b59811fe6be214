package io.l7.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.http.message.Body;
import io.l7.http.message.Fields;
import io.l7.http.message.Handler;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.testkit.RawClient;
import io.l7.http.wire.HttpLimits;
import io.l7.http.wire.Violation;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerTest {
  private static final Handler ECHO =
      request ->
          Response.text(
              request.method() + " " + request.target() + " " + request.body().text(1 << 20));

  private HttpServer server = start(HttpServer.builder().handler(ECHO));

  private static HttpServer start(HttpServer.Builder builder) {
    try {
      return builder.listen(Endpoint.parse("127.0.0.1:0")).start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void restart(HttpServer.Builder builder) {
    server.close();
    server = start(builder);
  }

  private RawClient client() throws IOException {
    return new RawClient(server.address());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  @Spec("RFC 9112 §9.3")
  void aConnectionServesManyRequestsOneAfterTheOther() throws Exception {
    try (var client = client()) {
      for (int i = 0; i < 3; i++) {
        var answer = client.send("GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n").answer();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("GET /" + i + " ");
        assertThat(answer.field("Date")).endsWith(" GMT");
        assertThat(answer.field("Connection")).isEmpty();
      }
    }
  }

  @Test
  @Spec("RFC 9112 §9.3.2")
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    try (var client = client()) {
      client.send(
          "GET /1 HTTP/1.1\r\n"
              + "Host: a\r\n\r\n"
              + "POST /2 HTTP/1.1\r\n"
              + "Host: a\r\n"
              + "Content-Length: 3\r\n\r\n"
              + "abcGET /3 HTTP/1.1\r\n"
              + "Host: a\r\n\r\n");
      assertThat(client.answer().body()).isEqualTo("GET /1 ");
      assertThat(client.answer().body()).isEqualTo("POST /2 abc");
      assertThat(client.answer().body()).isEqualTo("GET /3 ");
    }
  }

  @Test
  @Spec("RFC 9112 §7.1")
  void chunkedContentIsDecodedAndWhatFollowsIsTheNextRequest() throws Exception {
    try (var client = client()) {
      client.send(
          "POST /a HTTP/1.1\r\n"
              + "Host: a\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n"
              + "5\r\n"
              + "hello\r\n"
              + "6;x=y\r\n"
              + " world\r\n"
              + "0\r\n"
              + "X-Sum: 1\r\n\r\n"
              + "GET /b HTTP/1.1\r\n"
              + "Host: a\r\n\r\n");
      assertThat(client.answer().body()).isEqualTo("POST /a hello world");
      assertThat(client.answer().body()).isEqualTo("GET /b ");
    }
  }

  @Test
  @Spec("RFC 9110 §10.1.1")
  void aWantedBodyIsAskedForWith100Continue() throws Exception {
    try (var client = client()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(100);
      assertThat(client.send("abc").answer().body()).isEqualTo("POST / abc");
    }
  }

  @Test
  @Spec("RFC 9110 §10.1.1")
  void behindTheHeadOfTheAnswerABodyIsNotAskedForAnyMore() throws Exception {
    restart(
        HttpServer.builder()
            .handler(
                request -> Response.stream("a/b", out -> out.write(request.body().bytes(100)))));
    try (var client = client()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.headAnswer().status()).isEqualTo(200);
      assertThat(client.send("abc").rest()).isEqualTo("3\r\nabc\r\n0\r\n\r\n");
    }
  }

  @Test
  @Spec("RFC 9110 §10.1.1")
  void anUnwantedBodyGetsTheFinalAnswerAtOnceAndTheConnectionCloses() throws Exception {
    restart(HttpServer.builder().handler(request -> Response.error(Status.FORBIDDEN)));
    try (var client = client()) {
      var answer =
          client
              .send(
                  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
              .answer();
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.field("Connection")).isEqualTo("close");
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void aBodyNobodyReadIsDroppedToStayInStep() throws Exception {
    restart(HttpServer.builder().handler(request -> Response.text(request.path())));
    try (var client = client()) {
      client.send(
          "POST /1 HTTP/1.1\r\n"
              + "Host: a\r\n"
              + "Content-Length: 5\r\n\r\n"
              + "helloGET /2 HTTP/1.1\r\n"
              + "Host: a\r\n\r\n");
      assertThat(client.answer().body()).isEqualTo("/1");
      assertThat(client.answer().body()).isEqualTo("/2");
    }
  }

  @Test
  void aHugeBodyNobodyReadClosesTheConnection() throws Exception {
    restart(HttpServer.builder().handler(request -> Response.text(request.path())));
    try (var client = client()) {
      var answer =
          client
              .send("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\nhello")
              .answer();
      assertThat(answer.field("Connection")).isEqualTo("close");
    }
  }

  @Test
  void contentOverTheLimitIs413() throws Exception {
    restart(HttpServer.builder().handler(ECHO).limits(HttpLimits.DEFAULTS.withBodyBytes(10)));
    try (var client = client()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world");
      assertThat(client.answer().status()).isEqualTo(413);
    }
    try (var client = client()) {
      client.send(
          "POST / HTTP/1.1\r\n"
              + "Host: a\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n"
              + "b\r\n"
              + "hello world\r\n"
              + "0\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(413);
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  @Spec("RFC 9112 §9.3")
  void anHttp10ConnectionClosesUnlessAskedToStay() throws Exception {
    try (var client = client()) {
      assertThat(client.send("GET /x HTTP/1.0\r\n\r\n").rest())
          .startsWith("HTTP/1.1 200 OK\r\n")
          .contains("Connection: close\r\n")
          .endsWith("GET /x ");
    }
    try (var client = client()) {
      var answer = client.send("GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").answer();
      assertThat(answer.field("Connection")).isEqualTo("keep-alive");
      assertThat(client.send("GET /y HTTP/1.0\r\n\r\n").answer().body()).isEqualTo("GET /y ");
    }
  }

  @Test
  @Spec("RFC 9112 §6.3")
  void contentOfUnknownLengthIsChunkedForHttp11AndEndsByCloseForHttp10() throws Exception {
    restart(
        HttpServer.builder()
            .handler(
                request ->
                    Response.stream("text/plain", out -> out.write("abc".getBytes(US_ASCII)))));
    try (var client = client()) {
      var answer = client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer();
      assertThat(answer.field("Transfer-Encoding")).isEqualTo("chunked");
      assertThat(answer.body()).isEqualTo("abc");
      assertThat(client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").rest())
          .contains("Connection: close\r\n")
          .endsWith("\r\n\r\nabc");
    }
  }

  @Test
  @Spec("RFC 9110 §6.5")
  void trailersFollowTheLastChunk() throws Exception {
    restart(
        HttpServer.builder()
            .handler(
                request -> {
                  String content = request.body().text(100);
                  String sum = request.body().trailers().first("X-Sum", "none");
                  Body.Writer writer = out -> out.write(content.getBytes(US_ASCII));
                  return Response.ok(
                      "text/plain",
                      new Body.Written(
                          writer, OptionalLong.empty(), () -> Fields.of("X-Sum", sum)));
                }));
    try (var client = client()) {
      client.send(
          "POST / HTTP/1.1\r\n"
              + "Host: a\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n"
              + "1\r\n"
              + "a\r\n"
              + "0\r\n"
              + "X-Sum: 7\r\n\r\n");
      assertThat(client.answer().body()).isEqualTo("a[X-Sum: 7]");
    }
  }

  @Test
  @Spec("RFC 9110 §9.3.2")
  void headHasTheFieldsOfGetAndNoContent() throws Exception {
    restart(HttpServer.builder().handler(request -> Response.text("hello")));
    try (var client = client()) {
      var answer = client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").headAnswer();
      assertThat(answer.field("Content-Length")).isEqualTo("5");
      assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer().body())
          .isEqualTo("hello");
    }
  }

  @Test
  @Spec("RFC 9110 §9.3.7")
  void optionsForTheServerAsAWholeNamesMethods() throws Exception {
    try (var client = client()) {
      var answer = client.send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").answer();
      assertThat(answer.status()).isEqualTo(204);
      assertThat(answer.field("Allow")).contains("GET");
      assertThat(answer.fields()).doesNotContainKey("content-length");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"
      })
  void traceAndConnectAreRefused(String request) throws Exception {
    try (var client = client()) {
      assertThat(client.send(request).answer().status()).isEqualTo(405);
    }
  }

  @Test
  void aFailingHandlerIs500AndTheConnectionLives() throws Exception {
    restart(
        HttpServer.builder()
            .handler(
                request -> {
                  if (request.path().equals("/bad")) {
                    throw new OutOfMemoryError("as a test");
                  }
                  return Response.text("ok");
                }));
    try (var client = client()) {
      assertThat(client.send("GET /bad HTTP/1.1\r\nHost: a\r\n\r\n").answer().status())
          .isEqualTo(500);
      assertThat(client.send("GET /good HTTP/1.1\r\nHost: a\r\n\r\n").answer().body())
          .isEqualTo("ok");
    }
  }

  @Test
  void contentThatFailsMidwayBreaksTheConnectionOff() throws Exception {
    restart(
        HttpServer.builder()
            .handler(
                request ->
                    Response.stream(
                        "text/plain",
                        out -> {
                          out.write("abc".getBytes(US_ASCII));
                          out.flush();
                          throw new IOException("as a test");
                        })));
    try (var client = client()) {
      String all = client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").rest();
      assertThat(all).contains("abc").doesNotContain("\r\n0\r\n");
    }
  }

  @Test
  void aHeadThatTakesTooLongIs408HoweverOftenAByteComes() throws Exception {
    restart(
        HttpServer.builder()
            .handler(ECHO)
            .limits(HttpLimits.DEFAULTS.withHeadTime(Duration.ofMillis(300))));
    try (var client = client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nX: ");
      var drip = Thread.ofVirtual().start(() -> drip(client));
      assertThat(client.rest())
          .startsWith("HTTP/1.1 408 Request Timeout\r\n")
          .contains("Connection: close");
      drip.interrupt();
    }
  }

  private static void drip(RawClient client) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        client.send("a");
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    } catch (IOException _) {
      // The server has closed: that is the point.
    }
  }

  @Test
  void contentThatComesTooSlowlyIs408() throws Exception {
    restart(
        HttpServer.builder()
            .handler(ECHO)
            .limits(HttpLimits.DEFAULTS.withBodyRate(1000, Duration.ofMillis(300))));
    try (var client = client()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nabc");
      assertThat(client.rest()).startsWith("HTTP/1.1 408 ");
    }
  }

  @Test
  void anIdleConnectionIsClosedWithoutAWord() throws Exception {
    restart(
        HttpServer.builder()
            .handler(ECHO)
            .limits(HttpLimits.DEFAULTS.withIdleTime(Duration.ofMillis(300))));
    try (var client = client()) {
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  @Spec("RFC 9110 §7.8")
  void anUpgradeTurnsTheConnectionIntoAnotherConversation() throws Exception {
    restart(
        HttpServer.builder()
            .handler(
                request ->
                    Response.switching(
                        "echo",
                        Fields.EMPTY,
                        (in, out) -> {
                          out.write(in.readNBytes(5));
                          out.flush();
                        })));
    try (var client = client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello");
      var answer = client.answer();
      assertThat(answer.status()).isEqualTo(101);
      assertThat(answer.field("Upgrade")).isEqualTo("echo");
      assertThat(client.rest()).isEqualTo("hello");
    }
    try (var client = client()) {
      assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer().status()).isEqualTo(426);
    }
  }

  @Test
  @Spec("RFC 9110 §15.2")
  void earlyHintsComeBeforeTheAnswer() throws Exception {
    restart(
        HttpServer.builder()
            .handler(
                request -> {
                  request
                      .exchange()
                      .inform(
                          Response.of(Status.EARLY_HINTS).with("Link", "</a.css>; rel=preload"));
                  return Response.text("x");
                }));
    try (var client = client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(103);
      assertThat(client.answer().status()).isEqualTo(200);
    }
  }

  @Test
  void drainingLetsTheRunningAnswerEndAndTellsTheClient() throws Exception {
    var entered = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    restart(
        HttpServer.builder()
            .handler(
                request -> {
                  entered.countDown();
                  go.await();
                  return Response.text("done");
                }));
    try (var client = client();
        var idle = client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      entered.await();
      var draining = Thread.ofVirtual().start(() -> server.drain(Duration.ofSeconds(10)));
      assertThat(idle.rest()).isEmpty();
      go.countDown();
      var answer = client.answer();
      assertThat(answer.body()).isEqualTo("done");
      assertThat(answer.field("Connection")).isEqualTo("close");
      draining.join();
    }
  }

  @Test
  void aReplacedHandlerAnswersOnALiveConnection() throws Exception {
    try (var client = client()) {
      assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer().body())
          .isEqualTo("GET / ");
      server.replace(request -> Response.text("new"));
      assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer().body()).isEqualTo("new");
    }
  }

  @Test
  void aWaivedViolationPasses() throws Exception {
    String request = "GET / HTTP/1.1\nHost: a\n\n";
    try (var client = client()) {
      assertThat(client.send(request).answer().status()).isEqualTo(400);
    }
    restart(HttpServer.builder().handler(ECHO).waive(Violation.BARE_LF));
    try (var client = client()) {
      assertThat(client.send(request).answer().status()).isEqualTo(200);
    }
  }
}
