package io.l7.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.http.h2.ErrorCode;
import io.l7.http.h2.Frame;
import io.l7.http.h2.FrameWriter.End;
import io.l7.http.h2.Http2Limits;
import io.l7.http.h2.PeerSettings;
import io.l7.http.message.Handler;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.server.AccessLog;
import io.l7.http.testkit.Http2Client;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said, counted and owed when one side has ended a stream and the other goes on. */
class Http2LateTest {
  private final Metrics metrics = new Metrics();
  private final CountDownLatch go = new CountDownLatch(1);
  private final CountDownLatch begun = new CountDownLatch(1);
  private @Nullable HttpServer server;

  private final Handler handler =
      request -> {
        if (request.path().equals("/slow")) {
          begun.countDown();
          assertThat(go.await(10, TimeUnit.SECONDS)).isTrue();
        }
        if (request.path().equals("/refused")) {
          return Response.error(Status.FORBIDDEN);
        }
        if (request.path().equals("/fails")) {
          begun.countDown();
          assertThat(go.await(10, TimeUnit.SECONDS)).isTrue();
          throw new AssertionError("on purpose");
        }
        return request.path().equals("/echo")
            ? Response.stream("a/b", out -> out.write(request.body().bytes(100)))
            : Response.text("read " + request.body().bytes(4 << 20).length);
      };

  private Http2Client client(long... settings) throws IOException {
    server =
        HttpServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"))
            .http2(Http2Limits.DEFAULTS.withLinger(Duration.ofMinutes(1)))
            .metrics(metrics)
            .accessLog(this::log)
            .handler(handler)
            .start();
    return Http2Client.connect(server.address(), settings);
  }

  @AfterEach
  void stop() {
    go.countDown();
    requireNonNull(server).close();
  }

  /** Holds a request, whose answer is out, in hand. */
  private void log(AccessLog.Entry entry) {
    if (entry.request().path().equals("/logged")) {
      boolean _ = awaitGo();
    }
  }

  private boolean awaitGo() {
    try {
      return go.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Lets the handler end and reads all that is said until another request has its answer. */
  private List<Frame> after(Http2Client client, int stream) throws Exception {
    go.countDown();
    while (metrics.scrape().contains("l7_http2_streams_open 1")) {
      client.settle();
    }
    client.frames().ping(99);
    client.flush();
    var all = new ArrayList<Frame>();
    Frame last;
    do {
      last = client.next().orElseThrow();
      if (last.stream() == stream) {
        all.add(last);
      }
    } while (!last.equals(new Frame.PingAck(99)));
    return all;
  }

  @Test
  @Spec("RFC 9113 §5.1")
  void nothingIsSaidOnAStreamBehindItsReset() throws Exception {
    try (var client = client()) {
      client.request(1, "POST", "/slow", End.NOT_YET).flush();
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
      client.raw(8, 0, 1, new byte[4]).flush();
      assertThat(client.answer(1).reset).isEqualTo(ErrorCode.PROTOCOL_ERROR.code());
      after(client, 1);
      assertThat(client.of(1).status).as("no head behind RST_STREAM").isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/slow", "/fails"})
  @Spec("RFC 9113 §5.4.2")
  void aResetIsNotAnsweredByOne(String path) throws Exception {
    try (var client = client()) {
      client.get(1, path);
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
      client.frames().rstStream(1, ErrorCode.CANCEL);
      client.flush();
      client.settle();
      after(client, 1);
      assertThat(client.of(1).reset).isEqualTo(-1);
      assertThat(client.of(1).status).isZero();
    }
  }

  @Test
  @Spec("RFC 9110 §10.1.1")
  void behindTheHeadContentIsNotAskedForAnyMore() throws Exception {
    try (var client = client()) {
      client.request(1, "POST", "/echo", End.NOT_YET, "expect", "100-continue").flush();
      assertThat(client.head(1).status).isEqualTo(200);
      client.settle();
      assertThat(client.of(1).interim).isEmpty();
      client.data(1, "sent all the same", End.OF_STREAM).flush();
      assertThat(client.answer(1).body()).isEqualTo("sent all the same");
    }
  }

  @Test
  @Spec("RFC 9113 §6.9")
  void contentThatBreaksAStreamIsPaidBackToTheConnection() throws Exception {
    try (var client = client()) {
      byte[] part = new byte[16_384];
      int stream = 1;
      for (int sent = 0; sent < 2 << 20; sent += part.length, stream += 2) {
        client.request(stream, "POST", "/", End.NOT_YET, "content-length", "5");
        client.frames().data(stream, part, 0, part.length, End.NOT_YET);
        client.flush();
        assertThat(client.answer(stream).reset).isEqualTo(ErrorCode.PROTOCOL_ERROR.code());
      }
      client.request(stream, "POST", "/", End.NOT_YET);
      client.frames().data(stream, part, 0, part.length, End.OF_STREAM);
      client.flush();
      assertThat(client.answer(stream).body()).isEqualTo("read 16384");
    }
  }

  @Test
  @Spec("RFC 9113 §5.1")
  void whoResetsWhatWasAnsweredAlreadyIsNoAttacker() throws Exception {
    try (var client = client()) {
      for (int stream = 1; stream < 800; stream += 2) {
        // more than its window has room for: it is reset at once
        client.request(stream, "POST", "/refused", End.NOT_YET, "content-length", "1000000");
        client.flush();
        assertThat(client.answer(stream).status).isEqualTo(403);
        assertThat(client.reset(stream)).isEqualTo(ErrorCode.NO_ERROR.code());
        client.frames().rstStream(stream, ErrorCode.CANCEL); // it has crossed ours
      }
      assertThat(client.get(801, "/").answer(801).status).isEqualTo(200);
    }
  }

  @Test
  @Spec("RFC 9113 §8.1")
  void whoSendsTheRestBehindItsAnswerIsNotReset() throws Exception {
    try (var client = client()) {
      client.request(1, "POST", "/refused", End.NOT_YET).flush();
      assertThat(client.answer(1).status).isEqualTo(403);
      client.data(1, "sent all the same", End.OF_STREAM).flush();
      after(client, 1);
      assertThat(client.of(1).reset).isEqualTo(-1);
    }
  }

  @Test
  @Spec("RFC 9113 §8.1")
  void whatIsMalformedBehindTheAnswerResetsTheStreamOnce() throws Exception {
    try (var client = client()) {
      client.request(1, "POST", "/refused", End.NOT_YET).flush();
      assertThat(client.answer(1).status).isEqualTo(403);
      client.headers(1, End.NOT_YET, "x-trailer", "that ends nothing").flush();
      assertThat(client.reset(1)).isEqualTo(ErrorCode.PROTOCOL_ERROR.code());
      assertThat(after(client, 1)).isEmpty();
    }
  }

  @Test
  @Spec("RFC 9113 §8.1")
  void whoWaitsToBeAskedForContentIsResetAtOnceWhenItHasItsAnswer() throws Exception {
    try (var client = client()) {
      for (int stream = 1; stream < 100; stream += 2) {
        client.request(stream, "POST", "/refused", End.NOT_YET, "expect", "100-continue").flush();
        assertThat(client.reset(stream)).isEqualTo(ErrorCode.NO_ERROR.code());
      }
    }
  }

  @Test
  void whoGivesUpAnUploadThatWasAnsweredIsNoAttacker() throws Exception {
    try (var client = client()) {
      for (int stream = 1; stream < 800; stream += 2) {
        client.request(stream, "POST", "/refused", End.NOT_YET).flush();
        assertThat(client.answer(stream).status).isEqualTo(403);
        client.frames().rstStream(stream, ErrorCode.CANCEL);
      }
      assertThat(client.get(801, "/").answer(801).status).isEqualTo(200);
    }
  }

  @Test
  @Spec("RFC 9113 §5.1")
  void aStreamWhoseBothEndsAreSaidIsClosedThoughItsHandlerIsAtWork() throws Exception {
    try (var client = client()) {
      client.get(1, "/logged").answer(1);
      client.get(1, "/");
      assertThat(client.goAway().orElseThrow().code()).isEqualTo(ErrorCode.STREAM_CLOSED.code());
    }
  }

  @Test
  @Spec("RFC 9113 §6.9.2")
  void aStreamThatTheClientHasResetHasNoWindowToOverflow() throws Exception {
    try (var client = client()) {
      client.get(1, "/slow");
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
      client.frames().windowUpdate(1, Integer.MAX_VALUE - 65_535);
      client.frames().rstStream(1, ErrorCode.CANCEL);
      client
          .frames()
          .settings(List.of(new Frame.Setting(PeerSettings.INITIAL_WINDOW_SIZE, 1 << 20)));
      client.flush();
      assertThat(client.get(3, "/").answer(3).status).isEqualTo(200);
    }
  }
}
