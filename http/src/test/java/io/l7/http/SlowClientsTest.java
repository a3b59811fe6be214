package io.l7.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.ConnectionLimits;
import io.l7.common.net.Endpoint;
import io.l7.http.files.StaticFiles;
import io.l7.http.message.Body;
import io.l7.http.message.Handler;
import io.l7.http.message.Response;
import io.l7.http.testkit.RawClient;
import io.l7.http.wire.HttpLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that send or read a byte now and then, many at once. "benchmarks/run slow" does the same
 * with 2,000 of them against the program.
 */
class SlowClientsTest {
  private static final int EACH = 100;
  private static final int PROBES = 200;
  private static final int SMALL_ONES = 20_000;

  @TempDir private Path folder;

  @Test
  @Timeout(60)
  void slowHeadsBodiesAndReadersDoNotHoldUpTheOthers() throws Exception {
    Files.writeString(folder.resolve("index.html"), "home");
    try (var big = new RandomAccessFile(folder.resolve("big").toFile(), "rw")) {
      big.setLength(32L << 20);
    }
    var slow = new ArrayList<Socket>();
    try (var server =
        HttpServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"))
            .connections(ConnectionLimits.defaults())
            .handler(StaticFiles.of(folder).build())
            .start()) {
      for (int i = 0; i < EACH; i++) {
        slow.add(say(server, i, "GET / HTTP/1.1\r\nHo"));
        slow.add(say(server, i, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nx"));
        slow.add(say(server, i, "GET /big HTTP/1.1\r\nHost: a\r\n\r\n"));
      }
      long[] nanos = new long[PROBES];
      try (var probe = new RawClient(server.address())) {
        for (int i = 0; i < PROBES; i++) {
          drip(slow.get(i % slow.size()), i);
          long began = System.nanoTime();
          assertThat(probe.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer().body())
              .isEqualTo("home");
          nanos[i] = System.nanoTime() - began;
        }
      }
      Arrays.sort(nanos);
      assertThat(Duration.ofNanos(nanos[PROBES * 99 / 100 - 1]))
          .as("99 of 100 probes")
          .isLessThan(Duration.ofMillis(100));
    } finally {
      for (Socket each : slow) {
        each.close();
      }
    }
  }

  private static void drip(Socket socket, int i) throws IOException {
    if (i % 3 != 2) { // those that read do not write
      socket.getOutputStream().write('s');
    }
  }

  private static Socket say(HttpServer server, int i, String octets) throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.1." + (1 + i)), 0));
    socket.connect(server.address());
    socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
    return socket;
  }

  @Test
  @Timeout(60)
  void aReaderThatTakesNothingIsCutAndItsFileClosed() throws Exception {
    try (var big = new RandomAccessFile(folder.resolve("big").toFile(), "rw")) {
      big.setLength(64L << 20);
    }
    try (var server =
            HttpServer.builder()
                .listen(Endpoint.parse("127.0.0.1:0"))
                .limits(HttpLimits.DEFAULTS.withWriteTime(Duration.ofMillis(300)))
                .handler(StaticFiles.of(folder).build())
                .start();
        var reader = new RawClient(server.address())) {
      reader.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
      List<Path> open = openBig();
      while (open.isEmpty()) {
        open = openBig();
      }
      while (!open.isEmpty()) { // until the time out: the test's own limit ends it
        open = openBig();
      }
      assertThat((long) reader.rest().length()).isLessThan(64L << 20);
    }
  }

  @Test
  @Timeout(60)
  void aReaderThatTakesNothingIsCutWhateverTheContentComesFrom() throws Exception {
    var metrics = new Metrics();
    var content = new byte[32 << 20];
    var small = Body.of(new byte[2 * content.length / SMALL_ONES]);
    Handler handler =
        request ->
            switch (request.path()) {
              case "/memory" -> Response.ok("a/b", Body.of(content));
              case "/small" -> Response.ok("a/b", small);
              case "/stream" -> Response.ok("a/b", Body.of(new ByteArrayInputStream(content)));
              default -> Response.stream("a/b", out -> out.write(content));
            };
    try (var server =
            HttpServer.builder()
                .listen(Endpoint.parse("127.0.0.1:0"))
                .limits(HttpLimits.DEFAULTS.withWriteTime(Duration.ofMillis(300)))
                .metrics(metrics)
                .handler(handler)
                .start();
        var memory = new RawClient(server.address());
        var stream = new RawClient(server.address());
        var written = new RawClient(server.address());
        var pipelined = new RawClient(server.address())) {
      memory.send("GET /memory HTTP/1.1\r\nHost: a\r\n\r\n");
      stream.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
      written.send("GET /written HTTP/1.1\r\nHost: a\r\n\r\n");
      pipelined.send("GET /small HTTP/1.1\r\nHost: a\r\n\r\n".repeat(SMALL_ONES));
      awaitConnections(metrics, 4);
      awaitConnections(metrics, 0);
      for (var reader : List.of(memory, stream, written, pipelined)) {
        assertThat(reader.rest().length()).isLessThan(content.length);
      }
    }
  }

  private static void awaitConnections(Metrics metrics, int count) {
    long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!metrics.scrape().contains("l7_http_connections " + count + ".0")) {
      assertThat(System.nanoTime()).as("waiting for %d connections", count).isLessThan(until);
      LockSupport.parkNanos(10_000_000);
    }
  }

  /** The descriptors of this process that are the big file, where the system tells. */
  private List<Path> openBig() throws IOException {
    var found = new ArrayList<Path>();
    try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path each : descriptors) {
        try {
          if (Files.readSymbolicLink(each).equals(folder.resolve("big").toRealPath())) {
            found.add(each);
          }
        } catch (IOException _) {
          // Closed meanwhile.
        }
      }
    }
    return found;
  }
}
