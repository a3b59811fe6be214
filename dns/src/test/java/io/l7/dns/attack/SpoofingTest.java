package io.l7.dns.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.MemoryNetwork;
import io.l7.common.net.Network;
import io.l7.common.spec.Spec;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.resolver.Exchange;
import io.l7.dns.resolver.Transport;
import io.l7.dns.simulation.SimulatedNet;
import io.l7.dns.simulation.SimulatedResolver;
import io.l7.dns.transport.NetworkUpstream;
import io.l7.dns.transport.UpstreamMap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Off the path: an attacker who sees nothing guesses. */
class SpoofingTest {
  private static final InetAddress SERVER = InetAddress.ofLiteral("192.0.2.1");
  private static final InetSocketAddress REAL = new InetSocketAddress("127.0.0.1", 5301);
  private static final InetSocketAddress FORGER = new InetSocketAddress("127.0.0.1", 5302);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static Message query(int id, String name) {
    return Message.query(id, Question.of(Name.parse(name), RRType.A));
  }

  private static byte[] answer(Message query, int id, String name, String address) {
    var data = Rdata.address(InetAddress.ofLiteral(address));
    return MessageWriter.write(
        Message.responseTo(query, Rcode.NOERROR)
            .withId(id)
            .withQuestions(List.of(Question.of(Name.parse(name), RRType.A)))
            .withSections(
                List.of(ResourceRecord.of(Name.parse(name), RRType.A, 60, data)),
                List.of(),
                List.of()));
  }

  /** What arrives before the right answer. */
  @FunctionalInterface
  private interface Forgery {
    void send(Network network, Network.DatagramPort real, Message query, InetSocketAddress to)
        throws Exception;
  }

  private static Exchange exchange(Forgery forgery) throws Exception {
    var network = new MemoryNetwork();
    var map = UpstreamMap.none().with(SERVER, REAL);
    try (Network.DatagramPort real = network.bind(REAL);
        var upstream = new NetworkUpstream(network, map)) {
      Thread server =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      var buffer = new byte[512];
                      Network.Received received = real.receive(buffer);
                      Message query = MessageReader.read(buffer, 0, received.length());
                      forgery.send(network, real, query, received.from());
                      byte[] right = answer(query, query.id(), "wWw.eXample", "192.0.2.80");
                      real.send(right, 0, right.length, received.from());
                    } catch (Exception e) {
                      throw new AssertionError(e);
                    }
                  });
      Exchange exchange =
          upstream.exchange(SERVER, Transport.UDP, query(4711, "wWw.eXample"), PATIENCE);
      server.join();
      return exchange;
    }
  }

  private static void assertTrue(Exchange exchange) {
    assertThat(exchange).isInstanceOf(Exchange.Answered.class);
    Message message = ((Exchange.Answered) exchange).response();
    assertThat(message.answer().getFirst().rdata().asAddress().getHostAddress())
        .isEqualTo("192.0.2.80");
  }

  @Test
  @Spec("RFC 5452 §9.1")
  void aFewAnswersWithOtherIdsAreWaitedOut() throws Exception {
    assertTrue(
        exchange(
            (network, real, query, to) -> {
              for (int i = 1; i <= 10; i++) {
                byte[] forged = answer(query, query.id() + i, "wWw.eXample", "192.0.2.66");
                real.send(forged, 0, forged.length, to);
              }
            }));
  }

  @Test
  @Spec("RFC 5452 §9.1")
  void thousandsOfAnswersWithOtherIdsSendTheQuestionToTcp() throws Exception {
    Exchange exchange =
        exchange(
            (network, real, query, to) -> {
              for (int i = 1; i <= 3000; i++) {
                byte[] forged = answer(query, query.id() + i, "wWw.eXample", "192.0.2.66");
                real.send(forged, 0, forged.length, to);
              }
            });
    assertThat(exchange).isInstanceOf(Exchange.Suspicious.class);
  }

  @Test
  @Spec("RFC 5452 §9.1")
  void anAnswerFromAnotherAddressOrPortIsNotTaken() throws Exception {
    assertTrue(
        exchange(
            (network, real, query, to) -> {
              try (Network.DatagramPort forger = network.bind(FORGER)) {
                byte[] forged = answer(query, query.id(), "wWw.eXample", "192.0.2.66");
                forger.send(forged, 0, forged.length, to);
              }
            }));
  }

  @Test
  void anAnswerToAnotherQuestionIsNotTaken() throws Exception {
    assertTrue(
        exchange(
            (network, real, query, to) -> {
              byte[] forged = answer(query, query.id(), "other.example", "192.0.2.66");
              real.send(forged, 0, forged.length, to);
            }));
  }

  @Test
  void anAnswerWithOtherLettersSendsTheQuestionToTcp() throws Exception {
    Exchange exchange =
        exchange(
            (network, real, query, to) -> {
              byte[] forged = answer(query, query.id(), "www.example", "192.0.2.66");
              real.send(forged, 0, forged.length, to);
            });
    assertThat(exchange).isInstanceOf(Exchange.Garbled.class);
  }

  @Test
  @Spec("RFC 5452 §9.2")
  void idsAndPortsAreSpreadEvenly() throws Exception {
    int samples = 10_000;
    int[] ids = new int[64];
    try (var resolver = new SimulatedResolver(new SecureRandom(), 0)) {
      var seen = new AtomicInteger();
      SimulatedNet.Server root =
          SimulatedNet.Server.of(
              query -> {
                seen.incrementAndGet();
                ids[query.id() >>> 10]++;
                return AttackNet.nameError(query, "");
              });
      resolver.root("192.0.2.53", 1, root);
      for (int i = 0; i < samples; i++) {
        resolver.ask("n" + i, RRType.A);
      }
      assertThat(seen.get()).isEqualTo(samples);
    }
    // 63 degrees of freedom: above 120 by chance once in 100,000 runs
    assertThat(chiSquare(ids, samples)).isLessThan(120);
    int[] ports = new int[64];
    int low = 65536;
    int high = 0;
    int[] each = new int[samples];
    for (int i = 0; i < samples; i++) {
      try (Network.DatagramPort port =
          Network.real().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
        each[i] = port.address().getPort();
        low = Math.min(low, each[i]);
        high = Math.max(high, each[i]);
      }
    }
    assertThat(high - low).as("width of the range of ports").isGreaterThan(16_000);
    for (int port : each) {
      ports[(int) ((port - low) * 64L / (high - low + 1))]++;
    }
    // The system skips ports in use and prefers odd ones, so the bound is wider than for ids.
    assertThat(chiSquare(ports, samples)).isLessThan(200);
  }

  private static double chiSquare(int[] counts, int samples) {
    double expected = (double) samples / counts.length;
    double sum = 0;
    for (int count : counts) {
      sum += (count - expected) * (count - expected) / expected;
    }
    return sum;
  }

  @Test
  void questionsTellServersToKeepAnswersBelowTheSizeOfFragments() {
    try (var resolver = new SimulatedResolver(new SecureRandom(), 0)) {
      var sizes = new java.util.HashSet<Integer>();
      resolver.root(
          "192.0.2.53",
          1,
          SimulatedNet.Server.of(
              query -> {
                sizes.add(query.edns().orElseThrow().udpSize());
                return AttackNet.nameError(query, "");
              }));
      resolver.ask("www.example", RRType.A);
      assertThat(sizes).containsExactly(1232);
    }
  }
}
