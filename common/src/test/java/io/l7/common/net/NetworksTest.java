package io.l7.common.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.framing.LineEnds;
import io.l7.common.framing.WireException.Draining;
import io.l7.common.link.Impairment;
import io.l7.common.link.LinkedNetwork;
import io.l7.common.link.Links;
import io.l7.common.link.Wire;
import io.l7.common.time.Scheduler;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every network must behave as sockets do, as far as servers and clients can tell. */
class NetworksTest {
  private static final Endpoint ANY = Endpoint.parse("127.0.0.1:0");

  static Stream<Arguments> networks() throws IOException {
    var links = new Links(Scheduler.real(), 1);
    var memory = new MemoryNetwork();
    return Stream.of(
        Arguments.of("real", Network.real()),
        Arguments.of("memory", memory),
        Arguments.of(
            "linked", new LinkedNetwork(Network.real(), InetAddress.ofLiteral("127.0.0.1"), links)),
        Arguments.of(
            "linked memory",
            new LinkedNetwork(new MemoryNetwork(), InetAddress.ofLiteral("127.0.0.1"), links)));
  }

  private static void echo(Connection connection) throws IOException {
    try {
      while (connection.awaitInput()) {
        connection.out().line("said " + connection.in().line(100, LineEnds.STRICT).orElseThrow());
      }
    } catch (Draining e) {
      connection.out().line("421 going");
    }
  }

  private static String ask(Connection connection, String line) throws IOException {
    connection.out().line(line);
    connection.out().flush();
    return connection.in().line(200, LineEnds.STRICT).orElseThrow().latin1();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void aDialogueUnderTlsSurvivesADrain(String name, Network network) throws Exception {
    var identity = TlsIdentity.selfSigned("localhost");
    try (var server =
            TcpServer.named("echo")
                .network(network)
                .listen(Listener.tls(ANY, identity))
                .start(NetworksTest::echo);
        var client = Dialer.over(network).dial(server.address())) {
      client.startTls(TlsTrust.of(identity.certificates()), "localhost");
      assertThat(ask(client, "hello")).isEqualTo("said hello");
      var drained = CompletableFuture.runAsync(() -> server.drain(Duration.ofSeconds(20)));
      assertThat(client.in().line(200, LineEnds.STRICT).orElseThrow().latin1())
          .isEqualTo("421 going");
      client.close();
      drained.get(20, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void muchDataComesWholeAndInOrder(String name, Network network) throws Exception {
    int size = 3_000_000;
    try (var server =
            TcpServer.named("bulk")
                .network(network)
                .listen(Listener.tcp(ANY))
                .start(
                    connection -> {
                      for (int i = 0; i < size / 4; i++) connection.out().int32(i);
                    });
        var client = Dialer.over(network).dial(server.address())) {
      var received = new byte[size];
      client.in().readFully(received);
      for (int i = 0; i < size / 4; i++) {
        int value = java.nio.ByteBuffer.wrap(received).getInt(i * 4);
        assertThat(value).isEqualTo(i);
      }
      assertThat(client.in().read()).isEqualTo(-1);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void datagramsAreAnswered(String name, Network network) throws Exception {
    try (var server =
            UdpServer.named("echo")
                .network(network)
                .bind(ANY)
                .receivers(2)
                .start(d -> d.reply(d.data(), 0, d.length()));
        var port = network.bind(new InetSocketAddress("127.0.0.1", 0))) {
      port.send(new byte[] {1, 2, 3}, 0, 3, server.address());
      var answer = new byte[100];
      var received = port.receive(answer);
      assertThat(received.length()).isEqualTo(3);
      assertThat(received.from()).isEqualTo(server.address());
      assertThat(answer[2]).isEqualTo((byte) 3);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void nobodyListeningIsAConnectionRefused(String name, Network network) throws Exception {
    InetSocketAddress closed;
    try (var acceptor = network.listen(new InetSocketAddress("127.0.0.1", 0))) {
      closed = acceptor.address();
    }
    // However long one would wait: a socket counts in an int of milliseconds.
    var patient = Dialer.over(network).connectTimeout(Duration.ofDays(100));
    assertThatThrownBy(() -> patient.dial(closed)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> Dialer.over(network).dial(closed))
        .isInstanceOf(java.net.ConnectException.class);
  }

  @Test
  void aLinkHoldsItsRateOverAllConnectionsAndItsDelay() throws Exception {
    var host = InetAddress.ofLiteral("127.0.0.1");
    var links = new Links(Scheduler.real(), 1);
    links.up(host).impairment(Impairment.NONE.rate(1_000_000));
    links.path(host, host).impairment(Impairment.NONE.delay(Duration.ofMillis(30)));
    var network = new LinkedNetwork(Network.real(), host, links);
    try (var server =
        TcpServer.named("bulk")
            .network(network)
            .listen(Listener.tcp(ANY))
            .start(c -> c.out().write(new byte[100_000]))) {
      long start = System.nanoTime();
      var both =
          Stream.of(1, 2)
              .map(
                  i ->
                      CompletableFuture.runAsync(
                          () -> {
                            try (var client = Dialer.over(network).dial(server.address())) {
                              client.in().readFully(new byte[100_000]);
                            } catch (IOException e) {
                              throw new java.io.UncheckedIOException(e);
                            }
                          },
                          task -> Thread.ofVirtual().start(task)))
              .toList();
      for (var one : both) one.get(20, TimeUnit.SECONDS);
      double seconds = (System.nanoTime() - start) / 1e9;
      // 200 kB at 1 MB/s, two delays to connect and one for the data: 0.29 s; more when the machine
      // is busy
      assertThat(seconds).isBetween(0.28, 5.0);
    }
  }

  @Test
  void aLinkThatIsCutLetsNothingThroughUntilItIsMended() throws Exception {
    var host = InetAddress.ofLiteral("127.0.0.1");
    var links = new Links(Scheduler.real(), 1);
    var network = new LinkedNetwork(Network.real(), host, links);
    try (var server =
            TcpServer.named("echo")
                .network(network)
                .listen(Listener.tcp(ANY))
                .start(NetworksTest::echo);
        var client =
            Dialer.over(network).connectTimeout(Duration.ofMillis(200)).dial(server.address())) {
      ask(client, "one");
      links.cut(host, host, Wire.State.CUT);
      assertThatThrownBy(
              () ->
                  Dialer.over(network).connectTimeout(Duration.ofMillis(50)).dial(server.address()))
          .isInstanceOf(java.net.SocketTimeoutException.class);
      client.out().line("two");
      client.out().flush();
      client.readTimeout(Duration.ofMillis(100));
      assertThatThrownBy(() -> client.in().read()).hasMessageContaining("timed out");
      client.readTimeout(Duration.ZERO);
      links.cut(host, host, Wire.State.WHOLE);
      assertThat(client.in().line(200, LineEnds.STRICT).orElseThrow().latin1())
          .isEqualTo("said two");
    }
  }

  @Test
  void whoConnectsWhileAListenerClosesIsRefusedOrCutAndNeverLeftWaiting() throws Exception {
    var memory = new MemoryNetwork();
    var address = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 25);
    for (int i = 0; i < 2_000; i++) {
      var acceptor = memory.listen(address);
      var closing = Thread.ofPlatform().start(() -> closeQuietly(acceptor));
      try (var socket = memory.connect(Optional.empty(), address, Duration.ofSeconds(1))) {
        socket.setSoTimeout(5_000);
        assertThat(socket.getInputStream().read()).as("round %s", i).isEqualTo(-1);
      } catch (ConnectException e) {
        // refused: it was closed before
      }
      closing.join();
    }
  }

  private static void closeQuietly(Network.Acceptor acceptor) {
    try {
      acceptor.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
