package io.l7.http.proxy;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.http.HttpClient;
import io.l7.http.HttpServer;
import io.l7.http.client.ClientTimeouts;
import io.l7.http.client.ScriptedServer;
import io.l7.http.message.Request;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;

/**
 * A proxy between a client and upstreams that say what a script tells them, each gone after its
 * test.
 */
abstract class ProxyBench {
  static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  static final int LIMIT = 1 << 20;

  final Metrics metrics = new Metrics();
  private final HttpClient outward =
      HttpClient.builder()
          .timeouts(
              ClientTimeouts.defaults()
                  .firstByte(Duration.ofMillis(500))
                  .connect(Duration.ofSeconds(2)))
          .build();
  final HttpClient client = HttpClient.builder().redirects(0).build();
  private final List<AutoCloseable> open = new ArrayList<>(List.of(outward, client));

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  ScriptedServer upstream(ScriptedServer.Script script) throws IOException {
    var server = new ScriptedServer(script);
    open.add(server);
    return server;
  }

  ScriptedServer answering(String answer) throws IOException {
    var server = ScriptedServer.answering(answer);
    open.add(server);
    return server;
  }

  HttpServer proxy(UnaryOperator<ReverseProxy.Builder> how, ScriptedServer... upstreams)
      throws IOException {
    var builder = how.apply(ReverseProxy.over(outward.transport()).metrics(metrics));
    for (ScriptedServer upstream : upstreams) {
      builder.upstream(URI.create(upstream.uri("")));
    }
    var proxy = builder.build();
    open.add(proxy);
    var server = HttpServer.builder().listen(Endpoint.parse("127.0.0.1:0")).handler(proxy).start();
    open.add(server);
    return server;
  }

  HttpServer proxy(ScriptedServer... upstreams) throws IOException {
    return proxy(b -> b, upstreams);
  }

  static Request get(HttpServer server, String path) {
    return Request.get("http://127.0.0.1:" + server.address().getPort() + path);
  }

  /** Sends octets and returns everything that comes back until the proxy closes or is silent. */
  static String raw(HttpServer server, String octets) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
      socket.setSoTimeout(700);
      socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
      var answer = new StringBuilder();
      InputStream in = socket.getInputStream();
      var buffer = new byte[8192];
      try {
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          answer.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
        }
      } catch (SocketTimeoutException _) {
        // silence ends it
      }
      return answer.toString();
    }
  }
}
