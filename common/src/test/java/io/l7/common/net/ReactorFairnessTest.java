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
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Sessions that keep the only processor busy leave turns to others. */
class ReactorFairnessTest {
  @Test
  void newcomersHaveTheirTurnBesideABusyCrowd() throws Exception {
    OneCarrier.run(Newcomers.class);
  }

  @Test
  void newcomersHaveTheirTurnBesideAPeerThatIsAlwaysReady() throws Exception {
    OneCarrier.run(BesideADownload.class);
  }

  /** A peer that reads faster than the session writes, so that this one never waits. */
  static final class BesideADownload {
    private static final int NEWCOMERS = 20;
    private static final long WORK_NANOS = Duration.ofMillis(1).toNanos();

    private BesideADownload() {}

    public static void main(String[] arguments) throws Exception {
      try (var server =
          TcpServer.named("download")
              .listen(Listener.tcp(Endpoint.parse("127.0.0.1:0")))
              .start(BesideADownload::give)) {
        var begun = new CountDownLatch(1);
        var download = Thread.ofPlatform().daemon().start(() -> read(server.address(), begun));
        begun.await();
        for (int i = 0; i < NEWCOMERS; i++) Newcomers.ask(server.address());
        System.exit(download.isAlive() ? 0 : 2);
      }
    }

    private static void read(InetSocketAddress server, CountDownLatch begun) {
      var octets = new byte[1 << 20];
      try (var client = new Socket(server.getAddress(), server.getPort())) {
        client.getOutputStream().write('d');
        while (client.getInputStream().read(octets) > 0) begun.countDown();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void give(Connection connection) throws IOException {
      if (connection.in().read() == '?') {
        connection.out().latin1("!");
        return;
      }
      while (true) {
        long end = System.nanoTime() + WORK_NANOS;
        while (System.nanoTime() - end < 0) Thread.onSpinWait();
        connection.out().write(new byte[1 << 16]);
      }
    }
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
