package io.l7.common.net;

import io.l7.common.framing.LineEnds;
import io.l7.common.metrics.Metrics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Shows {@code /metrics} to Prometheus and {@code /healthz} to whoever asks: one request a
 * connection, HTTP/1.1 as far as that takes. A server of web sites lives in the http module, not
 * here.
 */
public final class MetricsServer implements AutoCloseable {
  private static final int MAX_LINE = 8 * 1024;
  private static final int MAX_LINES = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final TcpServer server;
  private final Metrics metrics;
  private final BooleanSupplier healthy;

  private MetricsServer(Endpoint endpoint, Metrics metrics, BooleanSupplier healthy)
      throws IOException {
    this.metrics = metrics;
    this.healthy = healthy;
    this.server =
        TcpServer.named("metrics")
            .listen(Listener.tcp(endpoint))
            .limits(ConnectionLimits.defaults().connections(64))
            .start(this::serve);
  }

  /** Starts on {@code endpoint}; {@code /healthz} is 200 while {@code healthy}, else 503. */
  public static MetricsServer start(Endpoint endpoint, Metrics metrics, BooleanSupplier healthy)
      throws IOException {
    return new MetricsServer(endpoint, metrics, healthy);
  }

  /** The address it listens on. */
  public InetSocketAddress address() {
    return server.address();
  }

  private void serve(Connection connection) throws IOException {
    connection.deadline(PATIENCE, "request");
    var in = connection.in();
    var first = in.line(MAX_LINE, LineEnds.LENIENT);
    if (first.isEmpty()) return;
    for (int i = 0; i < MAX_LINES; i++) {
      var field = in.line(MAX_LINE, LineEnds.LENIENT);
      if (field.isEmpty() || field.get().length() == 0) break;
    }
    var request = first.get().latin1();
    if (request.startsWith("GET /metrics ")) {
      answer(connection, "200 OK", "text/plain; version=0.0.4; charset=utf-8", metrics.scrape());
    } else if (request.startsWith("GET /healthz ")) {
      boolean fine = healthy.getAsBoolean();
      answer(
          connection,
          fine ? "200 OK" : "503 Service Unavailable",
          "text/plain",
          fine ? "ok\n" : "not ready\n");
    } else {
      answer(connection, "404 Not Found", "text/plain", "/metrics and /healthz are here\n");
    }
  }

  private static void answer(Connection connection, String status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    var out = connection.out();
    out.line("HTTP/1.1 " + status);
    out.line("Content-Type: " + type);
    out.line("Content-Length: " + body.length);
    out.line("Connection: close");
    out.line("");
    out.write(body);
  }

  @Override
  public void close() {
    server.close();
  }
}
