package io.l7.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.http.h2.ErrorCode;
import io.l7.http.h2.Frame;
import io.l7.http.h2.FrameWriter.End;
import io.l7.http.h2.PeerSettings;
import io.l7.http.message.Body;
import io.l7.http.message.Handler;
import io.l7.http.message.Response;
import io.l7.http.testkit.Http2Client;
import io.l7.http.wire.HttpLimits;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Windows in both directions: who waits, and who does not (RFC 9113 §5.2, §6.9). */
class Http2FlowTest {
  private static final int CONTENT = 200_000;

  private final Metrics metrics = new Metrics();
  private final CountDownLatch read = new CountDownLatch(1);
  private HttpServer server;

  private final Handler handler =
      request -> {
        if (request.path().equals("/late")) {
          assertThat(read.await(10, TimeUnit.SECONDS)).isTrue();
        }
        long length =
            request.path().startsWith("/size/")
                ? Long.parseLong(request.path().substring(6))
                : CONTENT;
        request.body().bytes(4 << 20);
        return Response.ok("a/b", Body.of(new byte[(int) length]));
      };

  @BeforeEach
  void serve() throws IOException {
    start(HttpLimits.DEFAULTS);
  }

  private void start(HttpLimits limits) throws IOException {
    if (server != null) {
      server.close();
    }
    server =
        HttpServer.builder()
            .metrics(metrics)
            .limits(limits)
            .listen(Endpoint.parse("127.0.0.1:0"))
            .handler(handler)
            .start();
  }

  @AfterEach
  void stop() {
    read.countDown();
    server.close();
  }

  private Http2Client client(long... settings) throws IOException {
    return Http2Client.connect(server.address(), settings);
  }

  @Test
  @Spec("RFC 9113 §5.2.1")
  void aStreamThatIsNotReadDoesNotHoldOthers() throws Exception {
    try (var client = client(PeerSettings.INITIAL_WINDOW_SIZE, 10_000).holdingWindows()) {
      client.get(1, "/").head(1);
      for (int stream = 3; stream < 13; stream += 2) {
        assertThat(client.get(stream, "/size/5000").answer(stream).body()).hasSize(5000);
      }
      assertThat(client.of(1).body()).hasSize(10_000);
      assertThat(client.of(1).ended).isFalse();
    }
  }

  @Test
  @Spec("RFC 9113 §6.9.1")
  void noMoreIsSentThanTheConnectionsWindowAndAllStreamsGoOnWithMore() throws Exception {
    try (var client = client(PeerSettings.INITIAL_WINDOW_SIZE, 1 << 20).holdingWindows()) {
      client.get(1, "/").get(3, "/");
      client.settle();
      while (client.of(1).body().length() + client.of(3).body().length() < 65_535) {
        assertThat(client.next()).isPresent();
      }
      client.settle();
      assertThat(client.of(1).body().length() + client.of(3).body().length()).isEqualTo(65_535);
      client.frames().windowUpdate(0, 1 << 20);
      client.flush();
      assertThat(client.answer(1).body()).hasSize(CONTENT);
      assertThat(client.answer(3).body()).hasSize(CONTENT);
    }
  }

  @Test
  @Spec("RFC 9113 §6.9.2")
  void aWindowMayBecomeNegativeAndIsPaidOff() throws Exception {
    try (var client = client(PeerSettings.INITIAL_WINDOW_SIZE, 1000).holdingWindows()) {
      client.get(1, "/size/3000").head(1);
      while (client.of(1).body().length() < 1000) {
        assertThat(client.next()).isPresent();
      }
      client.frames().settings(List.of(new Frame.Setting(PeerSettings.INITIAL_WINDOW_SIZE, 0)));
      client.frames().windowUpdate(1, 1000);
      client.flush();
      client.settle();
      assertThat(client.of(1).body()).as("0 - 1000 + 1000").hasSize(1000);
      client.frames().windowUpdate(1, 1);
      client.flush();
      while (client.of(1).body().length() < 1001) {
        assertThat(client.next()).isPresent();
      }
      client.frames().settings(List.of(new Frame.Setting(PeerSettings.INITIAL_WINDOW_SIZE, 4000)));
      client.flush();
      assertThat(client.answer(1).body()).hasSize(3000);
    }
  }

  @Test
  @Spec("RFC 9113 §6.9.1")
  void contentOverTheWindowEndsTheStreamOrTheConnection() throws Exception {
    try (var client = client()) {
      client.request(1, "POST", "/late", End.NOT_YET).flush();
      byte[] part = new byte[16_384];
      for (int sent = 0; sent <= 262_144; sent += part.length) {
        client.frames().data(1, part, 0, part.length, End.NOT_YET);
      }
      client.flush();
      assertThat(client.answer(1).reset).isEqualTo(ErrorCode.FLOW_CONTROL_ERROR.code());
      for (int stream = 3; stream <= 9; stream += 2) {
        client.request(stream, "POST", "/late", End.NOT_YET);
        for (int sent = 0; sent < 262_144; sent += part.length) {
          client.frames().data(stream, part, 0, part.length, End.NOT_YET);
        }
      }
      client.frames().data(9, part, 0, part.length, End.NOT_YET);
      client.flush();
      assertThat(client.goAway().orElseThrow().code())
          .isEqualTo(ErrorCode.FLOW_CONTROL_ERROR.code());
    }
  }

  @Test
  void contentThatNobodyReadsHoldsNoOtherUpload() throws Exception {
    try (var client = client()) {
      client.request(1, "POST", "/late", End.NOT_YET);
      byte[] part = new byte[16_384];
      for (int sent = 0; sent < 262_144; sent += part.length) {
        client.frames().data(1, part, 0, part.length, End.NOT_YET);
      }
      client.flush();
      client.request(3, "POST", "/size/7", End.NOT_YET);
      client.data(3, "hello", End.OF_STREAM).flush();
      assertThat(client.answer(3).body()).hasSize(7);
      read.countDown();
      client.data(1, "", End.OF_STREAM).flush();
      assertThat(client.answer(1).body()).hasSize(CONTENT);
    }
  }

  @Test
  @Spec("RFC 9113 §10.5")
  void aStreamThatStandsStillIsResetAndTheOthersLive() throws Exception {
    start(HttpLimits.DEFAULTS.withWriteTime(Duration.ofMillis(300)));
    try (var client = client(PeerSettings.INITIAL_WINDOW_SIZE, 0).holdingWindows()) {
      client.get(1, "/");
      assertThat(client.answer(1).reset).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.code());
      client.frames().settings(List.of(new Frame.Setting(PeerSettings.INITIAL_WINDOW_SIZE, 100)));
      client.flush();
      assertThat(client.get(3, "/size/100").answer(3).body()).hasSize(100);
      assertThat(metrics.scrape()).contains("l7_http2_floods_total{kind=\"stalled-reading\"} 1");
    }
  }

  @Test
  @Spec("RFC 9113 §10.5")
  void aConnectionThatStandsStillIsEnded() throws Exception {
    start(HttpLimits.DEFAULTS.withWriteTime(Duration.ofMillis(300)));
    try (var client = client(PeerSettings.INITIAL_WINDOW_SIZE, 1 << 20).holdingWindows()) {
      client.get(1, "/");
      assertThat(client.goAway().orElseThrow().code())
          .isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.code());
      client.awaitClose();
      assertThat(metrics.scrape()).contains("l7_http2_floods_total{kind=\"stalled-reading\"} 1");
    }
  }

  @Test
  void anUploadWhoseFramesNeverEndWhereReadsDoMayLast() throws Exception {
    start(HttpLimits.DEFAULTS.withHeadTime(Duration.ofMillis(300)));
    try (var client = client()) {
      client.request(1, "POST", "/size/7", End.NOT_YET).flush();
      client.data(1, "", End.NOT_YET);
      byte[] frame = {0, 0, 1, 0, 0, 0, 0, 0, 1, 'x'};
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1500);
      client.bytes(frame, 0, 5).flush();
      while (System.nanoTime() < end) {
        client.bytes(frame, 5, 5).bytes(frame, 0, 5).flush();
        java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
      }
      client.bytes(frame, 5, 5).data(1, "", End.OF_STREAM).flush();
      assertThat(client.answer(1).body()).hasSize(7);
    }
  }

  @Test
  void whatIsNotWantedYetIsNotReadYet(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("file"), new byte[200_000]);
    try (var channel = FileChannel.open(file)) {
      server.replace(request -> Response.ok("a/b", Body.of(channel, 0, 200_000)));
      try (var client = client(PeerSettings.INITIAL_WINDOW_SIZE, 0)) {
        client.get(1, "/").head(1);
        client.settle();
        Files.write(file, new byte[0]);
        client.frames().windowUpdate(1, 200_000);
        client.flush();
        assertThat(client.answer(1).reset).isEqualTo(ErrorCode.INTERNAL_ERROR.code());
        assertThat(client.of(1).body()).as("no portion waited in memory").isEmpty();
      }
    }
  }
}
