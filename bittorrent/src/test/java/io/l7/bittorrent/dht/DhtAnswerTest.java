package io.l7.bittorrent.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a node says to datagrams that strangers made with care, and what it counts. */
class DhtAnswerTest {
  private static final DhtLimits LIMITS = DhtLimits.DEFAULT;

  private final SimulatedDht network = new SimulatedDht(Seeded.random("dht answer"));
  private final InetSocketAddress here = new InetSocketAddress("11.1.1.1", 5_000);
  private final DhtNode node = network.add(here, LIMITS, Krpc.Standing.FULL);
  private final NodeId id = NodeId.random(network.random);
  private final InfoHash hash = InfoHash.of(NodeId.random(network.random).bytes());
  private int hosts;

  private List<byte[]> answersTo(byte[] datagram) {
    var stranger = new InetSocketAddress("12.1." + hosts++ + ".1", 4_000);
    return answersTo(datagram, stranger);
  }

  private List<byte[]> answersTo(byte[] datagram, InetSocketAddress stranger) {
    var answers = new ArrayList<byte[]>();
    network.strangers.put(stranger, (answer, _) -> answers.add(answer));
    node.received(datagram, stranger);
    network.time.advance(Duration.ofMillis(250));
    return answers;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private byte[] query(Call call) {
    return KrpcWriter.write(new Krpc.Query(BString.of("q"), id, call, Krpc.Standing.READ_ONLY));
  }

  @Test
  void anErrorToNextToNothingIsNotSent() {
    for (var tiny : List.of("d1:t0:1:y1:qe", "d1:ade1:t0:1:y1:qe", "d1:ade1:t1:x1:y1:qe")) {
      for (var answer : answersTo(bytes(tiny))) {
        assertThat(answer.length).isLessThanOrEqualTo(4 * tiny.length());
      }
    }
    var unknown = "d1:ad2:id20:aaaaaaaaaaaaaaaaaaaae1:q4:pong1:t1:x1:y1:qe";
    assertThat(answersTo(bytes(unknown))).hasSize(1);
  }

  @Test
  @Spec("BEP 5")
  void everyAnnounceThatIsTakenIsCountedAndNoOther() {
    var stranger = new InetSocketAddress("13.1.1.1", 4_000);
    var heard = answersTo(query(new Call.GetPeers(hash, Set.of())), stranger);
    var token = response(heard.getFirst()).token().orElseThrow();
    for (int i = 0; i < 3; i++) { // the same peer again
      answersTo(query(new Call.AnnouncePeer(hash, Optional.of(6_881), token)), stranger);
    }
    answersTo(query(new Call.AnnouncePeer(hash, Optional.of(6_881), BString.of("x"))), stranger);
    assertThat(node.status().peers()).isEqualTo(1);
    assertThat(network.counters.stored().value()).isEqualTo(3);
  }

  @Test
  void peersOfOurNetworkAreToldToNobodyElsewhere() {
    var near = new InetSocketAddress("10.0.0.7", 4_000);
    var ask = query(new Call.GetPeers(hash, Set.of()));
    var token = response(answersTo(ask, near).getFirst()).token().orElseThrow();
    answersTo(query(new Call.AnnouncePeer(hash, Optional.of(6_881), token)), near);
    var beside = new InetSocketAddress("10.0.0.8", 4_000);
    assertThat(response(answersTo(ask, beside).getFirst()).peers())
        .containsExactly(new InetSocketAddress("10.0.0.7", 6_881));
    assertThat(response(answersTo(ask).getFirst()).peers()).isEmpty();
  }

  private static Krpc.Response response(byte[] datagram) {
    try {
      return (Krpc.Response) KrpcReader.read(datagram);
    } catch (KrpcException e) {
      throw new AssertionError(e);
    }
  }
}
