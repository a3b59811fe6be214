package io.l7.bittorrent.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

/** The shared contract of trackers: UDP (BEP 15). */
class UdpTrackerContractTest extends TrackerContract {
  @Test
  @Spec("BEP 15")
  void nothingIsAnsweredBeforeAnAddressIsProven() throws Exception {
    var socket = udp(2);
    for (int length : new int[] {0, 1, 15}) {
      assertSilence(socket, ByteBuffer.allocate(16).position(length));
    }
    assertSilence(socket, ByteBuffer.allocate(16).putLong(MAGIC + 1).putInt(0).putInt(1));
    long id = connect(socket);
    assertSilence(socket, announcePacket(~id, RAW1, 1, 0, -1, 5000));
    assertSilence(socket, scrapePacket(~id, RAW1));
    assertSilence(udp(3), announcePacket(id, RAW1, 1, 0, -1, 5000));
    assertSilence(socket, announcePacket(id + (100L << 32), RAW1, 1, 0, -1, 5000));
    assertThat(tracker.peers()).isZero();
    // what is sent to the unproven is no longer than what it sent: 16 bytes for 16
    assertThat(ask(socket, connectPacket(5)).remaining()).isEqualTo(16);
    var padded = ByteBuffer.allocate(64).putLong(MAGIC).putInt(0).putInt(6).position(64);
    assertThat(ask(socket, padded).remaining()).isEqualTo(16);
  }

  @Test
  @Spec("BEP 15")
  void aConnectionIdServesTwoMinutesAndNoRestart() throws Exception {
    var socket = udp(2);
    long id = connect(socket);
    for (int second : new int[] {0, 59, 60}) {
      advance(Duration.ofSeconds(second));
      assertThat(ask(socket, announcePacket(id, RAW1, 1, 0, -1, 5000)).getInt()).isEqualTo(1);
    }
    advance(Duration.ofSeconds(2)); // 121 s in all
    assertSilence(socket, announcePacket(id, RAW1, 1, 0, -1, 5000));
    long fresh = connect(socket);
    restart(TrackerServer.Settings.DEFAULT);
    assertSilence(socket, announcePacket(fresh, RAW1, 1, 0, -1, 5000));
  }

  @Test
  @Spec("BEP 15")
  void twentyPeersSeeThoseBeforeThem() throws Exception {
    var earlier = new HashSet<Integer>();
    for (int i = 0; i < 20; i++) {
      var socket = udp(1);
      long id = connect(socket);
      boolean seed = i % 3 == 0;
      var answer = ask(socket, announcePacket(id, RAW1, seed ? 0 : 9, 2, 10, 2000 + i));
      assertThat(answer.getInt()).isEqualTo(1);
      assertThat(answer.getInt()).isEqualTo(99);
      assertThat(answer.getInt()).isPositive();
      assertThat(answer.getInt() + answer.getInt()).isEqualTo(i + 1);
      var listed = new HashSet<Integer>();
      while (answer.hasRemaining()) {
        assertThat(answer.getInt()).isEqualTo(0x7f000001);
        listed.add(answer.getShort() & 0xffff);
      }
      assertThat(earlier).containsAll(listed);
      int eligible = seed ? i - (i + 2) / 3 : i; // seeds are not shown to seeds
      assertThat(listed).hasSize(Math.min(eligible, 10)).doesNotContain(2000 + i);
      earlier.add(2000 + i);
    }
  }

  @Test
  @Spec("BEP 41")
  void optionsBehindAnAnnounceAreAllowed() throws Exception {
    var socket = udp(2);
    var packet = announcePacket(connect(socket), RAW1, 1, 0, -1, 5000);
    packet.put(new byte[] {2, 3, 'a', 'b', 'c', 1, 0});
    assertThat(ask(socket, packet).getInt()).isEqualTo(1);
  }

  @Test
  @Spec("BEP 15")
  void theUdpSideTellsErrorsScrapesAndEventsAndSharesTheSwarm() throws Exception {
    announce(1, "");
    var socket = udp(2);
    long id = connect(socket);
    var answer = ask(socket, announcePacket(id, RAW1, 0, 1, -1, 5000));
    assertThat(answer.position(20).remaining()).isEqualTo(6);
    var figures = ask(socket, scrapePacket(id, RAW2, RAW1));
    assertThat(figures.getInt()).isEqualTo(2);
    assertThat(figures.getInt()).isEqualTo(98);
    for (int expected : new int[] {0, 0, 0, 1, 1, 1}) {
      assertThat(figures.getInt()).isEqualTo(expected);
    }
    assertThat(ask(socket, announcePacket(id, RAW1, 1, 0, -1, 0)).getInt()).isEqualTo(3);
    var odd = ByteBuffer.allocate(16).putLong(id).putInt(7).putInt(42);
    var error = ask(socket, odd);
    assertThat(error.getInt()).isEqualTo(3);
    assertThat(error.getInt()).isEqualTo(42);
    ask(socket, announcePacket(id, RAW1, 0, 3, -1, 5000));
    assertThat(tracker.peers()).isEqualTo(1);
  }

  @Test
  @Spec("BEP 15")
  void aClockThatJumpsInvalidatesIdsAndNothingElse() throws Exception {
    var socket = udp(2);
    long id = connect(socket);
    advance(Duration.ofSeconds(-30));
    assertSilence(socket, announcePacket(id, RAW1, 1, 0, -1, 5000)); // of the future
    long earlier = connect(socket);
    assertThat(ask(socket, announcePacket(earlier, RAW1, 1, 0, -1, 5000)).getInt()).isEqualTo(1);
    advance(Duration.ofDays(400));
    assertSilence(socket, announcePacket(earlier, RAW1, 1, 0, -1, 5000));
    long later = connect(socket);
    assertThat(ask(socket, announcePacket(later, RAW1, 1, 0, -1, 5001)).getInt()).isEqualTo(1);
    advance(Duration.ofSeconds(10));
    assertThat(ask(socket, announcePacket(later, RAW1, 1, 0, -1, 5001)).getInt()).isEqualTo(1);
  }
}
