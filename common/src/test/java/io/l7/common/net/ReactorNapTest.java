package io.l7.common.net;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A reactor that waits in the kernel with the only carrier keeps it from nobody for long. */
class ReactorNapTest {
  @Test
  void aThreadStartedWhileTheOnlyCarrierNapsHasItsTurn() throws Exception {
    OneCarrier.run(Napper.class);
  }

  /** Questions that follow each other closely, a silence, and a virtual thread from elsewhere. */
  static final class Napper {
    private static final int TIMES = 5;
    private static final int LEAST_NAPS = 3;
    private static final int MOST_QUESTIONS = 200_000;

    private Napper() {}

    public static void main(String[] arguments) throws Exception {
      var server =
          TcpServer.named("napper")
              .listen(Listener.tcp(Endpoint.parse("127.0.0.1:0")))
              .start(Napper::answer);
      if (!(Reactor.shared() instanceof LinuxReactor reactor)) {
        System.out.println("not on Linux: nobody naps");
        System.exit(0);
        return;
      }
      try (var client = new Socket(server.address().getAddress(), server.address().getPort())) {
        for (int i = 0; i < TIMES; i++) {
          askUntilItNaps(client, reactor);
          long asleep = System.nanoTime() + Naps.MOST_NANOS / 4;
          while (System.nanoTime() - asleep < 0) Thread.onSpinWait();
          var turn = new CountDownLatch(1);
          Thread.ofVirtual().start(turn::countDown);
          if (!turn.await(10, TimeUnit.SECONDS)) {
            System.out.println("no turn in silence " + i);
            System.exit(1);
          }
        }
      }
      System.exit(0);
    }

    private static void askUntilItNaps(Socket client, LinuxReactor reactor) throws IOException {
      long before = reactor.naps();
      for (int asked = 0; reactor.naps() - before < LEAST_NAPS; asked++) {
        if (asked == MOST_QUESTIONS) {
          System.out.println(reactor.naps() + " naps in " + asked + " questions");
          System.exit(2);
        }
        client.getOutputStream().write('?');
        if (client.getInputStream().read() != '!') throw new IOException("no answer");
      }
    }

    private static void answer(Connection connection) throws IOException {
      while (connection.in().read() == '?') {
        connection.out().latin1("!");
        connection.out().flush();
      }
    }
  }
}
