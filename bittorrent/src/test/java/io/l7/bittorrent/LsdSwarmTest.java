package io.l7.bittorrent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.bittorrent.lsd.LsdLimits;
import io.l7.bittorrent.lsd.LsdSettings;
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
import io.l7.common.time.Pause;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Peers that find each other on the local network alone: the loopback, with the groups and the port
 * of BEP 14, where other programs may be as well.
 */
class LsdSwarmTest extends Closing {
  private static final Duration PATIENCE = Duration.ofSeconds(55);

  /** Of this run: another run of the same test on this machine is not to be found. */
  private static final String NAME = "content-" + ProcessHandle.current().pid() + ".bin";

  private static final InetSocketAddress GROUP = new InetSocketAddress("239.192.152.143", 6771);

  /** So often that what must not happen would have happened. */
  private static final LsdSettings OFTEN =
      new LsdSettings(
          LsdSettings.Reach.LOOPBACK_TOO,
          new LsdLimits(Duration.ofSeconds(1), Duration.ofMillis(1), 24, 5, 1_500, 20, 16));

  @TempDir Path folder;

  private Metainfo metainfo(InfoDictionary.Privacy privacy) throws Exception {
    var data = new byte[1_000_000];
    Seeded.random("lsd swarm").nextBytes(data);
    var file = Files.createDirectories(folder.resolve("seed")).resolve(NAME);
    return Metainfo.parse(
        MetainfoCreator.of(Files.write(file, data))
            .pieceLength(64 << 10)
            .privacy(privacy)
            .create(_ -> {}));
  }

  private Torrent seed(Peer.Builder builder, Metainfo metainfo) throws Exception {
    var spec = TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly();
    var seed = opened(opened(builder.start()).add(spec));
    assertThat(seed.await(PATIENCE)).isTrue();
    return seed;
  }

  private Torrent leech(Peer.Builder builder, TorrentSpec spec) throws Exception {
    return opened(opened(builder.start()).add(spec));
  }

  private TorrentSpec leech(Metainfo metainfo) throws Exception {
    return TorrentSpec.of(metainfo, folder.resolve("leech"));
  }

  private static Peer.Builder at(String address) {
    return Peer.builder().listen(Endpoint.parse(address));
  }

  private static NetworkInterface loopback() throws Exception {
    return NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
  }

  private static double counted(Metrics metrics, String name) {
    return metrics
        .scrape()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:0", "127.0.0.77:0"})
  @Spec("BEP 14")
  void peersOfOneNetworkFindEachOtherWithoutATracker(String address) throws Exception {
    var metainfo = metainfo(InfoDictionary.Privacy.PUBLIC);
    seed(at(address).lsd(LsdSettings.LOOPBACK_TOO), metainfo);
    var leech = leech(at(address).lsd(LsdSettings.LOOPBACK_TOO), leech(metainfo));
    assertThat(leech.await(PATIENCE)).isTrue();
    assertThat(folder.resolve("leech").resolve(NAME))
        .hasSameBinaryContentAs(folder.resolve("seed").resolve(NAME));
  }

  @Test
  @Spec({"BEP 14", "BEP 9"})
  void aMagnetLinkHearsOfASeed() throws Exception {
    var metainfo = metainfo(InfoDictionary.Privacy.PUBLIC);
    seed(Peer.builder().lsd(OFTEN), metainfo);
    var spec = TorrentSpec.of(MagnetLink.of(metainfo), folder.resolve("leech"));
    var leech = leech(Peer.builder().lsd(OFTEN), spec);
    assertThat(leech.await(PATIENCE)).isTrue();
  }

  @Test
  @Spec({"BEP 14", "BEP 27"})
  void aPrivateTorrentIsNeitherAnnouncedNorFound() throws Exception {
    var metainfo = metainfo(InfoDictionary.Privacy.PRIVATE);
    var group = opened(Network.real().join(GROUP, loopback(), Optional.empty()));
    var heard = collected(group);
    var metrics = new Metrics();
    seed(Peer.builder().lsd(OFTEN), metainfo);
    var leech = leech(Peer.builder().lsd(OFTEN).metrics(metrics), leech(metainfo));
    // Somebody who does not mind tells of it, and of that the leech has heard.
    var announce =
        ("BT-SEARCH * HTTP/1.1\r\nPort: 40000\r\nInfohash: "
                + metainfo.info().v1Hash().orElseThrow()
                + "\r\n\r\n\r\n")
            .getBytes(US_ASCII);
    for (int i = 0; i < 3; i++) {
      group.send(announce, 0, announce.length, GROUP);
    }
    eventually(() -> counted(metrics, "l7_lsd_heard_total") >= 3);
    assertThat(leech.await(Duration.ofSeconds(3))).isFalse();
    assertThat(leech.status().knownPeers()).isZero();
    assertThat(heard)
        .filteredOn(text -> text.contains(metainfo.info().v1Hash().orElseThrow().toString()))
        .hasSize(3)
        .allMatch(text -> text.contains("Port: 40000"));
  }

  private static List<String> collected(Network.DatagramPort group) {
    var heard = new CopyOnWriteArrayList<String>();
    Thread.ofVirtual()
        .start(
            () -> {
              var datagram = new byte[1_500];
              try {
                while (true) {
                  heard.add(new String(datagram, 0, group.receive(datagram).length(), US_ASCII));
                }
              } catch (IOException _) {
                // the test is over
              }
            });
    return heard;
  }

  private static void eventually(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("patience").isNegative();
      Pause.of(Duration.ofMillis(20));
    }
  }

  @Test
  void whoTakesConnectionsOnTheLoopbackAloneTellsNobody() throws Exception {
    var metrics = new Metrics();
    var metainfo = metainfo(InfoDictionary.Privacy.PUBLIC);
    seed(Peer.builder().lsd(LsdSettings.DEFAULT).metrics(metrics), metainfo);
    seedIsSilent(metrics, metainfo);
  }

  private void seedIsSilent(Metrics metrics, Metainfo metainfo) throws Exception {
    var leech = leech(Peer.builder().lsd(OFTEN), leech(metainfo));
    assertThat(leech.await(Duration.ofSeconds(3))).isFalse();
    assertThat(counted(metrics, "l7_lsd_announces_total")).isZero();
  }

  @Test
  void aNetworkWithoutMulticastIsDoneWithout() throws Exception {
    var metrics = new Metrics();
    var metainfo = metainfo(InfoDictionary.Privacy.PUBLIC);
    seed(Peer.builder().network(new MemoryNetwork()).lsd(OFTEN).metrics(metrics), metainfo);
    seedIsSilent(metrics, metainfo);
  }

  @Test
  void ofAFloodOfAnnouncesMostAreDropped() throws Exception {
    var metrics = new Metrics();
    var metainfo = metainfo(InfoDictionary.Privacy.PUBLIC);
    var few =
        new LsdSettings(
            LsdSettings.Reach.LOOPBACK_TOO,
            new LsdLimits(Duration.ofHours(1), Duration.ofHours(1), 24, 5, 1_500, 1, 16));
    var leech = leech(Peer.builder().lsd(few).metrics(metrics), leech(metainfo));
    var group = opened(Network.real().join(GROUP, loopback(), Optional.empty()));
    for (int port = 20_000; port < 20_150; port++) {
      var text =
          "BT-SEARCH * HTTP/1.1\r\nPort: "
              + port
              + "\r\nInfohash: "
              + metainfo.info().v1Hash().orElseThrow();
      group.send(text.getBytes(US_ASCII), 0, text.length(), GROUP);
    }
    eventually(() -> counted(metrics, "l7_lsd_dropped_total") >= 100);
    assertThat(leech.status().knownPeers()).isBetween(1, 49);
  }

  @Test
  void aGroupOnNoInterfaceIsRefused() {
    var network = new MemoryNetwork();
    assertThatThrownBy(() -> network.join(GROUP, loopback(), Optional.empty()))
        .hasMessage("no multicast on this network");
  }
}
