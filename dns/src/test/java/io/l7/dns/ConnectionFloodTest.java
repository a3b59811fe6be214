package io.l7.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.l7.common.net.Connection;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.spec.Spec;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.RRType;
import io.l7.dns.service.ServiceLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that take connections and give nothing for them. */
@Timeout(90)
class ConnectionFloodTest extends ForwardingStage {
  private static final int SLOW = 2_000;
  private static final int PER_ADDRESS = 200;
  private static final Endpoint ANY = Endpoint.parse("127.0.0.1:0");

  private final List<Connection> slow = new ArrayList<>();

  @AfterEach
  void stop() {
    slow.forEach(Connection::close);
  }

  private DnsServer server(ServiceLimits limits) throws IOException {
    return DnsServer.builder().listen(ANY).limits(limits).recursive(resolver).start();
  }

  private Connection connect(DnsServer server, int address) throws IOException {
    Connection connection =
        Dialer.over(Network.real())
            .from(InetAddress.ofLiteral("127.0.7." + (1 + address)))
            .dial(server.address());
    slow.add(connection);
    return connection;
  }

  /** The slowest but one in a hundred of 1,000 questions over UDP, new ones among them. */
  private static Duration p99(DnsServer server, int run) throws Exception {
    long[] nanos = new long[1_000];
    try (var client = new Questions.Client(server.address())) {
      for (int i = 0; i < nanos.length; i++) {
        String name = i % 10 == 0 ? "new" + run + "-" + i + ".example" : "www.example";
        long start = System.nanoTime();
        assertThat(client.ask(Questions.query(name, RRType.A, i)).answer()).hasSize(1);
        nanos[i] = System.nanoTime() - start;
      }
    }
    Arrays.sort(nanos);
    return Duration.ofNanos(nanos[nanos.length - nanos.length / 100]);
  }

  private static long openFilesAllowed() throws IOException {
    Path limits = Path.of("/proc/self/limits");
    if (!Files.isReadable(limits)) {
      return 0;
    }
    return Files.readAllLines(limits).stream()
        .filter(line -> line.startsWith("Max open files"))
        .map(line -> line.split("\\s+", -1)[3])
        .mapToLong(soft -> soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft))
        .findFirst()
        .orElse(0);
  }

  @Test
  @Spec("RFC 7766 §6.2.3")
  void twoThousandSlowConnectionsLeaveUdpAsItWas() throws Exception {
    assumeTrue(openFilesAllowed() > 2 * SLOW + 500, "too few open files are allowed");
    try (DnsServer server = server(ServiceLimits.defaults())) {
      Duration warm = p99(server, 0);
      Duration before = p99(server, 1);
      for (int i = 0; i < SLOW; i++) {
        Connection connection = connect(server, i / PER_ADDRESS);
        // Half a length, half a message, or nothing at all.
        connection.out().write(new byte[] {0, 40, 1, 2, 3}, 0, i % 3 == 0 ? 0 : i % 3 == 1 ? 1 : 5);
        connection.out().flush();
      }
      // The least of three, because other work on the machine slows single ones down.
      Duration during = Collections.min(List.of(p99(server, 2), p99(server, 3), p99(server, 4)));
      System.out.printf(
          "p99 over UDP: %d us cold, %d us before, %d us beside %d slow connections%n",
          warm.toNanos() / 1000, before.toNanos() / 1000, during.toNanos() / 1000, SLOW);
      assertThat(during).isLessThan(before.multipliedBy(2).plusMillis(20));
      // The cap of one address: the next one is turned away, other addresses are not.
      assertThat(connect(server, 0).in().read()).as("one too many").isEqualTo(-1);
      Connection other = connect(server, 50);
      byte[] query = MessageWriter.write(Questions.query("www.example", RRType.A, 9));
      other.out().frame16(query, 0, query.length);
      other.out().flush();
      Message answer = MessageReader.read(other.in().frame16().orElseThrow());
      assertThat(answer.answer()).hasSize(1);
    }
  }

  @Test
  void slowConnectionsEndWithTheirTime() throws Exception {
    var limits =
        ServiceLimits.defaults()
            .withMessage(Duration.ofMillis(200))
            .withIdle(Duration.ofMillis(400));
    try (DnsServer server = server(limits)) {
      for (int i = 0; i < 60; i++) {
        Connection connection = connect(server, i / PER_ADDRESS);
        connection.out().write(new byte[] {0, 40, 1, 2, 3}, 0, i % 2 == 0 ? 0 : 3);
        connection.out().flush();
      }
      for (Connection connection : slow) {
        assertThat(connection.in().read()).as("closed by the server").isEqualTo(-1);
      }
    }
  }

  @Test
  @Spec("RFC 7766 §6.2.1.1")
  void oneConnectionHasItsSixtyFourQuestionsAtATime() throws Exception {
    try (DnsServer server = server(ServiceLimits.defaults())) {
      Connection greedy = connect(server, 0);
      for (int i = 0; i < 500; i++) {
        byte[] query = MessageWriter.write(Questions.query("slow" + i + ".example", RRType.A, i));
        greedy.out().frame16(query, 0, query.length);
      }
      greedy.out().flush();
      try (var bystander = new Questions.Client(server.address())) {
        for (int i = 0; i < 100; i++) {
          Message query = Questions.query("other" + i + ".example", RRType.A, i);
          assertThat(bystander.ask(query).answer()).hasSize(1);
        }
      }
      // Questions that wait may have been asked again, each of them at most thrice.
      assertThat(upstream.waiting()).isPositive().isLessThanOrEqualTo(64);
      upstream.release();
    }
  }
}
