package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that has no descriptor left for the next connection. */
class DescriptorsTest {
  private static final int DESCRIPTORS = 200;

  @TempDir private Path site;

  @Test
  void whoComesWhenNoDescriptorIsLeftWaitsAndIsServedOnceOthersHaveGone() throws Exception {
    Files.writeString(site.resolve("index.html"), "here");
    try (var server =
        L7Process.withDescriptors(
            DESCRIPTORS, "http", "serve", site.toString(), "--listen", "127.0.0.1:0")) {
      Endpoint address = server.ready("http");
      // Its classes lie in folders here, where loading one takes a descriptor: not so from jars.
      assertThat(firstLine(connected(address))).isEqualTo("HTTP/1.1 200 OK");
      List<Socket> crowd = new ArrayList<>();
      for (int i = 0; i < DESCRIPTORS + 50; i++) {
        crowd.add(connected(address));
      }
      Eventually.holds(
          "exhaustion", () -> server.errors().stream().anyMatch(DescriptorsTest::isExhaustion));
      Duration before = server.processorTime();
      Eventually.holds(
          "waiting longer each time",
          () -> server.errors().stream().filter(DescriptorsTest::isExhaustion).count() >= 4);
      // Four tries, each after twice the time of the one before: no spinning on a full table.
      assertThat(server.processorTime().minus(before)).isLessThan(Duration.ofMillis(500));
      var late = connected(address);
      for (var one : crowd) {
        one.close();
      }
      assertThat(firstLine(late)).isEqualTo("HTTP/1.1 200 OK");
    }
  }

  private static String firstLine(Socket socket) throws IOException {
    try (socket) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readNBytes(15), StandardCharsets.US_ASCII);
    }
  }

  private static boolean isExhaustion(String line) {
    return line.contains("accepting failed") && line.contains("Too many open files");
  }

  private static Socket connected(Endpoint address) throws IOException {
    return new Socket(InetAddress.ofLiteral(address.host()), address.port());
  }
}
