package io.l7.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import io.l7.http.HttpClient;
import io.l7.http.message.Body;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Content on its way to a server. */
class UploadTest {
  private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

  @Test
  @Spec("RFC 9110 §10.1.1")
  void contentWaitsForContinueAndIsSparedWhenRefused() throws IOException {
    var seen = new ArrayList<Integer>();
    try (var server =
            new ScriptedServer(
                c -> {
                  String line =
                      c.in().line(100, io.l7.common.framing.LineEnds.STRICT).orElseThrow().latin1();
                  while (c.in()
                          .line(1000, io.l7.common.framing.LineEnds.STRICT)
                          .orElseThrow()
                          .length()
                      > 0) {}
                  if (line.contains("/no")) {
                    seen.add(c.in().buffered());
                    c.say("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
                    c.in().read();
                  } else {
                    seen.add(c.in().buffered());
                    c.say("HTTP/1.1 100 Continue\r\n\r\n");
                    c.in().readFully(new byte[10]);
                    c.say(HELLO);
                  }
                });
        var client = HttpClient.create()) {
      Request put =
          Request.of(Method.PUT, URI.create(server.uri("/yes")))
              .with("Expect", "100-continue")
              .withBody(Body.of("0123456789"));
      assertThat(client.send(put).status().code()).isEqualTo(200);
      Request refused =
          Request.of(Method.PUT, URI.create(server.uri("/no")))
              .with("Expect", "100-continue")
              .withBody(Body.of("0123456789"));
      assertThat(client.send(refused).status().code()).isEqualTo(413);
      assertThat(seen).containsExactly(0, 0);
      assertThat(client.transport().idleConnections())
          .as("a connection with half a request is not kept")
          .isZero();
    }
  }

  @Test
  void anEarlyAnswerEndsALongUpload() throws IOException {
    try (var server =
            new ScriptedServer(
                c -> {
                  c.in().line(100, io.l7.common.framing.LineEnds.STRICT);
                  c.say("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
                  while (c.in().read() >= 0) {}
                });
        var client = HttpClient.create()) {
      var endless =
          new java.io.InputStream() {
            @Override
            public int read() {
              return 'x';
            }
          };
      Request put = Request.of(Method.PUT, URI.create(server.uri("/"))).withBody(Body.of(endless));
      assertThat(client.send(put).status().code()).isEqualTo(401);
    }
  }

  @Test
  @Spec("RFC 9112 §7.1")
  void contentOfUnknownLengthGoesOutInChunks() throws IOException {
    var got = new ByteArrayOutputStream();
    try (var server =
            new ScriptedServer(
                c -> {
                  c.request();
                  c.in().chunked(io.l7.common.framing.ChunkLimits.defaults()).transferTo(got);
                  c.say(HELLO);
                });
        var client = HttpClient.create()) {
      byte[] content = "abc".repeat(50_000).getBytes(StandardCharsets.UTF_8);
      Request put =
          Request.of(Method.PUT, URI.create(server.uri("/")))
              .withBody(Body.of(new ByteArrayInputStream(content)));
      assertThat(client.send(put).status().code()).isEqualTo(200);
      assertThat(got.toByteArray()).isEqualTo(content);
      assertThat(server.heads().getFirst())
          .contains("Transfer-Encoding: chunked")
          .doesNotContain("Content-Length");
    }
  }

  @ParameterizedTest
  @Spec("RFC 9112 §6.3")
  @ValueSource(ints = {5, 200_000})
  void contentIsNeitherLongerNorShorterThanItWasSaidToBe(int length) throws IOException {
    try (var server = ScriptedServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        var client = HttpClient.create()) {
      Request put = Request.get(server.uri("/")).withMethod(Method.PUT);
      for (int i = 0; i < 3; i++) {
        var grown = new ByteArrayInputStream(new byte[length + 7]);
        var response = client.send(put.withBody(Body.of(grown, length)));
        assertThat(response.body().text(10)).isEqualTo("ok");
      }
      assertThat(server.connections()).isEqualTo(1);
      var shrunk = new ByteArrayInputStream(new byte[length - 1]);
      assertThatThrownBy(() -> client.send(put.withBody(Body.of(shrunk, length))))
          .isInstanceOf(ClientException.BrokenOff.class)
          .hasMessageContaining("content of a request");
      assertThat(client.send(put).body().text(10)).isEqualTo("ok");
    }
  }
}
