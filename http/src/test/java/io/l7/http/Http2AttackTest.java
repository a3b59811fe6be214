package io.l7.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.http.h2.ErrorCode;
import io.l7.http.h2.FrameWriter.End;
import io.l7.http.h2.PeerSettings;
import io.l7.http.message.Body;
import io.l7.http.message.Handler;
import io.l7.http.message.Response;
import io.l7.http.testkit.Http2Client;
import io.l7.http.wire.HttpLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What costs a server more than the client: counted, ended with ENHANCE_YOUR_CALM. */
class Http2AttackTest {
  private final Metrics metrics = new Metrics();
  private final AtomicInteger handled = new AtomicInteger();
  private final AtomicInteger inHand = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final CountDownLatch go = new CountDownLatch(1);
  private HttpServer server;

  private final Handler handler =
      request -> {
        handled.incrementAndGet();
        most.accumulateAndGet(inHand.incrementAndGet(), Math::max);
        try {
          if (request.path().equals("/slow")) {
            go.await(10, TimeUnit.SECONDS);
          }
          return Response.ok("a/b", Body.of(new byte[100_000]));
        } finally {
          inHand.decrementAndGet();
        }
      };

  @BeforeEach
  void serve() throws IOException {
    serve(HttpLimits.DEFAULTS);
  }

  private void serve(HttpLimits limits) throws IOException {
    server =
        HttpServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"))
            .limits(limits)
            .metrics(metrics)
            .handler(handler)
            .start();
  }

  @AfterEach
  void stop() {
    go.countDown();
    server.close();
  }

  private Http2Client client(long... settings) throws IOException {
    return Http2Client.connect(server.address(), settings);
  }

  /** Sends what the client has collected, as long as the server takes it. */
  private static void flush(Http2Client client) {
    try {
      client.flush();
    } catch (IOException _) {
      // It has closed.
    }
  }

  private void assertCalmed(Http2Client client, String kind) throws IOException {
    assertThat(client.goAway().orElseThrow().code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.code());
    client.awaitClose();
    assertThat(metrics.scrape()).contains("l7_http2_floods_total{kind=\"" + kind + "\"} 1");
    try (var other = client()) {
      assertThat(other.get(1, "/").answer(1).status).as("others go on").isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/slow"})
  @Spec("RFC 9113 §10.5")
  void rapidReset(String path) throws Exception {
    try (var client = client()) {
      for (int stream = 1; stream < 2000; stream += 2) {
        client.request(stream, "GET", path, End.OF_STREAM);
        client.frames().rstStream(stream, ErrorCode.CANCEL);
      }
      flush(client);
      assertThat(client.goAway().orElseThrow().code())
          .isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.code());
      go.countDown();
      client.awaitClose();
      assertThat(most).hasValueLessThanOrEqualTo(100);
      assertThat(handled).hasValueLessThan(400);
      assertThat(metrics.scrape()).contains("l7_http2_floods_total{kind=\"resets\"} 1");
    }
  }

  @Test
  void aStreamThatWasResetCountsUntilItsHandlerHasEnded() throws Exception {
    try (var client = client()) {
      for (int stream = 1; stream <= 2 * 100; stream += 2) {
        client.request(stream, "GET", "/slow", End.OF_STREAM);
      }
      client.flush();
      while (handled.get() < 100) {
        client.settle();
      }
      for (int stream = 1; stream <= 2 * 100; stream += 2) {
        client.frames().rstStream(stream, ErrorCode.CANCEL);
      }
      assertThat(client.get(201, "/").answer(201).reset).isEqualTo(ErrorCode.REFUSED_STREAM.code());
      go.countDown();
      while (inHand.get() > 0) {
        client.settle();
      }
    }
  }

  /** CVE-2025-8671: the client breaks each stream in a way that the server answers by a reset. */
  @ParameterizedTest
  @ValueSource(strings = {"window", "overflow", "priority", "self", "data", "length", "malformed"})
  void madeYouReset(String way) throws Exception {
    try (var client = client()) {
      for (int stream = 1; stream < 2000; stream += 2) {
        if (way.equals("malformed")) {
          client.request(stream, "GET", "no path", End.OF_STREAM);
          continue;
        }
        client.request(stream, "POST", "/slow", End.NOT_YET, "content-length", "1");
        switch (way) {
          case "window" -> client.raw(8, 0, stream, new byte[4]);
          case "overflow" -> client.frames().windowUpdate(stream, Integer.MAX_VALUE);
          case "priority" -> client.raw(2, 0, stream, new byte[4]);
          case "self" ->
              client.raw(2, 0, stream, new byte[] {0, 0, (byte) (stream >> 8), (byte) stream, 1});
          case "length" -> client.data(stream, "longer", End.OF_STREAM);
          default -> {
            client.data(stream, "x", End.OF_STREAM);
            client.data(stream, "x", End.OF_STREAM);
          }
        }
      }
      flush(client);
      assertThat(client.goAway().orElseThrow().code())
          .isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.code());
      go.countDown();
      client.awaitClose();
      assertThat(most).hasValueLessThanOrEqualTo(100);
      assertThat(metrics.scrape()).contains("l7_http2_floods_total{kind=\"resets\"} 1");
    }
  }

  @Test
  @Spec("RFC 9113 §10.5.1")
  void continuationFlood() throws Exception {
    try (var client = client()) {
      client.raw(1, 0, 1, client.block(":method", "GET"));
      for (int i = 0; i < 1000; i++) {
        client.raw(9, 0, 1, client.block("x-" + i, "y".repeat(50)));
      }
      flush(client);
      assertCalmed(client, "field-block");
    }
  }

  @Test
  void emptyContinuationFlood() throws Exception {
    try (var client = client()) {
      client.raw(1, 0, 1, new byte[0]);
      for (int i = 0; i < 1000; i++) {
        client.raw(9, 0, 1, new byte[0]);
      }
      flush(client);
      assertCalmed(client, "field-block");
    }
  }

  @Test
  @Spec("RFC 9113 §10.5.1")
  void aBombOfFieldsIs431AndTheConnectionGoesOn() throws Exception {
    try (var client = client()) {
      client.get(1, "/", "x-bomb", "b".repeat(3000)).answer(1);
      byte[] head = client.block(":method", "GET", ":scheme", "http", ":path", "/");
      byte[] bomb = new byte[16_000];
      System.arraycopy(head, 0, bomb, 0, head.length);
      java.util.Arrays.fill(bomb, head.length, bomb.length, (byte) 0xbe);
      client.raw(1, 5, 3, bomb).flush();
      assertThat(client.answer(3).status).isEqualTo(431);
      assertThat(client.get(5, "/").answer(5).status).isEqualTo(200);
    }
  }

  @Test
  void settingsFlood() throws Exception {
    try (var client = client()) {
      for (int i = 0; i < 3000; i++) {
        client.raw(4, 0, 0, new byte[] {0, 4, 0, 0, (byte) (i >> 8), (byte) i});
      }
      flush(client);
      assertCalmed(client, "control-frames");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 6, 16, 99})
  void floodsOfPingsPrioritiesAndWhatIsUnknown(int type) throws Exception {
    try (var client = client()) {
      for (int i = 0; i < 3000; i++) {
        client.raw(
            type, 0, type == 2 ? 7 : 0, type == 2 ? new byte[] {0, 0, 0, 9, 1} : octets(type));
      }
      flush(client);
      assertCalmed(client, "control-frames");
    }
  }

  private static byte[] octets(int type) {
    return type == 16 ? new byte[] {0, 0, 0, 1} : new byte[8];
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8})
  void emptyContentWithAndWithoutPadding(int flags) throws Exception {
    try (var client = client()) {
      client.request(1, "POST", "/slow", End.NOT_YET);
      for (int i = 0; i < 1000; i++) {
        client.raw(0, flags, 1, flags == 0 ? new byte[0] : new byte[] {3, 0, 0, 0});
      }
      flush(client);
      assertThat(client.goAway().orElseThrow().code())
          .isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.code());
      go.countDown();
      client.awaitClose();
      assertThat(metrics.scrape()).contains("l7_http2_floods_total{kind=\"empty-frames\"} 1");
    }
  }

  @Test
  void windowsThatOpenByOneOctet() throws Exception {
    try (var client = client(PeerSettings.INITIAL_WINDOW_SIZE, 0).holdingWindows()) {
      client.get(1, "/");
      for (int i = 0; i < 20_000; i++) {
        client.frames().windowUpdate(1, 1);
      }
      flush(client);
      assertCalmed(client, "window-updates");
    }
  }

  @Test
  void repliesThatNobodyReadsFillNoMemory() throws Exception {
    serveAgain(HttpLimits.DEFAULTS.withWriteTime(Duration.ofMillis(300)));
    try (var client = client(PeerSettings.INITIAL_WINDOW_SIZE, Integer.MAX_VALUE)) {
      client.frames().windowUpdate(0, 1 << 30);
      for (int stream = 1; stream < 200; stream += 2) {
        client.request(stream, "GET", "/", End.OF_STREAM);
      }
      client.flush();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (!metrics.scrape().contains("l7_http_connections 0")
          || !metrics.scrape().contains("l7_http2_streams_total 100")) {
        assertThat(System.nanoTime()).as("it is still held").isLessThan(end);
        java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
      }
    }
  }

  private void serveAgain(HttpLimits limits) throws IOException {
    server.close();
    serve(limits);
  }

  @Test
  void aClientThatSaysNothingOrHalfAFrameIsCut() throws Exception {
    serveAgain(
        HttpLimits.DEFAULTS
            .withHeadTime(Duration.ofMillis(200))
            .withIdleTime(Duration.ofMillis(400)));
    try (var silent = client();
        var half = client()) {
      half.raw(1, 0, 1, half.block(":method", "GET")).flush();
      assertThat(silent.goAway().orElseThrow().code()).isEqualTo(ErrorCode.NO_ERROR.code());
      silent.awaitClose();
      half.awaitClose();
    }
  }
}
