package io.l7.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.http.message.Body;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.testkit.RawClient;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A handler that leaves its thread interrupted means nothing for the connection. */
class InterruptedHandlerTest {
  private static final int LARGE = 20_000_000;

  private HttpServer server;
  private RawClient client;

  @BeforeEach
  void start() throws IOException {
    server =
        HttpServer.builder().listen(Endpoint.parse("127.0.0.1:0")).handler(this::handle).start();
    client = new RawClient(server.address());
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  private Response handle(Request request) throws Exception {
    return switch (request.path()) {
      case "/returns" -> {
        Thread.currentThread().interrupt();
        yield Response.text("done");
      }
      case "/large" -> {
        Thread.currentThread().interrupt();
        yield Response.ok("a/b", Body.of(new byte[LARGE]));
      }
      case "/throws" -> throw new InterruptedException("on purpose");
      case "/writes" ->
          Response.stream(
              "a/b",
              out -> {
                out.write(1);
                Thread.currentThread().interrupt();
              });
      case "/reads" -> Response.ok("a/b", Body.of(new Interrupting()));
      default -> Response.text("interrupted: " + Thread.currentThread().isInterrupted());
    };
  }

  /** Ends, and leaves who reads it interrupted. */
  private static final class Interrupting extends FilterInputStream {
    Interrupting() {
      super(InputStream.nullInputStream());
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      Thread.currentThread().interrupt();
      return super.read(into, offset, length);
    }
  }

  private RawClient.Answer get(String path) throws IOException {
    return client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").answer();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/returns", "/throws", "/writes", "/reads"})
  void theNextRequestIsAnsweredOnTheSameConnection(String path) throws Exception {
    assertThat(get(path).status()).isEqualTo(path.equals("/throws") ? 500 : 200);
    assertThat(get("/").body()).isEqualTo("interrupted: false");
  }

  @Test
  void aLargeAnswerIsSentWhole() throws Exception {
    assertThat(get("/large").body()).hasSize(LARGE);
    assertThat(get("/").body()).isEqualTo("interrupted: false");
  }
}
