package io.l7.dns.authority;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.common.time.VirtualTime;
import io.l7.dns.message.Flags;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Opcode;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.tsig.TsigAlgorithm;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.tsig.TsigSession;
import io.l7.dns.update.UpdatePolicy;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Messages of those who may not: nothing changes, and each gets the refusal it is due. */
@Timeout(30)
class StrangersTest {
  private static final Name TEST = Name.parse("test.");

  @TempDir Path folder;
  private final VirtualTime time = new VirtualTime();
  private Served served;

  @BeforeEach
  void start() throws IOException {
    served =
        new Served(Served.open("test.", Served.file(folder, "test.", ""), Optional.empty()), time);
  }

  @AfterEach
  void stop() throws IOException {
    assertThat(served.zones.zones().at(TEST).orElseThrow().zone().serial()).isEqualTo(7);
    served.close();
  }

  private static byte[] message(Opcode opcode, List<ResourceRecord> authority) {
    return MessageWriter.write(
        new Message(
            17,
            opcode,
            Rcode.NOERROR,
            Flags.NONE,
            List.of(Question.of(TEST, RRType.SOA)),
            List.of(),
            authority,
            List.of(),
            Optional.empty()));
  }

  private static byte[] update(String owner) {
    var address = Rdata.of(new byte[] {10, 0, 0, 1});
    return message(
        Opcode.UPDATE, List.of(ResourceRecord.of(Name.parse(owner), RRType.A, 60, address)));
  }

  private long now() {
    return time.now().getEpochSecond();
  }

  private byte[] signed(byte[] message, long at) {
    return TsigSession.asking(Served.KEY).sign(message, at);
  }

  private static String send(Served to, byte[] wire) throws Exception {
    try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      socket.setSoTimeout(10_000);
      socket.send(new DatagramPacket(wire, wire.length, to.address()));
      var packet = new DatagramPacket(new byte[512], 512);
      socket.receive(packet);
      Message reply = MessageReader.read(packet.getData(), 0, packet.getLength());
      String error =
          reply.additional().stream()
              .filter(r -> r.type().equals(RRType.TSIG))
              .map(r -> " " + error(r.rdata()))
              .findFirst()
              .orElse("");
      return reply.rcode() + error;
    }
  }

  /** The error of a TSIG record: behind algorithm, time, fudge, MAC and original ID. */
  private static int error(Rdata tsig) {
    int at = tsig.nameAt(0).wireLength() + 8;
    return tsig.u16(at + 2 + tsig.u16(at) + 2);
  }

  @Test
  @Spec("RFC 2136 §3.3")
  void anUnsignedUpdateIsRefused() throws Exception {
    assertThat(send(served, update("x.test."))).isEqualTo("REFUSED");
  }

  @Test
  @Spec("RFC 8945 §5.2.3")
  void anUpdateThatIsStaleOrReplayedLaterIsBadtime() throws Exception {
    assertThat(send(served, signed(update("x.test."), now() - 301))).isEqualTo("NOTAUTH 18");
    assertThat(send(served, signed(update("x.test."), now() + 301))).isEqualTo("NOTAUTH 18");
  }

  @Test
  @Spec("RFC 8945 §5.2.2")
  void aWrongSecretIsBadsigAndAnUnknownKeyBadkey() throws Exception {
    var wrong = new TsigKey(Served.KEY.name(), TsigAlgorithm.HMAC_SHA256, new byte[] {9});
    assertThat(send(served, TsigSession.asking(wrong).sign(update("x.test."), now())))
        .isEqualTo("NOTAUTH 16");
    var unknown = new TsigKey(Name.parse("other."), TsigAlgorithm.HMAC_SHA256, new byte[] {9});
    assertThat(send(served, TsigSession.asking(unknown).sign(update("x.test."), now())))
        .isEqualTo("NOTAUTH 17");
  }

  @Test
  @Spec("RFC 8945 §5.1")
  void aSignatureThatIsNotTheLastRecordOrComesTwiceIsAFormatError() throws Exception {
    byte[] wire = signed(update("x.test."), now());
    byte[] behind = Arrays.copyOf(wire, wire.length + 11); // an OPT record of no octets
    behind[wire.length + 2] = 41;
    behind[wire.length + 3] = 4;
    behind[11]++;
    assertThat(send(served, behind)).isEqualTo("FORMERR");
    assertThat(send(served, signed(wire, now()))).isEqualTo("FORMERR");
  }

  @Test
  void anUpdateBentOnItsWayIsBadsig() throws Exception {
    byte[] wire = signed(update("x.test."), now());
    wire[wire.length / 3] ^= 1;
    assertThat(send(served, wire)).startsWith("NOTAUTH");
  }

  @Test
  @Spec("RFC 2136 §3.4.1.3")
  void aRightlySignedUpdateOfAnotherZoneIsNotzone() throws Exception {
    assertThat(send(served, signed(update("x.example."), now()))).isEqualTo("NOTZONE 0");
  }

  @Test
  @Spec("RFC 1996 §3.10")
  void aPrimaryIsNotToldByNotify() throws Exception {
    assertThat(send(served, message(Opcode.NOTIFY, List.of()))).isEqualTo("NOTAUTH");
  }

  @Test
  @Spec("RFC 1996 §3.10")
  void aSecondaryWithAKeyTakesNoNotifyWithoutIt() throws Exception {
    var source =
        new HostedZones.SecondarySource(TEST, List.of(served.endpoint()), Optional.empty());
    var options =
        new HostedZones.Options(
            List.of(),
            List.of(source),
            List.of(Served.KEY),
            UpdatePolicy.none(),
            new AccessList(List.of(), Set.of()),
            Optional.of(Served.KEY),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty());
    try (var secondary = new Served(options, time)) {
      byte[] notify = message(Opcode.NOTIFY, List.of());
      assertThat(send(secondary, notify)).isEqualTo("REFUSED");
      assertThat(send(secondary, signed(notify, now() - 301))).isEqualTo("NOTAUTH 18");
      assertThat(send(secondary, signed(notify, now()))).isEqualTo("NOERROR 0");
      byte[] cut = Arrays.copyOf(notify, notify.length - 2);
      assertThat(send(secondary, cut)).isIn("FORMERR", "REFUSED");
    }
  }
}
