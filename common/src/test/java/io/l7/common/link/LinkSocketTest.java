package io.l7.common.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.l7.common.net.Network;
import io.l7.common.time.Scheduler;
import io.l7.common.time.VirtualTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
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
  void timeThatATestMovesCarriesWhatIsUnderWay() throws Exception {
    var time = new VirtualTime();
    var far = new Links(time, 1);
    far.up(LOOPBACK).impairment(Impairment.NONE.delay(Duration.ofHours(1)));
    try (var server = new ServerSocket(0, 1, LOOPBACK);
        var raw = new Socket(LOOPBACK, server.getLocalPort());
        var reader = server.accept()) {
      var socket = new LinkSocket(raw, LOOPBACK, LOOPBACK, far);
      socket.getOutputStream().write(7);
      reader.setSoTimeout(100);
      assertThatThrownBy(() -> reader.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      time.advance(Duration.ofHours(1));
      reader.setSoTimeout((int) PATIENCE.toMillis());
      assertThat(reader.getInputStream().read()).isEqualTo(7);
    }
  }

  @Test
  void whoeverWritesOnAfterAFailureHearsOfItEachTime() throws Exception {
    try (var server = new ServerSocket(0, 1, LOOPBACK);
        var raw = new Socket(LOOPBACK, server.getLocalPort())) {
      var socket = over(raw);
      raw.close();
      var segment = new byte[8 * 1024];
      assertTimeoutPreemptively(
          PATIENCE,
          () -> {
            for (int refused = 0; refused < 200; ) {
              try {
                socket.getOutputStream().write(segment);
              } catch (SocketException e) {
                refused++;
              }
            }
          });
    }
  }

  @Test
  void whoIsFurtherAwayThanAConnectMayTakeIsNotReached() throws Exception {
    links.up(LOOPBACK).impairment(Impairment.NONE.delay(Duration.ofMillis(300)));
    try (var server = new ServerSocket(0, 1, LOOPBACK)) {
      var network = new LinkedNetwork(Network.real(), LOOPBACK, links);
      var there = new InetSocketAddress(LOOPBACK, server.getLocalPort());
      assertThatThrownBy(() -> network.connect(Optional.empty(), there, Duration.ofMillis(50)))
          .isInstanceOf(SocketTimeoutException.class);
      network.connect(Optional.empty(), there, PATIENCE).close();
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
