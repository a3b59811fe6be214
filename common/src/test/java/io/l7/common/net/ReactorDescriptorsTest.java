package io.l7.common.net;

import java.io.FileInputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

/**
 * A crowd may take every descriptor in a server's first moment. What the JDK needs to let virtual
 * threads wait for sockets must be there by then: it is made at the first wait, and never again
 * when that fails.
 */
class ReactorDescriptorsTest {
  private static final int DESCRIPTORS = 100;

  @Test
  void whatSessionsWaitByIsThereBeforeAServerListens() throws Exception {
    OneCarrier.run(
        FirstMoment.class, "sh", "-c", "ulimit -n " + DESCRIPTORS + " && exec \"$0\" \"$@\"");
  }

  /** A server whose descriptors are gone before anybody has waited for a socket. */
  static final class FirstMoment {
    /** In most of which the session is back before the client has asked again, and waits. */
    private static final int ROUNDS = 100;

    private static final long BUSY_NANOS = Duration.ofMillis(500).toNanos();

    private FirstMoment() {}

    public static void main(String[] arguments) throws Exception {
      // The only carrier is busy for a while: who does not wait for the reactor is far ahead of it.
      var busy = Thread.ofVirtual().start(FirstMoment::spin);
      var files = new ArrayDeque<FileInputStream>();
      try (var server =
          TcpServer.named("first")
              .listen(Listener.tcp(Endpoint.parse("127.0.0.1:0")))
              .start(FirstMoment::answer)) {
        try {
          while (true) files.add(new FileInputStream("/dev/null"));
        } catch (IOException _) {
          // all are taken
        }
        busy.join();
        Thread.ofVirtual().start(() -> {}).join(); // the reactor had its turn before this one
        for (var file : files) file.close();
        try (var client = new Socket(server.address().getAddress(), server.address().getPort())) {
          client.setSoTimeout(10_000);
          for (int i = 0; i < ROUNDS; i++) {
            client.getOutputStream().write('?');
            if (client.getInputStream().read() != '!') System.exit(1);
          }
          System.exit(0);
        }
      }
    }

    private static void spin() {
      long end = System.nanoTime() + BUSY_NANOS;
      while (System.nanoTime() - end < 0) Thread.onSpinWait();
    }

    private static void answer(Connection connection) throws IOException {
      while (connection.in().read() == '?') {
        connection.out().latin1("!");
        connection.out().flush();
      }
    }
  }
}
