package io.l7.bittorrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.bittorrent.dht.DhtSearch;
import io.l7.bittorrent.dht.DhtSettings;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.common.net.Endpoint;
import io.l7.common.net.MemoryNetwork;
import io.l7.common.net.Network;
import io.l7.common.spec.Spec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes on their own, in memory and over real sockets. */
class DhtTest {
  private static final Duration PATIENCE = Duration.ofSeconds(50);
  private static final InfoHash HASH = InfoHash.parse("0123456789abcdef0123456789abcdef01234567");

  @TempDir Path folder;
  private final Network network = new MemoryNetwork();

  private Dht.Builder node() {
    return Dht.builder().network(network);
  }

  @Test
  @Spec("BEP 5")
  void whatOneNodeAnnouncesAnotherFinds() throws Exception {
    try (var first = Dht.builder().start();
        var second = Dht.builder().bootstrap(Endpoint.of(first.address())).start();
        var third = Dht.builder().bootstrap(Endpoint.of(second.address())).start()) {
      assertThat(second.announce(HASH, 6_881, PATIENCE).end().announced()).isPositive();
      assertThat(third.findPeers(HASH, PATIENCE).peers())
          .containsExactly(new InetSocketAddress("127.0.0.1", 6_881));
    }
  }

  @Test
  void aNodeThatComesBackJoinsThroughWhatItKept() throws Exception {
    var state = folder.resolve("dht");
    var settings = DhtSettings.DEFAULT.state(state);
    try (var first = node().start()) {
      try (var second = node().settings(settings.bootstrap(Endpoint.of(first.address()))).start()) {
        assertThat(second.findPeers(HASH, PATIENCE).end().answered()).isEqualTo(1);
      }
      assertThat(state).exists();
      assertThat(folder.resolve("dht.new")).doesNotExist();
      try (var again = node().settings(settings).start()) {
        assertThat(again.findPeers(HASH, PATIENCE).end().answered()).isEqualTo(1);
      }
    }
    var kept = Files.readAllBytes(state);
    try (var alone = node().settings(settings).start()) { // nobody is there any more
      assertThat(alone.findPeers(HASH, PATIENCE).end().answered()).isZero();
    }
    assertThat(state).hasBinaryContent(kept);
  }

  @Test
  void aLookUpThatIsCutShortSaysSo() throws Exception {
    try (var first = node().start();
        var second = node().bootstrap(Endpoint.of(first.address())).start()) {
      var whole = second.announce(HASH, 6_881, PATIENCE);
      assertThat(whole.extent()).isEqualTo(Dht.Extent.WHOLE);
      // Nobody answers there: that takes five seconds to be sure of.
      try (var third = node().bootstrap(Endpoint.parse("127.0.0.9:6881")).start()) {
        var cut = third.findPeers(HASH, Duration.ofMillis(20));
        assertThat(cut.extent()).isEqualTo(Dht.Extent.CUT);
        assertThat(cut.end()).isEqualTo(DhtSearch.End.NOBODY);
      }
    }
  }

  @Test
  void aDamagedStateIsNotBelievedAndNoObstacle() throws Exception {
    var state = Files.writeString(folder.resolve("dht"), "L7 dht 1\ndamaged");
    try (var first = node().start();
        var second =
            node()
                .settings(DhtSettings.DEFAULT.state(state).bootstrap(Endpoint.of(first.address())))
                .start()) {
      assertThat(second.findPeers(HASH, PATIENCE).end().answered()).isEqualTo(1);
    }
  }

  @Test
  void aFileThatIsNoStateIsLeftAlone() throws Exception {
    var letter = Files.writeString(folder.resolve("letter.txt"), "Dear Ann,\n");
    var settings = DhtSettings.DEFAULT.state(letter);
    assertThatThrownBy(() -> node().settings(settings).start())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("letter.txt is no table of the DHT");
    assertThat(letter).hasContent("Dear Ann,");
    var empty = Files.createFile(folder.resolve("empty")); // as mktemp makes it
    node().settings(DhtSettings.DEFAULT.state(empty)).start().close();
  }

  @Test
  void aSearchWaitsWhileTheNamesOfNodesAreResolved() throws Exception {
    try (var first = node().start();
        var second =
            node()
                .names(_ -> List.of(InetAddress.ofLiteral("127.0.0.1")))
                .bootstrap(new Endpoint("dht.example", first.address().getPort()))
                .start()) {
      assertThat(second.findPeers(HASH, PATIENCE).end().answered()).isEqualTo(1);
    }
  }

  @Test
  @Spec("BEP 32")
  void aNodeOfBothFamiliesAnnouncesAndFindsInBoth() throws Exception {
    var both = List.of(Endpoint.parse("127.0.0.1:0"), Endpoint.parse("[::1]:0"));
    try (var first = node().settings(DhtSettings.DEFAULT.listen(both)).start()) {
      var settings = DhtSettings.DEFAULT.listen(both);
      for (var address : first.addresses()) {
        settings = settings.bootstrap(Endpoint.of(address));
      }
      try (var second = node().settings(settings).start();
          var third = node().settings(settings).start()) {
        assertThat(second.announce(HASH, 6_881, PATIENCE).end().announced()).isPositive();
        assertThat(third.findPeers(HASH, PATIENCE).peers())
            .containsExactlyInAnyOrder(
                new InetSocketAddress("127.0.0.1", 6_881), new InetSocketAddress("::1", 6_881));
      }
    }
  }

  @Test
  void twoAddressesOfOneFamilyAreRefused() {
    var twice = List.of(Endpoint.parse("127.0.0.1:0"), Endpoint.parse("127.0.0.2:0"));
    assertThatThrownBy(() -> node().settings(DhtSettings.DEFAULT.listen(twice)).start())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPeersNodeHasThePeersNumberAndIsEverywhereToJoinThroughAnotherMachine() throws Exception {
    try (var beside = Peer.builder().network(network).dht(DhtSettings.DEFAULT).start()) {
      assertThat(beside.dhtAddresses()).containsExactly(beside.address());
    }
    var elsewhere = DhtSettings.DEFAULT.bootstrap(Endpoint.parse("11.22.33.44:6881")).port(7_001);
    try (var leaving = Peer.builder().network(network).dht(elsewhere).start()) {
      assertThat(leaving.dhtAddresses()).containsExactly(new InetSocketAddress("0.0.0.0", 7_001));
    }
    try (var none = Peer.builder().network(network).start()) {
      assertThat(none.dhtAddresses()).isEmpty();
    }
  }
}
