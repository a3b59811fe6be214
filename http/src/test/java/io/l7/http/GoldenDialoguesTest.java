package io.l7.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.GoldenDialogue;
import io.l7.http.files.StaticFiles;
import io.l7.http.message.Body;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.routing.Routes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each dialogue is what our server answers to its client's part, and our client says to its
 * server's.
 */
class GoldenDialoguesTest {
  @TempDir private Path folder;

  /** What our client does in a dialogue. */
  @FunctionalInterface
  private interface ClientPart {
    void play(HttpClient client, String origin) throws IOException;
  }

  private void playBothWays(String file, ClientPart part) throws IOException {
    var dialogue = GoldenDialogue.resource(GoldenDialoguesTest.class, "golden/" + file);
    try (var server = server()) {
      dialogue.playClient(server.address());
    }
    try (var peer = dialogue.playServer();
        var client = HttpClient.create()) {
      part.play(client, origin(peer.address()));
      peer.awaitEnd();
    }
  }

  private static String origin(InetSocketAddress address) {
    return "http://" + Endpoint.of(address);
  }

  private HttpServer server() throws IOException {
    var file = folder.resolve("hello.bin");
    Files.writeString(file, "Hello, world\n");
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
    var routes =
        Routes.builder()
            .post("/echo", request -> Response.ok("text/plain", Body.of(request.body().bytes(100))))
            .post("/stream", GoldenDialoguesTest::streamed)
            .mount("/", StaticFiles.of(folder).build())
            .build();
    return HttpServer.builder().listen(Endpoint.parse("127.0.0.1:0")).handler(routes).start();
  }

  private static Response streamed(Request request) throws IOException {
    var said = request.body().bytes(100);
    return Response.ok("text/plain", Body.of(new ByteArrayInputStream(said)));
  }

  private static Request post(String uri, Body content) {
    return Request.of(Method.POST, URI.create(uri)).withBody(content);
  }

  private static String text(Response response) throws IOException {
    return response.body().text(1000);
  }

  @Test
  @Spec({"RFC 9110 §9.3.1", "RFC 9110 §13.1.2", "RFC 9112 §9.3"})
  void aFileIsFetchedAndThenNotModified() throws IOException {
    playBothWays(
        "file.txt",
        (client, origin) -> {
          var first = client.send(Request.get(origin + "/hello.bin"));
          assertThat(text(first)).isEqualTo("Hello, world\n");
          var condition = first.field("ETag").orElseThrow();
          var second =
              client.send(Request.get(origin + "/hello.bin").with("If-None-Match", condition));
          assertThat(second.status()).isEqualTo(Status.NOT_MODIFIED);
          assertThat(text(second)).isEmpty();
        });
  }

  @Test
  @Spec({"RFC 9110 §14.2", "RFC 9110 §15.3.7", "RFC 9110 §15.5.17"})
  void aRangeIsAPartAndOneBeyondTheEndIsNot() throws IOException {
    playBothWays(
        "range.txt",
        (client, origin) -> {
          var part = client.send(Request.get(origin + "/hello.bin").with("Range", "bytes=7-11"));
          assertThat(part.status()).isEqualTo(Status.PARTIAL_CONTENT);
          assertThat(text(part)).isEqualTo("world");
          var beyond = client.send(Request.get(origin + "/hello.bin").with("Range", "bytes=99-"));
          assertThat(beyond.status()).isEqualTo(Status.RANGE_NOT_SATISFIABLE);
          assertThat(beyond.field("Content-Range")).contains("bytes */13");
          text(beyond);
        });
  }

  @Test
  @Spec({"RFC 9110 §9.3.2", "RFC 9110 §15.5.5"})
  void aHeadHasNoContentButItsLength() throws IOException {
    playBothWays(
        "head.txt",
        (client, origin) -> {
          var head = client.send(Request.of(Method.HEAD, URI.create(origin + "/hello.bin")));
          assertThat(head.field("Content-Length")).contains("13");
          assertThat(text(head)).isEmpty();
          var missing = client.send(Request.get(origin + "/missing"));
          assertThat(missing.status()).isEqualTo(Status.NOT_FOUND);
          text(missing);
        });
  }

  @Test
  @Spec({"RFC 9110 §9.3.3", "RFC 9112 §6.2"})
  void contentOfAKnownLengthIsCounted() throws IOException {
    playBothWays(
        "post.txt",
        (client, origin) ->
            assertThat(text(client.send(post(origin + "/echo", Body.of("ketchup")))))
                .isEqualTo("ketchup"));
  }

  @Test
  @Spec({"RFC 9112 §7.1", "RFC 9112 §6.1"})
  void contentOfUnknownLengthComesInChunksBothWays() throws IOException {
    playBothWays(
        "chunked.txt",
        (client, origin) -> {
          var content =
              Body.of(new ByteArrayInputStream("ketchup".getBytes(StandardCharsets.US_ASCII)));
          assertThat(text(client.send(post(origin + "/stream", content)))).isEqualTo("ketchup");
        });
  }

  @Test
  @Spec({"RFC 9110 §10.1.1", "RFC 9110 §15.2.1"})
  void contentWaitsForTheGoAhead() throws IOException {
    playBothWays(
        "continue.txt",
        (client, origin) ->
            assertThat(
                    text(
                        client.send(
                            post(origin + "/echo", Body.of("ketchup"))
                                .with("Expect", "100-continue"))))
                .isEqualTo("ketchup"));
  }
}
