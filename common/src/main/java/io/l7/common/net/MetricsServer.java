package io.l7.common.net;

import io.l7.common.framing.LineEnds;
import io.l7.common.framing.WireWriter;
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

  /** One answer, which has no more to it than this. */
  private record Answer(String status, String type, String text) {
    static Answer plain(String status, String text) {
      return new Answer(status, "text/plain", text);
    }

    /** Also to HEAD, which is told the length of what it does not get. */
    void write(WireWriter out, String method) throws IOException {
      byte[] content = text.getBytes(StandardCharsets.UTF_8);
      out.line("HTTP/1.1 " + status);
      out.line("Content-Type: " + type);
      out.line("Content-Length: " + content.length);
      if (status.startsWith("405 ")) out.line("Allow: GET, HEAD");
      out.line("Connection: close");
      out.line("");
      if (!method.equals("HEAD")) out.write(content);
    }
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
    var request = first.get().latin1().split(" ", 3);
    var answer =
        request.length == 3
            ? answer(request[0], request[1])
            : Answer.plain("400 Bad Request", "a request line is wanted\n");
    answer.write(connection.out(), request[0]);
  }

  private Answer answer(String method, String target) {
    int query = target.indexOf('?');
    var path = query < 0 ? target : target.substring(0, query);
    if (!path.equals("/metrics") && !path.equals("/healthz"))
      return Answer.plain("404 Not Found", "/metrics and /healthz are here\n");
    if (!method.equals("GET") && !method.equals("HEAD"))
      return Answer.plain("405 Method Not Allowed", "nothing is changed here\n");
    if (path.equals("/metrics"))
      return new Answer("200 OK", "text/plain; version=0.0.4; charset=utf-8", metrics.scrape());
    return healthy.getAsBoolean()
        ? Answer.plain("200 OK", "ok\n")
        : Answer.plain("503 Service Unavailable", "not ready\n");
  }

  @Override
  public void close() {
    server.close();
  }
}
