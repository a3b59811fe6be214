package io.l7.dns.authority;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.common.time.Scheduler;
import io.l7.dns.message.Edns;
import io.l7.dns.message.EdnsOption;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Opcode;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What comes over the wire beside plain questions, and what must come back (RFC 8906). */
@Timeout(30)
class OddQueriesTest {
  @TempDir Path folder;
  private Served served;

  @BeforeEach
  void start() throws IOException {
    String text = "www A 192.0.2.80\n$GENERATE 1-60 many AAAA 2001:db8::$\n";
    served =
        new Served(
            Served.open("test.", Served.file(folder, "test.", text), Optional.empty()),
            Scheduler.real());
  }

  @AfterEach
  void stop() throws IOException {
    served.close();
  }

  private static byte[] wire(String name, String type) {
    return MessageWriter.write(Asked.query(name, type));
  }

  /** The answer to the first of these messages that gets one; a good question comes last. */
  private Message raw(byte[]... messages) throws Exception {
    try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      socket.setSoTimeout(10_000);
      for (byte[] message : messages) {
        socket.send(new DatagramPacket(message, message.length, served.address()));
      }
      var packet = new DatagramPacket(new byte[65_535], 65_535);
      socket.receive(packet);
      return MessageReader.read(packet.getData(), 0, packet.getLength());
    }
  }

  @Test
  @Spec("RFC 6891 §6.1.3")
  void anUnknownEdnsVersionIsBadvers() throws IOException {
    Message reply =
        served.ask(Asked.query("www.test.", "A").withEdns(new Edns(1232, 1, 0, List.of())));
    assertThat(reply.rcode()).isEqualTo(Rcode.BADVERS);
    assertThat(reply.edns().orElseThrow().version()).isZero();
    assertThat(reply.answer()).isEmpty();
  }

  @Test
  @Spec("RFC 6891 §6.1.2")
  void unknownOptionsAndFlagsAreIgnoredAndNotCopied() throws IOException {
    var odd = new Edns(1232, 0, 0x4000, List.of(new EdnsOption(65_001, new byte[] {1, 2})));
    Message reply = served.ask(Asked.query("www.test.", "A").withEdns(odd));
    assertThat(reply.answer()).hasSize(1);
    assertThat(reply.edns().orElseThrow().flags()).isZero();
    assertThat(reply.edns().orElseThrow().options()).isEmpty();
  }

  @Test
  @Spec("RFC 6891 §6.1.1")
  void whoSendsOptGetsItWithEveryAnswer() throws IOException {
    var edns = Edns.ofSize(1232);
    Message update = Asked.query("test.", "SOA").withOpcode(Opcode.UPDATE);
    Message notify = Asked.query("test.", "SOA").withOpcode(Opcode.NOTIFY);
    var queries =
        List.of(
            Asked.query("test.", "AXFR"),
            Asked.query("www.test.", "AXFR"),
            Asked.query("test.", "IXFR"),
            update,
            update.withQuestions(List.of(Question.of(Name.parse("other."), RRType.SOA))),
            Asked.query("test.", "A").withOpcode(Opcode.UPDATE),
            notify);
    for (Message query : queries) {
      assertThat(served.ask(query).edns()).as("%s", query).isEmpty();
      assertThat(served.ask(query.withEdns(edns)).edns()).as("%s", query).isPresent();
    }
  }

  @Test
  @Spec("RFC 6891 §7")
  void whoSendsNoOptGetsNone() throws IOException {
    assertThat(served.ask("www.test.", "A").edns()).isEmpty();
    assertThat(served.ask("nobody.test.", "A").edns()).isEmpty();
  }

  @Test
  @Spec("RFC 1035 §4.1.1")
  void unknownOpcodesAreNotImplemented() throws Exception {
    for (int opcode : new int[] {2, 3, 6, 15}) {
      byte[] query = wire("www.test.", "A");
      query[2] = (byte) (opcode << 3);
      assertThat(raw(query).rcode()).as("opcode %s", opcode).isEqualTo(Rcode.NOTIMP);
    }
  }

  @Test
  void aResponseIsNeverAnswered() throws Exception {
    byte[] response = wire("www.test.", "A");
    response[2] |= (byte) 0x80;
    response[0] = 99;
    assertThat(raw(response, wire("www.test.", "A")).id()).isEqualTo(4711);
  }

  @Test
  void theReservedFlagIsIgnored() throws Exception {
    byte[] query = wire("www.test.", "A");
    query[3] |= 0x40;
    Message reply = raw(query);
    assertThat(reply.answer()).hasSize(1);
    assertThat(MessageWriter.write(reply)[3] & 0x40).isZero();
  }

  @Test
  @Spec("RFC 3597 §2")
  void anUnknownTypeIsNoData() throws IOException {
    Message reply = served.ask("www.test.", "TYPE666");
    assertThat(reply.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(reply.answer()).isEmpty();
    assertThat(reply.authority().getFirst().type()).isEqualTo(RRType.SOA);
  }

  @Test
  void halfAQuestionIsAFormatErrorOrSilence() throws Exception {
    byte[] query = wire("www.test.", "A");
    byte[] half = Arrays.copyOf(query, 17);
    half[0] = 99;
    Message reply = raw(half, query);
    assertThat(reply.id() == 4711 || reply.rcode().equals(Rcode.FORMERR)).isTrue();
  }

  @Test
  @Spec("RFC 2181 §9")
  void whatDoesNotFitIsTruncatedAndNeverHalfASet() throws IOException {
    Message reply = served.ask("many.test.", "AAAA");
    assertThat(reply.has(Flag.TC)).isTrue();
    assertThat(reply.answer()).isEmpty();
    assertThat(MessageWriter.write(reply).length).isLessThanOrEqualTo(512);
    Message large = served.ask(Asked.query("many.test.", "AAAA").withEdns(Edns.ofSize(65_000)));
    assertThat(large.has(Flag.TC)).as("1,232 octets are our own bound").isTrue();
  }

  @Test
  @Spec("RFC 8482 §4.1")
  void anyIsAnsweredByOneSet() throws IOException {
    assertThat(served.ask("test.", "ANY").answer().stream().map(r -> r.type()).distinct())
        .hasSize(1);
  }

  @Test
  void aNameOutsideAllZonesIsRefused() throws IOException {
    assertThat(served.ask("www.example.", "A").rcode()).isEqualTo(Rcode.REFUSED);
  }
}
