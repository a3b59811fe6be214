package io.l7.bittorrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.bencode.BDictionary;
import io.l7.bittorrent.bencode.BInteger;
import io.l7.bittorrent.bencode.BList;
import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.bencode.BencodeReader;
import io.l7.bittorrent.bencode.BencodeWriter;
import io.l7.bittorrent.dht.DhtSettings;
import io.l7.bittorrent.metainfo.InfoDictionary;
import io.l7.bittorrent.metainfo.MagnetLink;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.net.MemoryNetwork;
import io.l7.common.net.Network;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers that find each other by the DHT alone. */
class DhtSwarmTest extends Closing {
  private static final Duration PATIENCE = Duration.ofSeconds(55);

  @TempDir Path folder;

  private Path content() throws Exception {
    var data = new byte[1_000_000];
    Seeded.random("dht swarm").nextBytes(data);
    return Files.write(
        Files.createDirectories(folder.resolve("seed")).resolve("content.bin"), data);
  }

  private Metainfo metainfo(InfoDictionary.Privacy privacy) throws Exception {
    return Metainfo.parse(
        MetainfoCreator.of(content()).pieceLength(64 << 10).privacy(privacy).create(_ -> {}));
  }

  private Dht bootstrap(Network network) throws Exception {
    return opened(Dht.builder().network(network).start());
  }

  private static DhtSettings through(Dht dht) {
    return DhtSettings.DEFAULT.bootstrap(Endpoint.of(dht.address()));
  }

  private Torrent add(Peer.Builder builder, TorrentSpec spec) throws Exception {
    return opened(opened(builder.start()).add(spec));
  }

  @Test
  @Spec({"BEP 5", "BEP 9"})
  void aMagnetLinkWithoutATrackerIsDownloadedByTheDhtAlone() throws Exception {
    downloadsByMagnet(Network.real());
  }

  @Test
  void theSameInMemory() throws Exception {
    downloadsByMagnet(new MemoryNetwork());
  }

  private void downloadsByMagnet(Network network) throws Exception {
    var metainfo = metainfo(InfoDictionary.Privacy.PUBLIC);
    var dht = bootstrap(network);
    var seed =
        add(
            Peer.builder().network(network).dht(through(dht)),
            TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly());
    assertThat(seed.await(PATIENCE)).isTrue();
    var link = MagnetLink.of(metainfo);
    assertThat(link.trackers()).isEmpty();
    var leech =
        add(
            Peer.builder().network(network).dht(through(dht)),
            TorrentSpec.of(link, folder.resolve("leech")));
    assertThat(leech.await(PATIENCE)).isTrue();
    assertThat(folder.resolve("leech/content.bin"))
        .hasSameBinaryContentAs(folder.resolve("seed/content.bin"));
    assertThat(seed.status().dht().orElseThrow().announces()).isPositive();
    assertThat(leech.status().dht().orElseThrow().nodes()).isPositive();
  }

  @Test
  @Spec("BEP 5")
  void theNodesThatATorrentNamesAreJoined() throws Exception {
    var dht = bootstrap(Network.real());
    var metainfo = withNode(metainfo(InfoDictionary.Privacy.PUBLIC), dht.address().getPort());
    var spec = TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly();
    assertThat(spec.nodes()).containsExactly(Endpoint.of(dht.address()));
    var seed = add(Peer.builder().dht(DhtSettings.DEFAULT), spec);
    assertThat(seed.await(PATIENCE)).isTrue();
    var leech =
        add(
            Peer.builder().dht(DhtSettings.DEFAULT),
            TorrentSpec.of(metainfo, folder.resolve("leech")));
    assertThat(leech.await(PATIENCE)).isTrue();
  }

  /** The torrent with one more key, as other programs write it. */
  private static Metainfo withNode(Metainfo metainfo, int port) throws Exception {
    var file = BencodeWriter.dictionary();
    var info = BencodeReader.decode(metainfo.info().raw(), BencodeReader.Mode.STRICT);
    file.put("info", (BDictionary) info)
        .put("nodes", List.of(new BList(List.of(BString.of("127.0.0.1"), new BInteger(port)))));
    return Metainfo.parse(file.encode());
  }

  @Test
  @Spec({"BEP 5", "BEP 27"})
  void aPrivateTorrentIsNeitherAnnouncedNorLookedForNorSpokenOf() throws Exception {
    var metainfo = metainfo(InfoDictionary.Privacy.PRIVATE);
    var metrics = new Metrics();
    var dht = bootstrap(Network.real());
    var seedPeer = opened(Peer.builder().metrics(metrics).dht(through(dht)).start());
    var seed = opened(seedPeer.add(TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly()));
    assertThat(seed.await(PATIENCE)).isTrue();
    assertThat(seed.status().dht()).isEmpty();
    var leech =
        add(
            Peer.builder().dht(DhtSettings.DEFAULT),
            TorrentSpec.of(metainfo, folder.resolve("leech")).peers(seedPeer.addresses()));
    assertThat(leech.await(PATIENCE)).isTrue(); // by then seconds have passed, and a handshake
    assertThat(dht.status().peers()).isZero();
    assertThat(metrics.scrape()).contains("l7_dht_announces_total 0");
    var found = dht.findPeers(metainfo.info().v1Hash().orElseThrow(), PATIENCE);
    assertThat(found.peers()).isEmpty();
  }

  @Test
  @Spec("BEP 27")
  void whatNobodyKnowsToBePublicIsLookedForAndNotAnnounced() throws Exception {
    var network = new MemoryNetwork();
    var dht = bootstrap(network);
    var link = MagnetLink.of(metainfo(InfoDictionary.Privacy.PUBLIC));
    var leech =
        add(
            Peer.builder().network(network).dht(through(dht)),
            TorrentSpec.of(link, folder.resolve("leech")));
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (leech.status().dht().orElseThrow().lookups() < 2 && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(leech.status().dht().orElseThrow().lookups()).isGreaterThanOrEqualTo(2);
    assertThat(dht.status().peers()).isZero();
  }

  /** Neither of two peers was told of a node but by the other's message. */
  @Test
  @Spec("BEP 5")
  void peersTellEachOtherOfTheirNodes() throws Exception {
    var metainfo = metainfo(InfoDictionary.Privacy.PUBLIC);
    var seedPeer = opened(Peer.builder().dht(DhtSettings.DEFAULT).start());
    var seed = opened(seedPeer.add(TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly()));
    assertThat(seed.await(PATIENCE)).isTrue();
    var leech =
        add(
            Peer.builder().dht(DhtSettings.DEFAULT),
            TorrentSpec.of(metainfo, folder.resolve("leech")).peers(seedPeer.addresses()));
    assertThat(leech.await(PATIENCE)).isTrue();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (nodes(leech) + nodes(seed) < 2 && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(nodes(leech)).isEqualTo(1);
    assertThat(nodes(seed)).isEqualTo(1);
  }

  private static int nodes(Torrent torrent) {
    return torrent.status().dht().orElseThrow().nodes();
  }
}
