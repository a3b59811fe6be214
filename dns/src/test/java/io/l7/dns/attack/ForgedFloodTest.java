package io.l7.dns.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Connection;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.common.net.MemoryNetwork;
import io.l7.common.net.Network;
import io.l7.common.net.TcpServer;
import io.l7.common.spec.Spec;
import io.l7.dns.Answer;
import io.l7.dns.Resolver;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.resolver.Feature;
import io.l7.dns.transport.UpstreamMap;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A whole resolver whose questions are answered by forgers first. */
@Timeout(60)
class ForgedFloodTest {
  private static final InetAddress SERVER = InetAddress.ofLiteral("192.0.2.1");
  private static final InetSocketAddress ROOT = new InetSocketAddress("127.0.0.1", 5301);
  private static final Rdata TRUE = Rdata.address(InetAddress.ofLiteral("192.0.2.80"));
  private static final Rdata FORGED = Rdata.address(InetAddress.ofLiteral("192.0.2.66"));
  private static final int FORGERIES = 3_000;
  private static final int NAMES = 40;

  private final MemoryNetwork network = new MemoryNetwork();
  private final AtomicInteger overUdp = new AtomicInteger();
  private final AtomicInteger overTcp = new AtomicInteger();
  private Network.DatagramPort port;
  private TcpServer streams;
  private Resolver resolver;

  @BeforeEach
  void start() throws Exception {
    port = network.bind(ROOT);
    streams =
        TcpServer.named("root")
            .listen(Listener.tcp(Endpoint.of(ROOT)))
            .network(network)
            .start(this::stream);
    Thread.ofPlatform().daemon().name("root").start(this::datagrams);
    resolver =
        Resolver.builder()
            .rootHints(
                List.of(
                    RecordText.parseRecord(". 3600 NS a.invalid.", Name.ROOT, 0),
                    RecordText.parseRecord("a.invalid. 3600 A 192.0.2.1", Name.ROOT, 0)))
            .without(Feature.PRIMING)
            .upstreamMap(UpstreamMap.none().with(SERVER, ROOT))
            .network(network)
            .build();
  }

  @AfterEach
  void stop() throws Exception {
    resolver.close();
    streams.close();
    port.close();
  }

  private void datagrams() {
    var buffer = new byte[4096];
    try {
      while (true) {
        Network.Received received = port.receive(buffer);
        Message query = MessageReader.read(buffer, 0, received.length());
        overUdp.incrementAndGet();
        if (name(query).startsWith("victim")) {
          // Even the letters are guessed; what remains is the id.
          for (int i = 1; i <= FORGERIES; i++) {
            send(answer(query, FORGED).withId((query.id() + i) & 0xffff), received.from());
          }
        }
        send(answer(query, TRUE), received.from());
      }
    } catch (IOException e) {
      // closed at the end of the test
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void send(Message message, InetSocketAddress to) throws IOException {
    byte[] wire = MessageWriter.write(message);
    port.send(wire, 0, wire.length, to);
  }

  private void stream(Connection connection) throws IOException {
    for (Optional<byte[]> frame = connection.in().frame16();
        frame.isPresent();
        frame = connection.in().frame16()) {
      overTcp.incrementAndGet();
      try {
        byte[] wire = MessageWriter.write(answer(MessageReader.read(frame.get()), TRUE));
        connection.out().frame16(wire, 0, wire.length);
        connection.out().flush();
      } catch (io.l7.dns.message.MalformedMessageException e) {
        throw new IOException(e);
      }
    }
  }

  private static String name(Message query) {
    return query.questions().getFirst().name().toString().toLowerCase(java.util.Locale.ROOT);
  }

  private static Message answer(Message query, Rdata data) {
    Question question = query.questions().getFirst();
    return Message.responseTo(query, Rcode.NOERROR)
        .with(Flag.AA)
        .withSections(
            List.of(ResourceRecord.of(question.name(), RRType.A, 60, data)), List.of(), List.of());
  }

  @Test
  @Spec("RFC 5452 §9")
  void thousandsOfForgeriesNeitherWinNorHoldAnybodyElse() throws Exception {
    for (int i = 0; i < NAMES; i++) {
      Name victim = Name.parse("victim" + i);
      var attacked = new java.util.concurrent.CompletableFuture<Answer>();
      Thread.ofVirtual().start(() -> attacked.complete(resolver.lookup(victim, RRType.A)));
      long start = System.nanoTime();
      Answer bystander = resolver.lookup("other" + i, RRType.A);
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertThat(bystander.data()).containsExactly(TRUE);
      assertThat(took).as("a bystander's answer").isLessThan(Duration.ofSeconds(1));
      assertThat(attacked.get().data()).containsExactly(TRUE);
    }
    // One question over UDP for each name, one more over TCP for each under attack; a machine that
    // stands still for a third of a second costs one more.
    assertThat(overUdp.get()).isBetween(2 * NAMES, 2 * NAMES + 4);
    assertThat(overTcp.get()).isEqualTo(NAMES);
    assertThat(resolver.packetsSent()).isEqualTo(overUdp.get() + overTcp.get());
  }
}
