package io.l7.common.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.l7.common.time.Scheduler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The end of a connection over a link, over real sockets. */
class LinkSocketTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final Links links = new Links(Scheduler.real(), 1);

  private LinkSocket over(Socket raw) throws IOException {
    return new LinkSocket(raw, LOOPBACK, LOOPBACK, links);
  }

  @Test
  void aClosedSocketLetsGoOfAPeerThatDoesNotRead() throws Exception {
    try (var server = new ServerSocket(0, 1, LOOPBACK);
        var raw = new Socket(LOOPBACK, server.getLocalPort());
        var silent = server.accept()) {
      raw.setSendBufferSize(8 * 1024);
      silent.setReceiveBufferSize(8 * 1024);
      var socket = over(raw);
      var writer = Thread.ofVirtual().start(() -> fill(socket));
      while (writer.getState() != Thread.State.WAITING) LockSupport.parkNanos(1_000_000);
      socket.close();
      assertTimeoutPreemptively(
          PATIENCE,
          () -> {
            writer.join();
            while (!raw.isClosed()) LockSupport.parkNanos(1_000_000);
          });
    }
  }

  private static void fill(Socket socket) {
    try {
      var out = socket.getOutputStream();
      var octets = new byte[64 * 1024];
      while (!socket.isClosed()) out.write(octets);
    } catch (IOException e) {
      // closed by the test
    }
  }

  @Test
  void whatWasWrittenBeforeTheCloseStillArrivesOverASlowLink() throws Exception {
    links.up(LOOPBACK).impairment(Impairment.NONE.rate(100_000));
    try (var server = new ServerSocket(0, 1, LOOPBACK);
        var raw = new Socket(LOOPBACK, server.getLocalPort());
        var reader = server.accept()) {
      var socket = over(raw);
      socket.getOutputStream().write(new byte[60_000]);
      socket.close();
      assertThat(reader.getInputStream().readAllBytes()).hasSize(60_000);
    }
  }
}
