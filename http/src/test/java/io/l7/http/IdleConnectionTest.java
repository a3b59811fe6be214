package io.l7.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.framing.WireReader;
import io.l7.common.net.Endpoint;
import io.l7.http.message.Response;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** What a client costs that keeps its connection and says nothing. */
class IdleConnectionTest {
  private static final int CONNECTIONS = 500;
  private static final long MOST_OCTETS = 20_000;

  /** What is left to collect of others' garbage, for all connections together. */
  private static final long SETTLED_OCTETS = 10_000;

  @Test
  void anIdleConnectionCostsLessThanTwentyKilobytesOfHeap() throws IOException {
    var clients = new ArrayList<Socket>();
    try (var server =
        HttpServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"))
            .handler(request -> Response.text("hello\n"))
            .start()) {
      clients.add(answered(server)); // classes and pools first
      long before = used();
      for (int i = 0; i < CONNECTIONS; i++) clients.add(answered(server));
      long each = (used() - before) / CONNECTIONS;
      System.out.println("an idle connection, both ends of it: " + each + " octets of heap");
      assertThat(each)
          .as("at least the buffer that it reads into, or something else was measured")
          .isBetween((long) WireReader.INITIAL_CAPACITY, MOST_OCTETS);
    } finally {
      for (var client : clients) client.close();
    }
  }

  private static Socket answered(HttpServer server) throws IOException {
    var client = new Socket(server.address().getAddress(), server.address().getPort());
    client
        .getOutputStream()
        .write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    var answer = new StringBuilder();
    while (!answer.toString().endsWith("hello\n")) {
      int octet = client.getInputStream().read();
      if (octet < 0) throw new IOException("cut off after " + answer);
      answer.append((char) octet);
    }
    return client;
  }

  /** Until nothing more of what came before goes: it would be taken off the connections. */
  private static long used() {
    long last = collected();
    for (long next = collected(); last - next > SETTLED_OCTETS; next = collected()) last = next;
    return last;
  }

  private static long collected() {
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
