package io.l7.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.MemoryNetwork;
import io.l7.http.message.Body;
import io.l7.http.message.Fields;
import io.l7.http.message.Handler;
import io.l7.http.message.Method;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.wire.HttpLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that asks and asks and reads nothing is cut, whatever is being said to it. */
class DeafClientTest {
  private static final Duration PATIENCE = Duration.ofMillis(200);
  private static final byte[] CONTENT = new byte[15 << 10];

  /** What waits in the buffer when the network takes no more: an answer, 100, or 103. */
  @ParameterizedTest
  @ValueSource(strings = {"", "Expect: 100-continue\r\n", "X-Hints: 1\r\n"})
  void isCutWhateverWaitsForIt(String field) throws Exception {
    var network = new MemoryNetwork(); // takes 64 KiB
    var metrics = new Metrics();
    Handler handler =
        request -> {
          if (request.field("X-Hints").isPresent()) {
            var hints = Fields.of("Link", "x".repeat(4000));
            request.exchange().inform(Response.of(Status.EARLY_HINTS, hints, Body.empty()));
          }
          return request.method().equals(Method.POST)
              ? Response.text(request.body().text(100))
              : Response.ok("text/plain", Body.of(CONTENT));
        };
    try (var server =
            HttpServer.builder()
                .network(network)
                .metrics(metrics)
                .limits(HttpLimits.DEFAULTS.withWriteTime(PATIENCE).withBodyRate(1, PATIENCE))
                .handler(handler)
                .start();
        var client = network.connect(Optional.empty(), server.address(), Duration.ofSeconds(1))) {
      String requests =
          "GET / HTTP/1.1\r\nHost: h\r\n\r\n".repeat(5)
              + "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n"
              + field
              + "\r\nhello";
      client.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (!metrics.scrape().contains("l7_tcp_connections_accepted_total{server=\"http\"} 1")
          || !metrics.scrape().contains("l7_http_connections 0")) {
        assertThat(System.nanoTime()).as("it is still held").isLessThan(end);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
      assertThat(client.getInputStream().readAllBytes()).hasSizeLessThan(6 * CONTENT.length);
    }
  }
}
