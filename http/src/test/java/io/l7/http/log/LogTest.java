package io.l7.http.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.l7.common.framing.WireException;
import io.l7.common.json.Json;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.http.HttpServer;
import io.l7.http.message.Exchange;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.server.AccessLog;
import io.l7.http.testkit.RawClient;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;

class LogTest {
  private static String logged(LogFormat format, String request) throws Exception {
    var lines = new StringWriter();
    try (var log = new LogWriter(format, lines);
        var server =
            HttpServer.builder()
                .listen(Endpoint.parse("127.0.0.1:0"))
                .clock(InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z")))
                .accessLog(log)
                .handler(each -> Response.text("hello"))
                .start()) {
      try (var client = new RawClient(server.address())) {
        client.send(request).rest();
      }
    }
    return lines.toString();
  }

  @Test
  void aDiskThatWasFullCostsNoLineThatComesAfter() throws Exception {
    var full = new AtomicBoolean(true);
    var tries = new Semaphore(0);
    var disk = new StringWriter();
    var out =
        new FilterWriter(disk) {
          @Override
          public void write(char[] text, int from, int count) throws IOException {
            tries.release();
            if (full.get()) {
              throw new IOException("No space left on device");
            }
            super.write(text, from, count);
          }
        };
    try (var log = new LogWriter(LogFormat.COMBINED, out);
        var server =
            HttpServer.builder()
                .listen(Endpoint.parse("127.0.0.1:0"))
                .accessLog(log)
                .handler(each -> Response.text("hello"))
                .start()) {
      get(server, "/before");
      tries.acquire();
      full.set(false);
      get(server, "/after");
    }
    assertThat(disk.toString()).contains("GET /after HTTP/1.1");
  }

  private static void get(HttpServer server, String path) throws Exception {
    try (var client = new RawClient(server.address())) {
      client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").rest();
    }
  }

  @Test
  void theCombinedFormatIsOneEscapedLine() throws Exception {
    String line =
        logged(
            LogFormat.COMBINED,
            "GET /a\"b HTTP/1.1\r\n"
                + "Host: a\r\n"
                + "Connection: close\r\n"
                + "Referer: http://x/\r\n"
                + "User-Agent: evil\"\\\u00e9\r\n\r\n");
    assertThat(line)
        .isEqualTo(
            "127.0.0.1 - - [02/Jan/2026:03:04:05 +0000] \"GET /a\\x22b HTTP/1.1\" 200 5"
                + " \"http://x/\" \"evil\\x22\\x5C\\xE9\"\n");
  }

  @Test
  void aJsonLineHasTheSameAndMore() throws Exception {
    String line =
        logged(LogFormat.JSON, "GET /a\" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    Json json = Json.parse(line.strip());
    assertThat(json.at("target").text()).isEqualTo("/a\"");
    assertThat(json.at("host").text()).isEqualTo("h");
    assertThat(json.at("status").longValue()).isEqualTo(200);
    assertThat(json.at("bytes").longValue()).isEqualTo(5);
  }

  @Test
  void aRefusedRequestIsLoggedToo() throws Exception {
    assertThat(logged(LogFormat.COMBINED, "GET /\r\n\r\n"))
        .contains("] \"- - HTTP/1.1\" 400 ")
        .doesNotContain("GET /");
  }

  @Test
  void theUserIsNamedAndWhatWasSentOfABrokenAnswerCounts() throws Exception {
    var lines = new StringWriter();
    try (var log = new LogWriter(LogFormat.COMBINED, lines);
        var server =
            HttpServer.builder()
                .accessLog(log)
                .handler(
                    request ->
                        Response.stream(
                            "text/plain",
                            out -> {
                              out.write(new byte[100_000]);
                              out.flush();
                              throw new WireException.Truncated("the content");
                            }))
                .start();
        var client = new RawClient(server.address())) {
      // "ali baba\n" and a password
      client
          .send("GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic YWxpIGJhYmEKOng=\r\n\r\n")
          .rest();
    }
    assertThat(lines.toString())
        .startsWith("127.0.0.1 - ali baba\\x0A [")
        .contains("\"GET / HTTP/1.1\" 200 100000 ");
  }

  /** Takes nothing until it is told to, as a pipe that nobody reads. */
  private static final class Stuck extends Writer {
    private final CountDownLatch open = new CountDownLatch(1);
    private final StringWriter taken = new StringWriter();

    @Override
    public void write(char[] text, int from, int count) throws IOException {
      try {
        open.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      taken.write(text, from, count);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private static AccessLog.Entry entry(String path) {
    Request request = Request.get("http://a" + path).withExchange(new Somebody());
    return new AccessLog.Entry(request, Response.text("hello"), 5, Instant.EPOCH, 1);
  }

  private record Somebody() implements Exchange {
    @Override
    public InetSocketAddress remote() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    public InetSocketAddress local() {
      return remote();
    }

    @Override
    public Optional<SSLSession> tls() {
      return Optional.empty();
    }

    @Override
    public void inform(Response interim) {}
  }

  @Test
  void aPipeThatNobodyReadsCostsLinesAndNotTheServer() throws Exception {
    var metrics = new Metrics();
    var pipe = new Stuck();
    int all = 4 * LogWriter.MOST_WAITING;
    try (var log = new LogWriter(LogFormat.COMBINED, pipe, metrics)) {
      long began = System.nanoTime();
      for (int i = 0; i < all; i++) {
        log.log(entry("/" + i));
      }
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
      pipe.open.countDown();
      while (!pipe.taken.toString().contains("/0 ")) {
        Thread.onSpinWait();
      }
      log.log(entry("/late"));
    }
    assertThat(pipe.taken.toString()).contains("GET /late ");
    long kept = pipe.taken.toString().chars().filter(c -> c == '\n').count();
    assertThat(metrics.scrape())
        .contains("l7_http_access_log_lost_total " + (all + 1 - kept))
        .doesNotContain("l7_http_access_log_lost_total 0");
  }

  @Test
  void aLogThatIsNotTakenDoesNotHoldTheEndOfTheServer() {
    var log = new LogWriter(LogFormat.COMBINED, new Stuck());
    log.log(entry("/"));
    assertTimeoutPreemptively(Duration.ofSeconds(10), log::close);
  }

  @Test
  void aLogGoesOnWithAnotherFile() throws IOException {
    var moved = new StringWriter();
    var fresh = new StringWriter();
    try (var log = new LogWriter(LogFormat.COMBINED, moved)) {
      log.log(entry("/before"));
      while (!moved.toString().contains("/before")) {
        Thread.onSpinWait();
      }
      log.switchTo(fresh);
      while (!moved.toString().isEmpty() && fresh.toString().isEmpty()) {
        log.log(entry("/after"));
      }
    }
    assertThat(moved.toString()).contains("/before");
    assertThat(fresh.toString()).contains("/after").doesNotContain("/before");
  }
}
