package io.l7.benchmarks;

import io.l7.common.framing.WireReader;
import io.l7.common.net.Connection;
import io.l7.common.net.ConnectionLimits;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.common.net.TcpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The ceiling: looks for the blank line and nothing else, and always gives the same answer. What a
 * server over the same sockets and threads loses against it is what its protocol costs.
 *
 * <pre>FixedAnswer HOST:PORT OCTETS</pre>
 */
public final class FixedAnswer {
  private static final int ONE_MACHINE = 10_000;

  private FixedAnswer() {}

  /** Serves until the process is told to stop. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (var server = start(Endpoint.parse(arguments[0]), Integer.parseInt(arguments[1]))) {
      System.out.println("ready http " + Endpoint.of(server.address()));
      Thread.currentThread().join();
    }
  }

  /** Starts it with content of so many octets. */
  static TcpServer start(Endpoint endpoint, int octets) throws IOException {
    var head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: "
            + octets
            + "\r\n\r\n";
    var answer = (head + "x".repeat(octets)).getBytes(StandardCharsets.ISO_8859_1);
    return TcpServer.named("fixed")
        .listen(Listener.tcp(endpoint))
        .limits(ConnectionLimits.defaults().perAddress(ONE_MACHINE))
        .start(connection -> answer(connection, answer));
  }

  @SuppressWarnings("ThreadPriorityCheck") // as the real server does it: others first
  private static void answer(Connection connection, byte[] answer) throws IOException {
    var in = connection.in();
    while (connection.awaitInput()) {
      skipHead(in);
      connection.out().write(answer);
      if (in.buffered() == 0) {
        connection.out().flush();
        Thread.yield();
      }
    }
  }

  private static void skipHead(WireReader in) throws IOException {
    int matched = 0;
    while (matched < 4) {
      int octet = in.read();
      if (octet < 0) throw new IOException("the client left inside a head");
      boolean expected = octet == (matched % 2 == 0 ? '\r' : '\n');
      matched = expected ? matched + 1 : octet == '\r' ? 1 : 0;
    }
  }
}
