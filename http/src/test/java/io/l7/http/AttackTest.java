package io.l7.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.http.files.StaticFiles;
import io.l7.http.message.Handler;
import io.l7.http.message.Response;
import io.l7.http.testkit.RawClient;
import io.l7.http.wire.HttpLimits;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What attackers send, family by family, and the answer it gets: one, then a close, never a second
 * reading of the same bytes.
 */
class AttackTest {
  private static final String HEAD = "POST / HTTP/1.1\r\nHost: a\r\n";
  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

  private final AtomicInteger handled = new AtomicInteger();
  private final List<HttpServer> servers = new ArrayList<>();

  @TempDir private Path folder;

  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    Handler echo =
        request -> {
          handled.incrementAndGet();
          return Response.text(request.body().text(1 << 20));
        };
    server = start(echo, HttpLimits.DEFAULTS);
  }

  private HttpServer start(Handler handler, HttpLimits limits) throws IOException {
    var started =
        HttpServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"))
            .handler(handler)
            .limits(limits)
            .start();
    servers.add(started);
    return started;
  }

  @AfterEach
  void stop() {
    servers.forEach(HttpServer::close);
  }

  /** The whole reply to bytes after which the server must close. */
  private String refused(String bytes) throws IOException {
    try (var client = new RawClient(server.address())) {
      return client.send(bytes).rest();
    }
  }

  private static int answers(String reply) {
    return reply.split("HTTP/1\\.1 ", -1).length - 1;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 30\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: identity\r\n\r\n",
        "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked;x=y\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding:\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
        "Content-Length: +5\r\n\r\nhello",
        "Content-Length: -0\r\n\r\n",
        "Content-Length: 5, 5\r\n\r\nhello",
        "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "Content-Length: 0x5\r\n\r\nhello",
        "Content-Length: 1_0\r\n\r\nhello",
        "Content-Length: 99999999999999999999\r\n\r\n",
        "Content-Length: 1 0\r\n\r\nhello",
        "Content-Length: \u00b25\r\n\r\nhello"
      })
  @Spec("RFC 9112 §6.3")
  void unclearFramingIsRefusedAndWhatFollowsIsNeverARequest(String rest) throws Exception {
    String reply = refused(HEAD + rest + SMUGGLED);
    assertThat(reply).startsWith("HTTP/1.1 400 ");
    assertThat(answers(reply)).isEqualTo(1);
    assertThat(handled).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5 \r\nhello",
        "0x5\r\nhello",
        "-1\r\n",
        "0_2e\r\n",
        "FFFFFFFFFFFFFFFFF\r\n",
        "5;\r\nhello",
        "5;a\nb\r\nhello",
        "5;a\rb\r\nhello",
        "5\r\nhello0\r\n",
        "5\nhello\r\n",
        "\r\n",
        "5;a=\r\nhello"
      })
  @Spec("RFC 9112 §7.1")
  void aMalformedChunkIsRefusedAndWhatFollowsIsNeverARequest(String chunk) throws Exception {
    String reply =
        refused(HEAD + "Transfer-Encoding: chunked\r\n\r\n" + chunk + "\r\n0\r\n\r\n" + SMUGGLED);
    assertThat(reply).startsWith("HTTP/1.1 400 ");
    assertThat(answers(reply)).isEqualTo(1);
  }

  @Test
  void chunkExtensionsAreBoundedInAll() throws Exception {
    String chunk = "1;x=" + "y".repeat(1000) + "\r\na\r\n";
    String reply =
        refused(HEAD + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(17) + "0\r\n\r\n");
    assertThat(reply).startsWith("HTTP/1.1 400 ").contains("chunk-extensions-too-large");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 5", "Transfer-Encoding: chunked", "Host: b"})
  @Spec("RFC 9110 §6.5.1")
  void aTrailerThatFramesOrRoutesIsRefused(String trailer) throws Exception {
    String reply =
        refused(
            HEAD
                + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
                + trailer
                + "\r\n\r\n"
                + SMUGGLED);
    assertThat(reply).startsWith("HTTP/1.1 400 ");
    assertThat(answers(reply)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\u0000b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: a\u007fb\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n",
            "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"
      })
  @Spec("RFC 9112 §2.2")
  void oddLineEndsAndControlsAreRefused(String request) throws Exception {
    String reply = refused(request);
    assertThat(reply).startsWith("HTTP/1.1 400 ");
    assertThat(answers(reply)).isEqualTo(1);
    assertThat(handled).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Host: a\r\nHost: a\r\n",
        "Host: a, b\r\n",
        "Host:\r\n",
        "Host: u@a\r\n",
        "Host: a/b\r\n",
        "Host: a b\r\n",
        "Host: a:x\r\n",
        "Host: a:99999\r\n",
        "Host: [::1\r\n"
      })
  @Spec("RFC 9112 §3.2")
  void aRequestWithoutExactlyOneHostIsRefused(String lines) throws Exception {
    assertThat(refused("GET / HTTP/1.1\r\n" + lines + "\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(handled).hasValue(0);
  }

  @Test
  @Spec("RFC 6585 §5")
  void bombsOfFieldsAndLongTargetsAreRefused() throws Exception {
    assertThat(refused("GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(101) + "\r\n"))
        .startsWith("HTTP/1.1 431 ");
    assertThat(refused("GET / HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(33_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431 ");
    assertThat(refused("GET /" + "y".repeat(8192) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
        .startsWith("HTTP/1.1 414 ");
    assertThat(
            refused(
                "GET /" + "y".repeat(7999) + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ");
    assertThat(refused("G".repeat(33) + " / HTTP/1.1\r\nHost: a\r\n\r\n"))
        .startsWith("HTTP/1.1 501 ");
    assertThat(refused("GET / HTTP/2.0\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 505 ");
  }

  @Test
  void aFileThatShrinksWhileItIsSentBreaksTheConnection() throws Exception {
    Path file = folder.resolve("big");
    try (var big = new RandomAccessFile(file.toFile(), "rw")) {
      big.setLength(64L << 20);
      var site = start(StaticFiles.of(folder).build(), HttpLimits.DEFAULTS);
      try (var client = new RawClient(site.address())) {
        client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n" + SMUGGLED);
        // The client reads nothing yet: the server is stuck in the middle of the file.
        assertThat(client.peekStatus()).isEqualTo(200);
        big.setLength(1 << 20);
        String rest = client.rest();
        assertThat((long) rest.length()).isLessThan(64L << 20);
        assertThat(rest).doesNotContain("HTTP/1.1 404");
      }
    }
  }

  @Test
  void anUnwantedBodyIsNeverReadAsARequest() throws Exception {
    Files.writeString(folder.resolve("index.html"), "home");
    var site = start(StaticFiles.of(folder).build(), HttpLimits.DEFAULTS);
    try (var client = new RawClient(site.address())) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: "
              + SMUGGLED.length()
              + "\r\n\r\n"
              + SMUGGLED
              + "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(405);
      assertThat(client.answer().body()).isEqualTo("home");
    }
  }
}
