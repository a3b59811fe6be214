package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.l7.common.net.Endpoint;
import io.l7.http.HttpClient;
import io.l7.http.HttpServer;
import io.l7.http.message.Handler;
import io.l7.http.proxy.ReverseProxy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every family of smuggling through the proxy to a server that is not ours: what nginx logs is
 * exactly what the proxy sent, request by request.
 */
@Tag("interop")
class SmugglingThroughNginxTest {
  private static final String HIDDEN = "GET /hidden HTTP/1.1\r\nHost: h\r\nX: y\r\n\r\n";
  private static final int PATIENCE_MILLIS = 20_000;

  @TempDir private static Path folder;

  private static Process nginx;
  private static HttpClient outward;
  private static HttpServer proxy;
  private static final List<String> SENT = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    assumeThat(Files.isExecutable(Path.of("/usr/sbin/nginx"))).as("nginx is missing").isTrue();
    int port = freePort();
    Files.writeString(
        folder.resolve("nginx.conf"),
        """
        worker_processes 1; daemon off; pid %1$s/pid; error_log %1$s/error.log;
        events { worker_connections 64; }
        http {
          log_format one '$request'; access_log %1$s/access.log one;
          client_body_temp_path %1$s/b; proxy_temp_path %1$s/p; fastcgi_temp_path %1$s/f;
          uwsgi_temp_path %1$s/u; scgi_temp_path %1$s/s;
          server { listen 127.0.0.1:%2$d; keepalive_requests 100000; location / { return 200 "nginx\\n"; } }
        }
        """
            .formatted(folder, port));
    Files.createFile(folder.resolve("access.log"));
    nginx =
        new ProcessBuilder(
                "/usr/sbin/nginx",
                "-c",
                folder.resolve("nginx.conf").toString(),
                "-p",
                folder + "/")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    Eventually.holds("nginx listens", () -> listens(port));
    outward = HttpClient.create();
    Handler upstream =
        ReverseProxy.over(outward.transport())
            .upstream(URI.create("http://127.0.0.1:" + port))
            .build();
    proxy =
        HttpServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"))
            .handler(
                request -> {
                  SENT.add(request.method() + " " + request.target() + " HTTP/1.1");
                  return upstream.handle(request);
                })
            .start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (proxy != null) {
      proxy.close();
      outward.close();
      nginx.destroy();
      nginx.waitFor();
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean listens(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException _) {
      return false;
    }
  }

  private static List<String> logged() throws IOException {
    return Files.readAllLines(folder.resolve("access.log"), StandardCharsets.ISO_8859_1);
  }

  /** Says it, says that there is no more, and hears the proxy to its end. */
  private static String exchange(String octets) throws IOException {
    var answers = new ByteArrayOutputStream();
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), proxy.address().getPort())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      socket.getInputStream().transferTo(answers);
    } catch (SocketException _) {
      // Closed with octets of ours unread.
    }
    return answers.toString(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // 1: both fields
        "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n27\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG",
        // 2: Transfer-Encoding
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: identity\r\n\r\n",
        "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding:\u000cchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked;x=y\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding:\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        " Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "X: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer_Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "TRANSFER-ENCODING: Chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\u0000\r\n\r\n0\r\n\r\n",
        // 3: Content-Length
        "Content-Length: +39\r\n\r\n",
        "Content-Length: -0\r\n\r\n",
        "Content-Length: 0, 39\r\n\r\n",
        "Content-Length: 39, 39\r\n\r\n",
        "Content-Length: 0\r\nContent-Length: 39\r\n\r\n",
        "Content-Length: 39\r\nContent-Length: 0\r\n\r\n",
        "Content-Length: 0x27\r\n\r\n",
        "Content-Length: 3_9\r\n\r\n",
        "Content-Length: 99999999999999999999\r\n\r\n",
        "Content-Length: 3 9\r\n\r\n",
        "Content-Length : 39\r\n\r\n",
        "Content-Length: 39\u000b\r\n\r\n",
        "Content-Length: \u00b239\r\n\r\n",
        "Content-Length:\r\n\r\n",
        "Content-Length: 039\r\n\r\n",
        "Content_Length: 39\r\n\r\n",
        "Content-Length: 39\r\nConnection: Content-Length\r\n\r\n",
        "Connection: Transfer-Encoding, close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        // 4: chunks
        "Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n-1\r\nhello\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n0_2e\r\nhello\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5;\r\nhello\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5;a\nb\r\nhello\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5;a\rb\r\nhello\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nContent-Length: 39\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nTransfer-Encoding: x\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nX: y\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\r\n\n",
        // 5: line ends
        "X: a\nContent-Length: 39\r\n\r\n",
        "X: a\rContent-Length: 39\r\n\r\n",
        "X: a\r\r\nContent-Length: 39\r\n\r\n",
        "X: a\r\n Content-Length: 39\r\n\r\n",
        "X: a\u0000b\r\n\r\n",
        "\r\nContent-Length: 39\r\n\r\n",
        // 6: Host
        "Host: other\r\n\r\n",
        "Host: h, other\r\n\r\n",
        // 7: what a proxy passes on
        "Content-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
        "Upgrade: h27\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
        "Content-Length: 5\r\nConnection: close\r\n\r\nhello",
        "Content-Length: 5\r\n\r\nhello",
        "\r\n"
      })
  void nginxSeesWhatTheProxySentAndNothingElse(String attack) throws Exception {
    SENT.clear();
    int before = logged().size();
    String answers = exchange("POST /open HTTP/1.1\r\nHost: h\r\n" + attack + HIDDEN);
    // nginx logs at the end of a request: what the next one leaves behind it is complete.
    assertThat(exchange("GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
    Eventually.holds(
        "nginx logs the last one",
        () -> logged().size() > before && logged().getLast().startsWith("GET /last"));
    assertThat(logged().subList(before, logged().size())).containsExactlyElementsOf(SENT);
    // One answer to each request, and at most one more: the refusal that ends the connection.
    int passed = SENT.size() - 1;
    assertThat(answers.split("HTTP/1\\.1 [2-5]", -1).length - 1).isBetween(passed, passed + 1);
    if (SENT.contains("GET /hidden HTTP/1.1")) {
      assertThat(answers)
          .as("a second request is only what followed a whole first one")
          .doesNotContain("HTTP/1.1 400");
    }
  }
}
