package io.l7.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.http.h2.ErrorCode;
import io.l7.http.h2.FrameWriter.End;
import io.l7.http.message.Body;
import io.l7.http.message.Fields;
import io.l7.http.message.Handler;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.message.Version;
import io.l7.http.server.AccessLog;
import io.l7.http.testkit.Http2Client;
import io.l7.http.testkit.RawClient;
import io.l7.http.wire.HttpLimits;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Http2ServerTest {
  private static final Handler ECHO =
      request ->
          Response.text(
              request.method() + " " + request.uri() + " " + request.body().text(1 << 20));

  @TempDir private Path folder;

  private Optional<HttpServer> running = Optional.empty();

  private Http2Client client(Handler handler) throws IOException {
    return client(HttpServer.builder().handler(handler));
  }

  private Http2Client client(HttpServer.Builder builder) throws IOException {
    var server = builder.listen(Endpoint.parse("127.0.0.1:0")).start();
    running = Optional.of(server);
    return Http2Client.connect(server.address());
  }

  @AfterEach
  void stop() {
    running.ifPresent(HttpServer::close);
  }

  @Test
  @Spec("RFC 9113 §3.3")
  void aClientThatKnowsMayBeginWithHttp2() throws Exception {
    try (var client = client(ECHO)) {
      var answer = client.get(1, "/x?y").answer(1);
      assertThat(answer.status).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("GET http://a/x?y ");
      assertThat(answer.fields.get("date")).endsWith(" GMT");
      assertThat(answer.fields)
          .containsEntry("content-length", "17")
          .doesNotContainKey("connection");
    }
  }

  @Test
  void aServerWithoutItSaysSoInHttp11() throws Exception {
    var server = HttpServer.builder().withoutHttp2().listen(Endpoint.parse("127.0.0.1:0")).start();
    running = Optional.of(server);
    try (var client = new RawClient(server.address())) {
      assertThat(client.send(Http2Client.PREFACE).answer().status()).isEqualTo(505);
    }
  }

  @Test
  @Spec("RFC 9113 §3.3")
  void behindARequestOfHttp11ThePrefaceIsNone() throws Exception {
    var server = HttpServer.builder().handler(ECHO).listen(Endpoint.parse("127.0.0.1:0")).start();
    running = Optional.of(server);
    try (var client = new RawClient(server.address())) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n" + Http2Client.PREFACE);
      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(client.answer().status()).isEqualTo(505);
    }
  }

  @Test
  @Spec("RFC 9113 §5.1.2")
  void requestsAreAnsweredAsTheyAreReadyAndNotInOrder() throws Exception {
    var go = new CountDownLatch(1);
    Handler handler =
        request -> {
          if (request.path().equals("/slow")) {
            assertThat(go.await(10, TimeUnit.SECONDS)).isTrue();
          }
          return Response.text(request.path());
        };
    try (var client = client(handler)) {
      client.get(1, "/slow").get(3, "/a").get(5, "/b");
      assertThat(client.answer(5).body()).isEqualTo("/b");
      assertThat(client.answer(3).body()).isEqualTo("/a");
      assertThat(client.of(1).status).isZero();
      go.countDown();
      assertThat(client.answer(1).body()).isEqualTo("/slow");
    }
  }

  @Test
  @Spec("RFC 9113 §8.1")
  void contentComesInFramesWithPaddingAndTrailers() throws Exception {
    Handler handler =
        request -> {
          String text = request.body().text(100);
          return Response.text(
              request.version() + " " + text + " " + request.body().trailers().first("x-sum", ""));
        };
    try (var client = client(handler)) {
      client.request(1, "POST", "/", End.NOT_YET, "trailer", "x-sum");
      client.data(1, "hel", End.NOT_YET).flush();
      client.raw(0, 8, 1, "\3lo\0\0\0".getBytes(StandardCharsets.ISO_8859_1));
      client.headers(1, End.OF_STREAM, "x-sum", "7").flush();
      assertThat(client.answer(1).body()).isEqualTo("HTTP/2 hello 7");
    }
  }

  @Test
  @Spec("RFC 9110 §10.1.1")
  void contentIsAskedForWhenItIsWanted() throws Exception {
    try (var client = client(ECHO)) {
      client.request(1, "POST", "/", End.NOT_YET, "expect", "100-continue").flush();
      while (client.of(1).interim.isEmpty()) {
        assertThat(client.next()).isPresent();
      }
      assertThat(client.of(1).interim).containsExactly(100);
      client.data(1, "now", End.OF_STREAM).flush();
      assertThat(client.answer(1).body()).isEqualTo("POST http://a/ now");
    }
  }

  @Test
  @Spec("RFC 9110 §15.2")
  void interimAnswersComeAhead() throws Exception {
    Handler handler =
        request -> {
          request
              .exchange()
              .inform(Response.of(Status.EARLY_HINTS, Fields.of("Link", "</a.css>"), Body.empty()));
          return Response.text("final");
        };
    try (var client = client(handler)) {
      assertThat(client.get(1, "/").answer(1).interim).containsExactly(103);
      assertThat(client.of(1).body()).isEqualTo("final");
    }
  }

  @Test
  @Spec("RFC 9110 §9.3.2")
  void headHasTheLengthAndNoContent() throws Exception {
    try (var client = client(ECHO)) {
      client.request(1, "HEAD", "/", End.OF_STREAM).flush();
      var answer = client.answer(1);
      assertThat(answer.fields).containsEntry("content-length", "15");
      assertThat(answer.frames).isEmpty();
    }
  }

  @Test
  @Spec("RFC 9113 §8.1")
  void contentOfUnknownLengthAndTrailersFollowTheHead() throws Exception {
    Handler handler =
        request ->
            Response.of(
                Status.OK,
                Fields.EMPTY,
                new Body.Written(
                    out -> {
                      out.write("one".getBytes(StandardCharsets.UTF_8));
                      out.flush();
                      out.write("two".getBytes(StandardCharsets.UTF_8));
                    },
                    OptionalLong.empty(),
                    () -> Fields.of("X-Sum", "6")));
    try (var client = client(handler)) {
      var answer = client.get(1, "/").answer(1);
      assertThat(answer.body()).isEqualTo("onetwo");
      assertThat(answer.trailers).containsEntry("x-sum", "6");
      assertThat(answer.fields).doesNotContainKeys("content-length", "transfer-encoding");
    }
  }

  @Test
  void aFileAndAnArrayOverTheWindowArriveWhole() throws Exception {
    byte[] content = new byte[300_000];
    new Random(5).nextBytes(content);
    Path file = Files.write(folder.resolve("file"), content);
    Handler handler =
        request ->
            request.path().equals("/file")
                ? Response.ok("a/b", Body.of(FileChannel.open(file), 10, content.length - 10))
                : Response.ok("a/b", Body.of(content));
    try (var client = client(handler)) {
      client.get(1, "/file").get(3, "/array");
      assertThat(client.answer(1).content.toByteArray())
          .isEqualTo(java.util.Arrays.copyOfRange(content, 10, content.length));
      assertThat(client.answer(3).content.toByteArray()).isEqualTo(content);
    }
  }

  @Test
  void anUploadOverTheWindowArrivesWhole() throws Exception {
    var received = new LinkedBlockingQueue<byte[]>();
    Handler handler =
        request -> {
          received.add(request.body().bytes(2 << 20));
          return Response.text("ok");
        };
    byte[] content = new byte[1_500_000];
    new Random(6).nextBytes(content);
    try (var client = client(handler)) {
      client.request(1, "PUT", "/", End.NOT_YET, "content-length", "1500000").flush();
      client.settle();
      int at = 0;
      long room = 262_144;
      while (at < content.length) {
        int count = (int) Math.min(16_384, Math.min(content.length - at, room));
        if (count == 0) {
          if (client.next().orElseThrow()
                  instanceof io.l7.http.h2.Frame.WindowUpdate(int stream, int more)
              && stream == 1) {
            room += more;
          }
          continue;
        }
        client
            .frames()
            .data(
                1, content, at, count, at + count == content.length ? End.OF_STREAM : End.NOT_YET);
        client.flush();
        at += count;
        room -= count;
      }
      assertThat(client.answer(1).body()).isEqualTo("ok");
      assertThat(received.take()).isEqualTo(content);
    }
  }

  @Test
  @Spec("RFC 9113 §8.2.3")
  void crumbsOfACookieBecomeOneLineAndHostIsTheAuthority() throws Exception {
    Handler handler =
        request ->
            Response.text(request.fields().all("Cookie") + " " + request.fields().all("Host"));
    try (var client = client(handler)) {
      client.get(1, "/", "cookie", "a=1", "x-other", "y", "cookie", "b=2", "cookie", "c=3");
      assertThat(client.answer(1).body()).isEqualTo("[a=1; b=2; c=3] [a]");
    }
  }

  @Test
  @Spec("RFC 9113 §8.1")
  void anAnswerAheadOfTheContentStopsTheRestWithoutAnError() throws Exception {
    Handler handler = request -> Response.error(Status.FORBIDDEN);
    try (var client = client(handler)) {
      client.request(1, "POST", "/", End.NOT_YET).flush();
      assertThat(client.answer(1).status).isEqualTo(403);
      assertThat(client.reset(1)).isEqualTo(ErrorCode.NO_ERROR.code());
      client.data(1, "still on its way", End.OF_STREAM).flush();
      assertThat(client.get(3, "/").answer(3).status).isEqualTo(403);
    }
  }

  @Test
  void limitsOfRequestsHaveTheirAnswers() throws Exception {
    var limits = HttpLimits.DEFAULTS.withBodyBytes(100);
    try (var client = client(HttpServer.builder().limits(limits).handler(ECHO))) {
      client.get(1, "/" + "x".repeat(9000));
      assertThat(client.answer(1).status).isEqualTo(414);
      client.request(3, "M".repeat(33), "/", End.OF_STREAM).flush();
      assertThat(client.answer(3).status).isEqualTo(501);
      var many = new String[220];
      for (int i = 0; i < many.length; i += 2) {
        many[i] = "x-" + i;
        many[i + 1] = "";
      }
      assertThat(client.get(5, "/", many).answer(5).status).isEqualTo(431);
      client.request(7, "POST", "/", End.NOT_YET, "content-length", "101").flush();
      assertThat(client.answer(7).status).isEqualTo(413);
      client.request(9, "POST", "/", End.NOT_YET);
      client.data(9, "x".repeat(101), End.NOT_YET).flush();
      assertThat(client.answer(9).status).isEqualTo(413);
      client.get(11, "/", "expect", "the impossible");
      assertThat(client.answer(11).status).isEqualTo(417);
      client.request(13, "TRACE", "/", End.OF_STREAM).flush();
      assertThat(client.answer(13).status).isEqualTo(405);
      client.request(15, "OPTIONS", "*", End.OF_STREAM).flush();
      assertThat(client.answer(15).status).isEqualTo(204);
    }
  }

  @Test
  void contentThatComesTooSlowlyIs408() throws Exception {
    var limits = HttpLimits.DEFAULTS.withBodyRate(1, Duration.ofMillis(50));
    try (var client = client(HttpServer.builder().limits(limits).handler(ECHO))) {
      client.request(1, "POST", "/", End.NOT_YET, "content-length", "9").flush();
      assertThat(client.answer(1).status).isEqualTo(408);
    }
  }

  @Test
  void aFailingHandlerIs500AndTheConnectionLives() throws Exception {
    Handler handler =
        request -> {
          if (request.path().equals("/bad")) {
            throw new IllegalStateException("on purpose");
          }
          return Response.text("good");
        };
    try (var client = client(handler)) {
      assertThat(client.get(1, "/bad").answer(1).status).isEqualTo(500);
      assertThat(client.get(3, "/").answer(3).status).isEqualTo(200);
    }
  }

  @Test
  @Spec("RFC 9113 §8.1")
  void contentThatBreaksOffResetsTheStreamAndNeverLooksWhole() throws Exception {
    Handler handler =
        request ->
            Response.stream(
                "a/b",
                out -> {
                  out.write(1);
                  out.flush();
                  throw new IOException("on purpose");
                });
    try (var client = client(handler)) {
      var answer = client.get(1, "/").answer(1);
      assertThat(answer.ended).isFalse();
      assertThat(answer.reset).isEqualTo(ErrorCode.INTERNAL_ERROR.code());
    }
  }

  @Test
  @Spec("RFC 9113 §5.4.2")
  void aClientThatLeavesAStreamStopsWhoWritesAndWhoReads() throws Exception {
    var ended = new LinkedBlockingQueue<String>();
    Handler handler =
        request -> {
          if (request.path().equals("/read")) {
            try {
              return Response.text(request.body().text(100));
            } catch (IOException e) {
              ended.add("read");
              throw e;
            }
          }
          return Response.stream(
              "a/b",
              out -> {
                try {
                  while (true) {
                    out.write(new byte[1000]);
                  }
                } finally {
                  ended.add("written");
                }
              });
        };
    try (var client = client(handler).holdingWindows()) {
      client.get(1, "/write").head(1);
      client.frames().rstStream(1, ErrorCode.CANCEL);
      client.flush();
      assertThat(ended.poll(10, TimeUnit.SECONDS)).isEqualTo("written");
      client.request(3, "POST", "/read", End.NOT_YET).flush();
      client.frames().rstStream(3, ErrorCode.CANCEL);
      client.flush();
      client.settle();
      client.close();
      String read = ended.poll(1, TimeUnit.SECONDS);
      assertThat(read == null || read.equals("read")).as("it may not have begun").isTrue();
    }
  }

  @Test
  @Spec("RFC 9113 §8.6")
  void whatNeedsAnUpgradeIsSentToHttp11() throws Exception {
    Handler handler =
        request -> Response.switching("echo", Fields.EMPTY, (in, out) -> in.transferTo(out));
    try (var client = client(handler)) {
      assertThat(client.get(1, "/").answer(1).reset).isEqualTo(ErrorCode.HTTP_1_1_REQUIRED.code());
    }
  }

  @Test
  void theLogAndTheCountersKnowItsRequests() throws Exception {
    var entries = new LinkedBlockingQueue<AccessLog.Entry>();
    var metrics = new Metrics();
    try (var client =
        client(HttpServer.builder().handler(ECHO).accessLog(entries::add).metrics(metrics))) {
      client.get(1, "/logged").answer(1);
      var entry = entries.poll(10, TimeUnit.SECONDS);
      assertThat(entry.request().version()).isEqualTo(Version.HTTP_2);
      assertThat(entry.request().path()).isEqualTo("/logged");
      assertThat(entry.contentBytes()).isEqualTo(20);
      assertThat(metrics.scrape())
          .contains("l7_http_responses_total{class=\"2xx\"} 1")
          .contains("l7_http2_connections_total 1")
          .contains("l7_http2_streams_total 1");
    }
  }
}
