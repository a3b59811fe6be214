package io.l7.common.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Sessions that keep the only processor busy leave turns to others. */
class ReactorFairnessTest {
  @Test
  void newcomersHaveTheirTurnBesideABusyCrowd() throws Exception {
    OneCarrier.run(Newcomers.class);
  }

  /** A crowd whose next questions are there before the last of it is answered, and newcomers. */
  static final class Newcomers {
    private static final int CROWD = 200;
    private static final int NEWCOMERS = 80;
    private static final long WORK_NANOS = Duration.ofNanos(20_000).toNanos();

    /** For all of them one after the other: a tenth of a second each is far too long. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private Newcomers() {}

    public static void main(String[] arguments) throws Exception {
      try (var server =
          TcpServer.named("fair")
              .listen(Listener.tcp(Endpoint.parse("127.0.0.1:0")))
              .start(Newcomers::answer)) {
        var crowd = Thread.ofPlatform().daemon().start(() -> crowd(server.address()));
        ask(server.address());
        long start = System.nanoTime();
        for (int i = 0; i < NEWCOMERS; i++) {
          ask(server.address());
          if (System.nanoTime() - start > PATIENCE.toNanos()) {
            System.out.println(i + " of " + NEWCOMERS + " newcomers were answered");
            System.exit(1);
          }
        }
        System.exit(crowd.isAlive() ? 0 : 2);
      }
    }

    private static void ask(InetSocketAddress server) throws IOException {
      try (var client = new Socket(server.getAddress(), server.getPort())) {
        client.setSoTimeout((int) PATIENCE.toMillis());
        client.getOutputStream().write('?');
        if (client.getInputStream().read() != '!') throw new IOException("no answer");
      }
    }

    private static void crowd(InetSocketAddress server) {
      var octet = ByteBuffer.allocate(1);
      try (var selector = Selector.open()) {
        for (int i = 0; i < CROWD; i++) {
          var channel = SocketChannel.open(server);
          channel.write(ByteBuffer.wrap(new byte[] {'?', '?'}));
          channel.configureBlocking(false);
          channel.register(selector, SelectionKey.OP_READ);
        }
        while (true) {
          selector.select(
              key -> {
                try {
                  var channel = (SocketChannel) key.channel();
                  if (channel.read(octet.clear()) > 0)
                    channel.write(octet.put(0, (byte) '?').flip());
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void answer(Connection connection) throws IOException {
      while (connection.in().read() == '?') {
        long end = System.nanoTime() + WORK_NANOS;
        while (System.nanoTime() - end < 0) Thread.onSpinWait();
        connection.out().latin1("!");
        connection.out().flush();
      }
    }
  }
}
