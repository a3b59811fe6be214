package io.l7.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.http.files.StaticFiles;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bombs, odd targets and split answers over the wire. */
class RequestAttackTest {
  private static final int FILE = 10_000;

  @TempDir private Path folder;

  private final List<HttpServer> servers = new ArrayList<>();
  private HttpServer files = start(request -> Response.error(Status.NOT_FOUND));

  private HttpServer start(io.l7.http.message.Handler handler) {
    try {
      var server =
          HttpServer.builder().listen(Endpoint.parse("127.0.0.1:0")).handler(handler).start();
      servers.add(server);
      return server;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void serve() throws IOException {
    Files.write(folder.resolve("file.bin"), new byte[FILE]);
    files.replace(StaticFiles.of(folder).build());
  }

  @AfterEach
  void stop() {
    servers.forEach(HttpServer::close);
  }

  private static RawClient.Answer ask(HttpServer server, String request) throws IOException {
    try (var client = new RawClient(server.address())) {
      return client.send(request).answer();
    }
  }

  private RawClient.Answer ranged(String range) throws IOException {
    return ask(files, "GET /file.bin HTTP/1.1\r\nHost: a\r\nRange: bytes=" + range + "\r\n\r\n");
  }

  @Test
  @Spec("RFC 9110 §14.2")
  void noSetOfRangesCostsMoreThanTheFileAndAHead() throws Exception {
    var bombs =
        List.of(
            "0-" + ",0-".repeat(1500),
            "0-,".repeat(16) + "0-",
            "0-1," + "5-6,".repeat(1200) + "9-9",
            "0-9998,".repeat(15) + "1-9999",
            "-1,".repeat(500) + "-9999");
    for (String bomb : bombs) {
      RawClient.Answer answer = ranged(bomb);
      assertThat(answer.status()).isIn(200, 206);
      assertThat(answer.body().length()).isLessThanOrEqualTo(FILE + 4096);
    }
    var many = new StringBuilder("0-0");
    for (int i = 2; i < 2 * 17; i += 2) {
      many.append(',').append(i * 100).append('-').append(i * 100);
    }
    assertThat(ranged(many.toString()).status()).as("seventeen apart").isEqualTo(200);
  }

  /** Names that collide in String.hashCode: a hundred are what a request may have. */
  @Test
  @Timeout(20)
  void namesThatCollideCostNoMoreThanOthers() throws Exception {
    var colliding = new ArrayList<String>(List.of(""));
    for (int i = 0; i < 7; i++) {
      var longer = new ArrayList<String>();
      for (String name : colliding) {
        longer.add(name + "Aa");
        longer.add(name + "BB");
      }
      colliding = longer;
    }
    assertThat(colliding.stream().map(String::hashCode).distinct()).hasSize(1);
    var request = new StringBuilder("GET /file.bin HTTP/1.1\r\nHost: a\r\n");
    colliding.stream().limit(99).forEach(name -> request.append(name).append(": x\r\n"));
    request.append("\r\n");
    try (var client = new RawClient(files.address())) {
      for (int i = 0; i < 200; i++) {
        assertThat(client.send(request.toString()).answer().status()).isEqualTo(200);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET http://a/file.bin HTTP/1.1 | 200",
        "GET HTTP://a:80/file.bin HTTP/1.1 | 200",
        "GET file:///etc/passwd HTTP/1.1 | 400",
        "GET ftp://a/file.bin HTTP/1.1 | 400",
        "GET a/file.bin HTTP/1.1 | 400",
        "GET file.bin HTTP/1.1 | 400",
        "GET * HTTP/1.1 | 400",
        "OPTIONS * HTTP/1.1 | 204",
        "OPTIONS /file.bin HTTP/1.1 | 204",
        "GET /file.bin#x HTTP/1.1 | 400",
        "GET /file.bin x HTTP/1.1 | 400",
        "GET http:///file.bin HTTP/1.1 | 400",
        "GET http://u@a/file.bin HTTP/1.1 | 400",
        "CONNECT a:443 HTTP/1.1 | 405",
        "CONNECT /file.bin HTTP/1.1 | 400",
        "TRACE /file.bin HTTP/1.1 | 405",
        "TRACK /file.bin HTTP/1.1 | 501",
        "get /file.bin HTTP/1.1 | 501",
        "PUT /file.bin HTTP/1.1 | 405",
        "DELETE /file.bin HTTP/1.1 | 405"
      })
  @Spec("RFC 9112 §3.2")
  void everyFormOfTargetAndMethodHasItsOneAnswer(String line, int status) throws Exception {
    RawClient.Answer answer = ask(files, line + "\r\nHost: a\r\n\r\n");
    assertThat(answer.status()).isEqualTo(status);
    if (status == 405 || status == 204) {
      assertThat(answer.field("allow")).contains("GET");
    }
  }

  @Test
  @Spec("RFC 9112 §6.1")
  void aTransferCodingInHttp10IsRefused() throws Exception {
    try (var client = new RawClient(files.address())) {
      assertThat(
              client
                  .send(
                      "POST / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n"
                          + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                          + "GET /file.bin HTTP/1.1\r\nHost: a\r\n\r\n")
                  .rest())
          .startsWith("HTTP/1.1 400 ")
          .doesNotContain("HTTP/1.1 200");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a.example., a.example",
    "A.example:80, a.example",
    "a.example.:80, a.example",
    "a.example.:8080, a.example:8080",
    "a.example:, a.example",
    "., .",
    "[::1]:80, [::1]"
  })
  void aHostHasOneSpelling(String typed, String seen) throws Exception {
    var server = start(request -> Response.text(request.authority()));
    assertThat(ask(server, "GET / HTTP/1.1\r\nHost: " + typed + "\r\n\r\n").body()).isEqualTo(seen);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\r\nSet-Cookie: a=b", "x\ny", "x\ry", "x\u0000y", "x\r\n\r\n<html>"})
  void aValueThatWouldSplitAnAnswerNeverReachesTheWire(String value) throws Exception {
    var server = start(request -> Response.text("ok").with("X-Echo", value));
    RawClient.Answer answer = ask(server, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.fields()).doesNotContainKeys("x-echo", "set-cookie");
  }

  @Test
  void aRedirectToWhatWasAskedIsEncodedAndStaysHere() throws Exception {
    var server =
        start(request -> Response.redirect(Status.FOUND, "/go?to=" + request.query().orElse("")));
    RawClient.Answer answer =
        ask(server, "GET /?%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(answer.field(FieldNames.LOCATION)).isEqualTo("/go?to=%0d%0aSet-Cookie:%20a=b");
    var raw = start(request -> Response.redirect(Status.FOUND, "//evil.example\r\nX: y"));
    assertThat(ask(raw, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").field(FieldNames.LOCATION))
        .isEqualTo("/evil.example%0D%0AX:%20y");
    Files.createDirectory(folder.resolve("evil.example"));
    assertThat(ask(files, "GET //evil.example HTTP/1.1\r\nHost: a\r\n\r\n").status())
        .as("two slashes name nothing here")
        .isIn(400, 404);
  }
}
