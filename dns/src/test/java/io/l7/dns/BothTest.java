package io.l7.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.dns.authority.AuthorityLimits;
import io.l7.dns.authority.Services;
import io.l7.dns.authority.ZoneAuthority;
import io.l7.dns.message.Edns;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.service.AccessList;
import io.l7.dns.service.Prefix;
import io.l7.dns.service.ServiceConfig;
import io.l7.dns.tsig.Keyring;
import io.l7.dns.tsig.TsigAlgorithm;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.tsig.TsigSession;
import io.l7.dns.zone.LiveZone;
import io.l7.dns.zone.ZoneStore;
import io.l7.dns.zone.ZoneText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One server that has zones of its own and resolves names too. */
@Timeout(30)
class BothTest {
  private static final InstantSource CLOCK = InstantSource.system();
  private static final TsigKey KEY =
      new TsigKey(Name.parse("k."), TsigAlgorithm.HMAC_SHA512, new byte[] {1, 2, 3});

  private final Resolver resolver = Resolver.builder().build();
  private final DnsServer server = start();

  private DnsServer start() {
    var store = new ZoneStore();
    String text = "www A 192.0.2.80\n$GENERATE 100-160 many A 192.0.2.$\n";
    store.add(new LiveZone(ZoneText.parse("test.", text)));
    var authority =
        new ZoneAuthority(
            store,
            Services.none(CLOCK),
            Keyring.of(List.of(KEY)),
            AuthorityLimits.defaults(),
            CLOCK);
    try {
      return DnsServer.builder()
          .listen(Endpoint.parse("127.0.0.1:0"))
          .authority(authority)
          .recursive(resolver)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void stop() {
    server.close();
    resolver.close();
  }

  private byte[] ask(byte[] wire) throws IOException {
    try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      socket.setSoTimeout(10_000);
      socket.send(new DatagramPacket(wire, wire.length, server.address()));
      var packet = new DatagramPacket(new byte[65_535], 65_535);
      socket.receive(packet);
      return Arrays.copyOf(packet.getData(), packet.getLength());
    }
  }

  private Message ask(String name) throws Exception {
    return MessageReader.read(ask(MessageWriter.write(Questions.query(name, RRType.A, 7))));
  }

  @Test
  @Spec("RFC 1034 §4.3.2")
  void whoMayHaveNamesResolvedIsToldWithAnswersOutOfZones() throws Exception {
    for (int i = 0; i < 3; i++) { // made anew, and ready
      assertThat(ask("www.test").has(Flag.RA)).isTrue();
      assertThat(ask("nobody.test").has(Flag.RA)).isTrue();
    }
    var refused =
        AccessList.loopback().with(Prefix.parse("127.0.0.1/32"), AccessList.Access.REFUSED);
    server.reload(server.resolver(), ServiceConfig.defaults().withAccess(refused));
    for (int i = 0; i < 3; i++) {
      assertThat(ask("www.test").has(Flag.RA)).isFalse();
      assertThat(ask("new" + i + ".test").has(Flag.RA)).isFalse();
    }
  }

  @Test
  @Spec("RFC 8945 §5.3")
  void aSignedAnswerStaysAsItWasSignedAndHasRoomForItsSignature() throws Exception {
    for (int size : new int[] {0, 512, 700, 900, 1_100, 1_200, 1_232}) {
      Message plain = Questions.query("many.test", RRType.A, 7).withoutEdns();
      Message query = size == 0 ? plain : plain.withEdns(Edns.ofSize(size));
      var session = TsigSession.asking(KEY);
      long now = CLOCK.instant().getEpochSecond();
      byte[] answer = ask(session.sign(MessageWriter.write(query), now));
      assertThat(session.accept(answer, now)).as("size %d", size).isTrue();
      assertThat(answer.length).isLessThanOrEqualTo(Math.max(512, size));
      Message read = MessageReader.read(answer);
      assertThat(read.has(Flag.TC)).as("size %d", size).isEqualTo(read.answer().isEmpty());
    }
  }
}
