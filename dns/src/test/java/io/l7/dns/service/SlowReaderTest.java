package io.l7.dns.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Cidr;
import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.dns.DnsServer;
import io.l7.dns.authority.AccessList;
import io.l7.dns.authority.AuthorityLimits;
import io.l7.dns.authority.Services;
import io.l7.dns.authority.ZoneAuthority;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.routing.Router;
import io.l7.dns.tsig.Keyring;
import io.l7.dns.zone.LiveZone;
import io.l7.dns.zone.ZoneStore;
import io.l7.dns.zone.ZoneText;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that take their answers slowly, and those that take none. */
@Timeout(60)
class SlowReaderTest {
  private static final InstantSource CLOCK = InstantSource.system();
  private static final Duration BRIEF = Duration.ofMillis(400);

  /** More than what the system holds of one connection. */
  private static final int HOSTS = 3_000;

  private static final String TEXT = ("\"" + "x".repeat(250) + "\" ").repeat(16);

  private DnsServer server = start(BRIEF);

  private static DnsServer start(Duration transfer) {
    var store = new ZoneStore();
    store.add(
        new LiveZone(ZoneText.parse("test.", "$GENERATE 1-" + HOSTS + " h$ TXT " + TEXT + "\n")));
    var all = new AccessList(List.of(Cidr.parse("127.0.0.0/8")), Set.of());
    var authority =
        new ZoneAuthority(
            store,
            new Services(all, Router.none(), CLOCK),
            Keyring.of(List.of()),
            AuthorityLimits.defaults(),
            CLOCK);
    try {
      return DnsServer.builder()
          .listen(Endpoint.parse("127.0.0.1:0"))
          .limits(
              ServiceLimits.defaults().withIdle(BRIEF).withMessage(BRIEF).withTransfer(transfer))
          .authority(authority)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Socket connect() throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(8_192);
    socket.connect(server.address());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void ask(Socket socket, int times) throws IOException {
    byte[] wire =
        MessageWriter.write(Message.query(7, Question.of(Name.parse("test."), RRType.AXFR)));
    var framed = ByteBuffer.allocate((wire.length + 2) * times);
    for (int i = 0; i < times; i++) {
      framed.putShort((short) wire.length).put(wire);
    }
    socket.getOutputStream().write(framed.array());
  }

  @Test
  @Spec("RFC 7766 §6.2.3")
  void aTransferMayTakeLongerThanAClientMayBeSilent() throws Exception {
    server.close();
    server = start(Duration.ofSeconds(10));
    try (var socket = connect()) {
      ask(socket, 1);
      long begun = System.nanoTime();
      var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      int records = 0;
      while (records < HOSTS + 4) {
        var message = new byte[in.readUnsignedShort()];
        in.readFully(message);
        records += MessageReader.read(message).answer().size();
        LockSupport.parkNanos(7_000_000); // behind its limit, a silent one has two seconds more
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(BRIEF.multipliedBy(2));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100})
  @Spec("RFC 7766 §6.2.3")
  void whoTakesNoAnswerIsCutHoweverMuchHeAsksOrSends(int asked) throws Exception {
    try (var socket = connect()) {
      ask(socket, asked);
      long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      boolean cut = false;
      while (!cut && System.nanoTime() < end) {
        try {
          socket.getOutputStream().write(new byte[2]); // an empty message
          LockSupport.parkNanos(50_000_000);
        } catch (SocketException e) {
          cut = true;
        }
      }
      assertThat(cut).isTrue();
    }
  }
}
