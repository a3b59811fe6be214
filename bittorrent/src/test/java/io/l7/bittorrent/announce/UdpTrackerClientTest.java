package io.l7.bittorrent.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.wire.PeerId;
import io.l7.common.net.HostResolver;
import io.l7.common.net.Network;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
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
    return client(
        retry, Network.real(), Optional.empty(), host -> List.of(InetAddress.getByName(host)));
  }

  private static UdpTrackerClient client(
      UdpRetry retry, Network network, Optional<InetAddress> from, HostResolver names) {
    return new UdpTrackerClient(
        network, from, names, Seeded.random("udp"), AnnounceLimits.DEFAULT, retry);
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
    return run(script, at -> client(retry).announce("udp://" + at + "/announce", request()));
  }

  /** What is done with a tracker at a host and port. */
  private interface Use {
    AnnounceAnswer of(String at) throws Exception;
  }

  private static AnnounceAnswer run(Script script, Use use) throws Exception {
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
      return use.of("127.0.0.1:" + port.address().getPort());
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

  private static ByteBuffer accept(ByteBuffer packet) {
    return ByteBuffer.allocate(20)
        .putInt(1)
        .putInt(packet.getInt(12))
        .putInt(1800)
        .putInt(0)
        .putInt(0);
  }

  private static ByteBuffer connection(ByteBuffer packet, long id) {
    return ByteBuffer.allocate(16).putInt(0).putInt(packet.getInt(12)).putLong(id);
  }

  @Test
  @Spec("BEP 15")
  void anIdThatIsMetWithSilenceIsNotUsedAgain() throws Exception {
    var issued = new AtomicLong();
    var good = new AtomicLong(1);
    Script restarted =
        (packet, reply) -> {
          if (packet.getInt(8) == 0) {
            reply.send(connection(packet, issued.incrementAndGet()));
          } else if (packet.getLong(0) >= good.get()) {
            reply.send(accept(packet));
          }
        };
    // A second or so for what is lost, and not a loop of nine.
    var once =
        new UdpRetry() {
          @Override
          public Duration timeout(int n) {
            return Duration.ofMillis(700);
          }

          @Override
          public int tries() {
            return 0;
          }

          @Override
          public long nanos() {
            return 0; // no minute ever passes
          }
        };
    var client = client(once);
    run(
        restarted,
        at -> {
          var url = "udp://" + at + "/announce";
          assertThat(client.announce(url, request())).isInstanceOf(AnnounceAnswer.Accepted.class);
          good.set(2); // it was restarted, and does not know the id
          assertThatThrownBy(() -> client.announce(url, request()))
              .isInstanceOf(SocketTimeoutException.class);
          return client.announce(url, request());
        });
    assertThat(issued).hasValue(2);
  }

  @Test
  void ofANameThatHasAnAddressOfAFamilyWeHaveNotTheOtherIsAsked() throws Exception {
    Script tracker =
        (packet, reply) ->
            reply.send(packet.getInt(8) == 0 ? connection(packet, 7) : accept(packet));
    HostResolver both =
        _ -> List.of(InetAddress.ofLiteral("2001:db8::1"), InetAddress.ofLiteral("127.0.0.1"));
    Use use =
        at -> {
          var url = "udp://tracker.example" + at.substring(at.indexOf(':'));
          var here = Optional.of(InetAddress.ofLiteral("127.0.0.1"));
          assertThat(client(patient(), Network.real(), here, both).announce(url, request()))
              .as("where we listen is of IPv4")
              .isInstanceOf(AnnounceAnswer.Accepted.class);
          return client(patient(), new WithoutIpv6(Network.real()), Optional.empty(), both)
              .announce(url, request());
        };
    assertThat(run(tracker, use)).isInstanceOf(AnnounceAnswer.Accepted.class);
  }

  /** A machine without IPv6. */
  private record WithoutIpv6(Network base) implements Network {
    @Override
    public Acceptor listen(InetSocketAddress address) throws IOException {
      return base.listen(address);
    }

    @Override
    public Socket connect(Optional<InetAddress> from, InetSocketAddress to, Duration timeout)
        throws IOException {
      return base.connect(from, to, timeout);
    }

    @Override
    public List<DatagramPort> bind(InetSocketAddress address, int sockets) throws IOException {
      if (address.getAddress() instanceof Inet6Address) {
        throw new SocketException("Address family not supported by protocol");
      }
      return base.bind(address, sockets);
    }
  }

  @Test
  @Spec("BEP 41")
  void whatTheUrlSaysBehindThePortIsToldAsOptions() throws Exception {
    var heard = new LinkedBlockingQueue<byte[]>();
    Script tracker =
        (packet, reply) -> {
          if (packet.getInt(8) == 0) {
            reply.send(connection(packet, 7));
          } else {
            var options = new byte[packet.limit() - 98];
            packet.get(98, options);
            heard.add(options);
            reply.send(accept(packet));
          }
        };
    var key = "k".repeat(300);
    run(
        tracker,
        at -> {
          client(patient()).announce("udp://" + at, request());
          client(patient()).announce("udp://" + at + "/announce?user=a%20b", request());
          return client(patient()).announce("udp://" + at + "/" + key, request());
        });
    assertThat(heard.take()).isEmpty();
    assertThat(heard.take())
        .asString(StandardCharsets.US_ASCII)
        .isEqualTo("\u0002\u0014/announce?user=a%20b");
    assertThat(heard.take())
        .asString(StandardCharsets.ISO_8859_1)
        .isEqualTo("\u0002\u00ff/" + key.substring(0, 254) + "\u0002." + key.substring(254));
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
