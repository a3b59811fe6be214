package io.l7.common.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.metrics.Metrics;
import io.l7.common.spec.Spec;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsServerTest {
  private final AtomicBoolean healthy = new AtomicBoolean(true);
  private MetricsServer server;

  @BeforeEach
  void start() throws IOException {
    var metrics = new Metrics();
    metrics.counter("eggs", "Eggs laid").add(1);
    server = MetricsServer.start(Endpoint.parse("127.0.0.1:0"), metrics, healthy::get);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String answer(String requestLine) throws IOException {
    try (var socket = new Socket(server.address().getAddress(), server.address().getPort())) {
      var request = requestLine + "\r\nHost: here\r\nUser-Agent: a test\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void showsWhatWasCounted() throws IOException {
    assertThat(answer("GET /metrics HTTP/1.1"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n")
        .containsPattern("\neggs_total 1(\\.0)?\n");
  }

  @Test
  void parametersInTheUrlChangeNothing() throws IOException {
    assertThat(answer("GET /metrics?collect[]=all HTTP/1.1")).startsWith("HTTP/1.1 200 OK\r\n");
  }

  @Test
  @Spec("RFC 9110 §9.3.2")
  void headIsGetWithoutTheContent() throws IOException {
    var whole = answer("GET /healthz HTTP/1.1");
    assertThat(answer("HEAD /healthz HTTP/1.1"))
        .isEqualTo(whole.substring(0, whole.indexOf("\r\n\r\n") + 4))
        .contains("\r\nContent-Length: 3\r\n");
  }

  @Test
  void healthIsAStatus() throws IOException {
    assertThat(answer("GET /healthz HTTP/1.1")).startsWith("HTTP/1.1 200 OK\r\n").endsWith("ok\n");
    healthy.set(false);
    assertThat(answer("GET /healthz HTTP/1.1"))
        .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
        .endsWith("not ready\n");
  }

  @Test
  @Spec("RFC 9110 §15.5.6")
  void nothingIsChangedHere() throws IOException {
    assertThat(answer("POST /metrics HTTP/1.1"))
        .startsWith("HTTP/1.1 405 Method Not Allowed\r\n")
        .contains("\r\nAllow: GET, HEAD\r\n");
  }

  @Test
  void whoAsksForSomethingElseIsToldWhatThereIs() throws IOException {
    assertThat(answer("GET / HTTP/1.1"))
        .startsWith("HTTP/1.1 404 Not Found\r\n")
        .endsWith("/metrics and /healthz are here\n");
    assertThat(answer("GET /metricsandmore HTTP/1.1")).startsWith("HTTP/1.1 404 Not Found\r\n");
  }

  @Test
  void whatIsNoRequestIsABadOne() throws IOException {
    assertThat(answer("help")).startsWith("HTTP/1.1 400 Bad Request\r\n");
  }
}
