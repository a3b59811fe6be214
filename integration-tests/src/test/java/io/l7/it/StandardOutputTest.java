package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What becomes of a command whose results nobody takes. */
class StandardOutputTest {
  @Test
  void aResultThatCouldNotBeWrittenIsNoSuccess() throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/full")), "this system has no /dev/full");
    try (var full = L7Process.inShell("l7 > /dev/full", "--version")) {
      assertThat(full.status()).isEqualTo(1);
      assertThat(full.errors()).singleElement().asString().startsWith("l7: standard output: ");
    }
  }

  @Test
  void aTransferEndsWithItsReader() throws Exception {
    var endless =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    endless.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (var body = exchange.getResponseBody()) {
            while (true) {
              body.write(new byte[1 << 16]);
            }
          } catch (IOException _) {
            // the reader is gone
          }
        });
    endless.start();
    var url = "http://127.0.0.1:" + endless.getAddress().getPort() + "/";
    try (var get = L7Process.inShell("(l7; echo $? >&2) | head -c 1", "http", "get", url)) {
      assertThat(get.status()).isZero();
      assertThat(get.errors()).containsExactly("1");
    } finally {
      endless.stop(0);
    }
  }
}
