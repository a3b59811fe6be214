package io.l7.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.net.Datagram;
import io.l7.common.net.Endpoint;
import io.l7.common.net.UdpServer;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.resolver.RecordFile;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ResolverTest {
  private final AtomicInteger asked = new AtomicInteger();

  /** A forwarder that knows one host and drops the first question, as networks do. */
  private void answer(Datagram datagram) throws java.io.IOException {
    if (asked.incrementAndGet() == 1) {
      return;
    }
    try {
      Message query = MessageReader.read(datagram.data(), 0, datagram.length());
      var question = query.questions().getFirst();
      boolean known = question.name().equals(Name.parse("mail.crepes.fr"));
      Message answer =
          Message.responseTo(query, known ? Rcode.NOERROR : Rcode.NXDOMAIN).with(Flag.RA);
      if (known && question.type().equals(RRType.A)) {
        var record =
            ResourceRecord.of(question.name(), RRType.A, 60, Rdata.of(new byte[] {127, 53, 0, 9}));
        answer = answer.withSections(List.of(record), List.of(), List.of());
      }
      byte[] wire = MessageWriter.write(answer);
      datagram.reply(wire, 0, wire.length);
    } catch (io.l7.dns.message.MalformedMessageException e) {
      throw new java.io.IOException(e);
    }
  }

  @Test
  void aHostIsFoundThroughAForwarderThoughAPacketIsLostAndThenFromTheCache() throws Exception {
    try (var server = UdpServer.named("forwarder").start(this::answer);
        var resolver = Resolver.forwarding(Endpoint.of(server.address()))) {
      assertThat(resolver.hostResolver().resolve("MAIL.crepes.fr"))
          .containsExactly(InetAddress.ofLiteral("127.53.0.9"));
      int before = asked.get();
      assertThat(resolver.lookup("mail.crepes.fr", RRType.A).data()).hasSize(1);
      assertThat(asked.get()).isEqualTo(before);
      assertThatThrownBy(() -> resolver.addresses("no.such.host"))
          .isInstanceOf(UnknownHostException.class)
          .hasMessageContaining("NXDOMAIN");
    }
  }

  @Test
  void aClockThatIsPutRightWhileAServerIsAskedMakesThatServerNoSlower() throws Exception {
    var ahead = new AtomicLong();
    var questions = new AtomicInteger();
    try (var server =
            UdpServer.named("forwarder")
                .start(
                    datagram -> {
                      int number = questions.incrementAndGet();
                      asked.set(number == 2 ? 0 : number); // the second one is lost
                      ahead.set(Duration.ofDays(1).toMillis());
                      answer(datagram);
                    });
        var resolver =
            Resolver.builder()
                .forward(Endpoint.of(server.address()))
                .trustAnchor(List.of())
                .clock(() -> Instant.ofEpochMilli(System.currentTimeMillis() + ahead.get()))
                .build()) {
      resolver.lookup("mail.crepes.fr", RRType.A);
      long start = System.nanoTime();
      assertThat(resolver.lookup("mail.crepes.fr", RRType.AAAA).rcode()).isEqualTo(Rcode.NOERROR);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void theRootServersOfIanaComeWithTheProgram() {
    assertThat(RecordFile.rootHints()).hasSize(39);
    assertThat(RecordFile.rootAnchors())
        .allMatch(record -> record.type().equals(RRType.DS))
        .hasSize(2);
  }
}
