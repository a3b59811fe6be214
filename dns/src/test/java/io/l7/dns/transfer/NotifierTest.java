package io.l7.dns.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Rcode;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneText;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Secondaries that are away, late, or talk of something else. */
@Timeout(30)
class NotifierTest {
  private static final Zone ZONE = ZoneText.parse("test.", "www A 192.0.2.80\n");
  private static final Duration FIRST_WAIT = Duration.ofMillis(200);

  private static DatagramSocket socket(int port) throws Exception {
    var socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static Notifier notifier(int... ports) {
    return new Notifier(
        Arrays.stream(ports).mapToObj(port -> new Endpoint("127.0.0.1", port)).toList(),
        Optional.empty(),
        InstantSource.system(),
        new Random(1),
        FIRST_WAIT);
  }

  /** Takes a NOTIFY and answers it. */
  private static Message receive(DatagramSocket socket, DatagramPacket packet) throws Exception {
    socket.receive(packet);
    Message notify = MessageReader.read(packet.getData(), 0, packet.getLength());
    byte[] answer = MessageWriter.write(Message.responseTo(notify, Rcode.NOERROR));
    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
    return notify;
  }

  @Test
  @Spec("RFC 1996 §3.6")
  void aSecondaryThatStartsAgainIsToldAllTheSame() throws Exception {
    int port;
    try (var free = socket(0)) {
      port = free.getLocalPort();
    }
    var packet = new DatagramPacket(new byte[512], 512);
    try (var another = socket(0)) { // told after it: so the first message has met a closed port
      notifier(port, another.getLocalPort()).changed(ZONE);
      receive(another, packet);
    }
    try (var late = socket(port)) {
      assertThat(receive(late, packet).questions()).hasSize(1);
    }
  }

  @Test
  @Spec("RFC 1996 §3.6")
  void anAnswerToSomethingElseBringsNoTryForward() throws Exception {
    try (var secondary = socket(0)) {
      notifier(secondary.getLocalPort()).changed(ZONE);
      var packet = new DatagramPacket(new byte[512], 512);
      secondary.receive(packet);
      var stray = new DatagramPacket(new byte[] {1, 2, 3}, 3, packet.getSocketAddress());
      long start = System.nanoTime();
      secondary.send(stray);
      secondary.receive(packet);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThan(FIRST_WAIT.dividedBy(2));
      receive(secondary, packet);
      secondary.setSoTimeout(3 * (int) FIRST_WAIT.toMillis());
      assertThat(answered(secondary, packet)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nobodyIsToldOnceItIsClosed(boolean listening) throws Exception {
    try (var silent = socket(0);
        var beside = socket(0)) {
      int port = silent.getLocalPort();
      if (!listening) {
        silent.close();
      }
      var notifier = notifier(port, beside.getLocalPort());
      notifier.changed(ZONE);
      var packet = new DatagramPacket(new byte[512], 512);
      beside.receive(packet); // so the other has been told as well
      assertThat(notifier.atWork()).isEqualTo(2);
      notifier.close();
      long end = System.nanoTime() + 10 * FIRST_WAIT.toNanos(); // of 31
      while (notifier.atWork() > 0) {
        assertThat(System.nanoTime()).as("still at work").isLessThan(end);
        Thread.onSpinWait();
      }
      notifier.changed(ZONE);
      assertThat(notifier.atWork()).isZero();
      beside.setSoTimeout(2 * (int) FIRST_WAIT.toMillis());
      assertThat(answered(beside, packet)).isTrue();
    }
  }

  /** Whether no more comes. */
  private static boolean answered(DatagramSocket secondary, DatagramPacket packet)
      throws Exception {
    try {
      secondary.receive(packet);
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    }
  }
}
