package io.l7.common.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Both ways to the machine's datagrams must look the same from outside. */
@Timeout(60)
class DatagramBurstTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  static Stream<Arguments> networks() {
    return Stream.of(
            Arguments.of("bursts", RealNetwork.BURSTS),
            Arguments.of("channels", Network.channels()))
        .filter(
            arguments -> arguments.get()[1] != RealNetwork.BURSTS || LinuxSockets.isAvailable());
  }

  private static byte[] ask(Network.DatagramPort port, byte[] question, InetSocketAddress server)
      throws IOException {
    port.send(question, 0, question.length, server);
    var answer = new byte[65_535];
    var received = port.receive(answer);
    assertThat(received.from().getPort()).isEqualTo(server.getPort());
    return java.util.Arrays.copyOf(answer, received.length());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void everyDatagramOfABurstGetsItsAnswerAtItsOwnPort(String name, Network network)
      throws Exception {
    try (var server =
            UdpServer.named("echo").network(network).start(d -> d.reply(d.data(), 0, d.length()));
        var one = Network.channels().bind(ANY);
        var two = Network.channels().bind(ANY)) {
      for (int i = 0; i < 300; i++) {
        one.send(new byte[] {1, (byte) i}, 0, 2, server.address());
        two.send(new byte[] {2, (byte) i, 0}, 0, 3, server.address());
      }
      var answer = new byte[10];
      for (int i = 0; i < 300; i++) {
        assertThat(one.receive(answer).length()).isEqualTo(2);
        assertThat(answer).startsWith(1, i);
        assertThat(two.receive(answer).length()).isEqualTo(3);
        assertThat(answer).startsWith(2, i);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void addressesOfBothFamiliesAreTheSendersOwn(String name, Network network) throws Exception {
    for (String host : new String[] {"127.0.0.1", "::1"}) {
      var seen = new ArrayBlockingQueue<Boolean>(1);
      try (var server =
              UdpServer.named("echo")
                  .network(network)
                  .bind(new Endpoint(host, 0))
                  .start(
                      d -> {
                        var address = d.from().getAddress();
                        seen.add(
                            address.isLoopbackAddress()
                                && AddressBits.isLoopback(d.fromUpper(), d.fromLower())
                                && d.fromUpper() == AddressBits.upper(address)
                                && d.fromLower() == AddressBits.lower(address));
                        d.reply(d.data(), 0, d.length());
                      });
          var port =
              Network.channels().bind(new InetSocketAddress(InetAddress.ofLiteral(host), 0))) {
        assertThat(server.address().getAddress()).isEqualTo(InetAddress.ofLiteral(host));
        assertThat(ask(port, new byte[] {7}, server.address())).containsExactly(7);
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void aWildcardServerAnswersIpv4(String name, Network network) throws Exception {
    try (var server =
            UdpServer.named("echo")
                .network(network)
                .bind(new Endpoint("0.0.0.0", 0))
                .start(d -> d.reply(d.data(), 0, d.length()));
        var port = Network.channels().bind(ANY)) {
      var target = new InetSocketAddress(ANY.getAddress(), server.address().getPort());
      assertThat(ask(port, new byte[] {7}, target)).containsExactly(7);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void theLargestDatagramsGoThroughWhole(String name, Network network) throws Exception {
    try (var server =
            UdpServer.named("echo").network(network).start(d -> d.reply(d.data(), 0, d.length()));
        var port = Network.channels().bind(ANY)) {
      var large = new byte[60_000];
      large[59_999] = 9;
      for (int i = 0; i < 8; i++) {
        assertThat(ask(port, large, server.address())).isEqualTo(large);
      }
      assertThat(ask(port, new byte[0], server.address())).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void aDetachedDatagramIsAnsweredLaterFromAnotherThread(String name, Network network)
      throws Exception {
    var kept = new ArrayBlockingQueue<Datagram>(2);
    try (var server = UdpServer.named("later").network(network).start(d -> kept.add(d.detach()));
        var port = Network.channels().bind(ANY)) {
      port.send(new byte[] {1}, 0, 1, server.address());
      port.send(new byte[] {2, 2}, 0, 2, server.address());
      var first = kept.take();
      var second = kept.take();
      second.reply(second.data(), 0, second.length());
      first.reply(first.data(), 0, first.length());
      var answer = new byte[10];
      assertThat(port.receive(answer).length()).isEqualTo(2);
      assertThat(port.receive(answer).length()).isEqualTo(1);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void closingWakesTheReceiversAndFreesThePort(String name, Network network) throws Exception {
    for (int i = 0; i < 20; i++) {
      var server = UdpServer.named("idle").network(network).receivers(2).start(d -> {});
      var address = server.address();
      assertThat(Duration.ofSeconds(5))
          .isGreaterThan(
              timed(
                  () -> {
                    server.close();
                  }));
      try (var again = network.bind(address, 1).getFirst()) {
        assertThat(again.address()).isEqualTo(address);
      }
    }
  }

  private static Duration timed(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void aTakenPortIsNamedInTheError(String name, Network network) throws Exception {
    try (var port = network.bind(ANY, 1).getFirst()) {
      assertThatThrownBy(() -> network.bind(port.address(), 1))
          .isInstanceOf(BindException.class)
          .hasMessage(Endpoint.of(port.address()) + ": Address already in use");
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void oneDatagramThatCannotLeaveDoesNotHoldTheOthers(String name, Network network)
      throws Exception {
    try (var server =
            UdpServer.named("large")
                .network(network)
                .start(d -> d.reply(new byte[65_535], 0, d.data()[0] == 1 ? 65_535 : 1));
        var port = Network.channels().bind(ANY)) {
      port.send(new byte[] {1}, 0, 1, server.address());
      assertThat(ask(port, new byte[] {0}, server.address())).hasSize(1);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void aDatagramInABurstAllocatesNothing(String name, Network network) throws Exception {
    assumeTrue(network == RealNetwork.BURSTS, "a channel makes an object of the sender");
    var tiers =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .getVMOption("TieredStopAtLevel");
    assumeTrue(tiers.getValue().equals("4"), "without C2 a call of the system makes an object");
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    var handled = new AtomicLong();
    var at = new AtomicLong();
    var least = new AtomicLong(Long.MAX_VALUE);
    int counted = 20_000;
    int rounds = 10; // on a busy machine compilation goes on for a while: the best round tells
    try (var server =
            UdpServer.named("echo")
                .network(network)
                .start(
                    d -> {
                      if (handled.incrementAndGet() % counted == 0) {
                        long now = threads.getCurrentThreadAllocatedBytes();
                        least.set(Math.min(least.get(), now - at.getAndSet(now)));
                      }
                      d.reply(
                          d.data(),
                          0,
                          AddressBits.isLoopback(d.fromUpper(), d.fromLower()) ? d.length() : 0);
                    });
        var port = Network.channels().bind(ANY)) {
      var data = new byte[40];
      // Each is a burst of its own: the dearest case.
      for (int i = 0; i < rounds * counted && least.get() >= counted; i++) {
        port.send(data, 0, 40, server.address());
        assertThat(port.receive(data).length()).isEqualTo(40);
      }
    }
    assertThat(least.get()).as("octets for %s datagrams", counted).isLessThan(counted);
  }
}
