package io.l7.bittorrent.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.wire.PeerId;
import io.l7.common.net.Network;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class UdpTrackerClientTest {
  private static AnnounceRequest request() {
    return new AnnounceRequest(
        InfoHash.of(new byte[20]),
        PeerId.of(new byte[20]),
        6881,
        0,
        0,
        1,
        AnnounceEvent.NONE,
        50,
        1,
        Optional.empty());
  }

  private static UdpTrackerClient client(UdpRetry retry) {
    return new UdpTrackerClient(
        Network.real(),
        Optional.empty(),
        host -> List.of(InetAddress.getByName(host)),
        Seeded.random("udp"),
        AnnounceLimits.DEFAULT,
        retry);
  }

  /** For a tracker that does not answer. */
  private static UdpRetry impatient(List<Integer> asked) {
    return retry(asked, Duration.ofMillis(20));
  }

  /** For one that does, on a machine however busy. */
  private static UdpRetry patient() {
    return retry(new ArrayList<>(), Duration.ofSeconds(20));
  }

  private static UdpRetry retry(List<Integer> asked, Duration timeout) {
    return new UdpRetry() {
      @Override
      public Duration timeout(int n) {
        asked.add(n);
        return timeout;
      }

      @Override
      public long nanos() {
        return System.nanoTime();
      }
    };
  }

  /** What a scripted tracker does with a packet. */
  private interface Script {
    void answer(ByteBuffer packet, Reply reply) throws IOException;
  }

  private interface Reply {
    void send(ByteBuffer packet) throws IOException;
  }

  private static AnnounceAnswer run(Script script, UdpRetry retry) throws Exception {
    try (var port = Network.real().bind(new InetSocketAddress("127.0.0.1", 0))) {
      Thread.ofVirtual()
          .start(
              () -> {
                var data = new byte[2_048];
                try {
                  while (true) {
                    var received = port.receive(data);
                    script.answer(
                        ByteBuffer.wrap(data.clone(), 0, received.length()),
                        packet -> {
                          var bytes = new byte[packet.position()];
                          packet.flip().get(bytes);
                          port.send(bytes, 0, bytes.length, received.from());
                        });
                  }
                } catch (IOException _) {
                  // closed
                }
              });
      return client(retry)
          .announce("udp://127.0.0.1:" + port.address().getPort() + "/announce", request());
    }
  }

  @Test
  @Spec("BEP 15")
  void theScheduleIsFifteenSecondsDoubledEightTimes() {
    assertThat(UdpRetry.BEP15.tries()).isEqualTo(8);
    assertThat(UdpRetry.BEP15.timeout(0)).isEqualTo(Duration.ofSeconds(15));
    assertThat(UdpRetry.BEP15.timeout(8)).isEqualTo(Duration.ofMinutes(64));
  }

  @Test
  @Spec("BEP 15")
  void aSilentTrackerIsAskedNineTimesAndThenGivenUp() {
    var asked = new ArrayList<Integer>();
    var seen = new CopyOnWriteArrayList<Integer>();
    assertThatThrownBy(() -> run((packet, _) -> seen.add(packet.limit()), impatient(asked)))
        .isInstanceOf(SocketTimeoutException.class);
    assertThat(asked).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(seen).hasSize(9).containsOnly(16);
  }

  @Test
  @Spec("BEP 15")
  void anAnswerToAnotherTransactionIsNotTaken() throws Exception {
    var answer =
        run(
            (packet, reply) -> {
              int action = packet.getInt(8);
              int transaction = packet.getInt(12);
              var real = ByteBuffer.allocate(64).putInt(action);
              if (action == 0) {
                reply.send(ByteBuffer.allocate(16).putInt(0).putInt(transaction + 1).putLong(13));
                reply.send(real.putInt(transaction).putLong(42));
              } else {
                assertThat(packet.getLong(0)).isEqualTo(42);
                real.putInt(transaction).putInt(1800).putInt(3).putInt(2);
                reply.send(real.put(new byte[] {127, 0, 0, 2, 0x1a, (byte) 0xe1}));
              }
            },
            patient());
    var accepted = (AnnounceAnswer.Accepted) answer;
    assertThat(accepted.interval()).isEqualTo(Duration.ofMinutes(30));
    assertThat(accepted.incomplete()).contains(3);
    assertThat(accepted.complete()).contains(2);
    assertThat(accepted.peers()).containsExactly(new InetSocketAddress("127.0.0.2", 6881));
  }

  @Test
  void anErrorIsTheTrackersOwnText() {
    assertThatThrownBy(
            () ->
                run(
                    (packet, reply) ->
                        reply.send(
                            ByteBuffer.allocate(32)
                                .putInt(3)
                                .putInt(packet.getInt(12))
                                .put("not allowed".getBytes(StandardCharsets.US_ASCII))),
                    patient()))
        .isInstanceOf(IOException.class)
        .hasMessage("not allowed");
  }
}
