package io.l7.bittorrent.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.common.testkit.Seeded;
import io.l7.common.transcript.Dialogue;
import io.l7.common.transcript.JsonLines;
import io.l7.common.transcript.Transcript;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a transcript shows of the DHT. */
class DialoguesTest {
  private static final InfoHash HASH = InfoHash.parse("0123456789abcdef0123456789abcdef01234567");

  private final SimulatedDht network = new SimulatedDht(Seeded.random("dialogues"));
  private final List<String> lines = new ArrayList<>();
  private final List<String> json = new ArrayList<>();

  private DhtNode watched() {
    network.transcript =
        Transcript.of(
            new Dialogue(lines::add, Dialogue.Naming.BARE),
            event -> json.add(JsonLines.line(event)));
    var node = network.add();
    network.transcript = Transcript.none();
    return node;
  }

  @Test
  void aSearchIsShownQuestionByQuestionAndNoTokenWithIt() {
    var other = network.add();
    var node = watched();
    node.start(List.of(network.addressOf(other)));
    network.time.advance(Duration.ofSeconds(10));
    lines.clear();
    var end = network.search(node, HASH, Optional.of(6_881));
    assertThat(end.announced()).isEqualTo(1);
    assertThat(lines)
        .containsSubsequence(
            "=== " + address(other),
            "=== get_peers " + HASH,
            "=== response of " + other.id() + ", a token",
            "=== closed",
            "=== announce_peer " + HASH + " at port 6881",
            "=== response of " + other.id(),
            "=== closed");
    assertThat(json).anyMatch(line -> line.contains("********") || line.contains("KioqKioq"));
  }

  private String address(DhtNode node) {
    var address = network.addressOf(node);
    return address.getHostString() + ":" + address.getPort();
  }

  @Test
  void whatIsAskedOfUsAndWhatIsNotAnsweredIsShownToo() {
    var node = watched();
    var asks = network.add();
    asks.probe(network.addressOf(node));
    network.dead.add(network.addressOf(asks));
    network.time.advance(Duration.ofSeconds(10));
    assertThat(lines)
        .containsSubsequence("=== ping", "=== response of " + node.id(), "=== closed")
        .containsSubsequence("=== ping", "=== no answer", "=== closed");
  }

  @Test
  void aTokenIsMaskedWhereverItStands() {
    var said = new ArrayList<String>();
    var transport =
        new DhtTransport() {
          @Override
          public void send(byte[] datagram, InetSocketAddress to) {}

          @Override
          public InetSocketAddress address() {
            return new InetSocketAddress("11.1.1.1", 4_000);
          }
        };
    var dialogues =
        new Dialogues(event -> said.add(JsonLines.line(event)), network.time.clock(), transport);
    var token = BString.of("SeCrEt");
    var id = NodeId.of("a".repeat(20).getBytes(StandardCharsets.US_ASCII));
    var hash = InfoHash.of("b".repeat(20).getBytes(StandardCharsets.US_ASCII));
    var query =
        new Krpc.Query(
            BString.of("q"),
            id,
            new Call.AnnouncePeer(hash, Optional.of(6_881), token),
            Krpc.Standing.FULL);
    dialogues.asking(query, KrpcWriter.write(query), new InetSocketAddress("12.1.1.1", 4_000));
    assertThat(said).noneMatch(line -> line.contains("SeCrEt"));
    assertThat(said).anyMatch(line -> line.contains("5:token6:******"));
  }

  @Test
  void whatAStrangerSaysIsNoControlSequence() {
    var failure = new Krpc.Failure(BString.of("q"), 201, "\u001b[2Jgone\u009b");
    assertThat(Dialogues.words(failure)).isEqualTo("error 201: ?[2Jgone?");
  }
}
