package io.l7.bittorrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.l7.bittorrent.metainfo.InfoDictionary;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.metainfo.MetainfoException;
import io.l7.bittorrent.peer.PeerLimits;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.bittorrent.peer.TorrentState;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import java.io.RandomAccessFile;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers find one another, come and go, over real sockets. */
class SwarmLifeTest extends Closing {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @TempDir Path folder;

  private Path content(String name, int bytes) throws Exception {
    var data = new byte[bytes];
    Seeded.random(name).nextBytes(data);
    var file = folder.resolve("seed").resolve(name);
    Files.createDirectories(folder.resolve("seed").resolve(name).resolveSibling("."));
    return Files.write(file, data);
  }

  private Peer peer(Peer.Builder builder) throws Exception {
    var peer = builder.start();
    opened(peer);
    return peer;
  }

  private Peer seed(Peer.Builder builder, Metainfo torrent) throws Exception {
    var seed = peer(builder);
    var seeding = seed.add(TorrentSpec.of(torrent, folder.resolve("seed")).readOnly());
    assertThat(seeding.await(PATIENCE)).isTrue();
    assertThat(seeding.status().missingBytes()).isZero();
    return seed;
  }

  private static void eventually(Torrent torrent, BooleanSupplier condition) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("patience, with " + torrent.status()).isNegative();
      torrent.await(Duration.ofMillis(20));
    }
  }

  private static boolean knows(Torrent torrent, Peer other) {
    return torrent.status().peers().stream().anyMatch(p -> p.address().equals(other.address()));
  }

  @Test
  @Spec("BEP 11")
  void aPeerThatKnowsOneLeechAloneFindsTheSeedByPeerExchange() throws Exception {
    var file = content("pex.bin", 2 << 20);
    var torrent = Metainfo.parse(MetainfoCreator.of(file).pieceLength(32 * 1024).create(_ -> {}));
    var seed = seed(Peer.builder().upRate(500_000), torrent);
    var first = peer(Peer.builder());
    var known =
        first.add(TorrentSpec.of(torrent, folder.resolve("one")).peers(List.of(seed.address())));
    eventually(known, () -> knows(known, seed));
    var second = peer(Peer.builder());
    var learning =
        second.add(TorrentSpec.of(torrent, folder.resolve("two")).peers(List.of(first.address())));
    assertThat(learning.await(PATIENCE)).isTrue();
    assertThat(known.status().sent()).as("the rest came from the seed").isLessThan(2 << 20);
  }

  @Test
  @Spec("BEP 27")
  void inAPrivateTorrentNoPeerTellsOfAnother() throws Exception {
    var file = content("private.bin", 600_000);
    var torrent =
        Metainfo.parse(
            MetainfoCreator.of(file)
                .privacy(InfoDictionary.Privacy.PRIVATE)
                .pieceLength(32 * 1024)
                .create(_ -> {}));
    var seed = seed(Peer.builder().upRate(200_000), torrent);
    var first = peer(Peer.builder());
    var known =
        first.add(TorrentSpec.of(torrent, folder.resolve("one")).peers(List.of(seed.address())));
    var second = peer(Peer.builder());
    var learning =
        second.add(TorrentSpec.of(torrent, folder.resolve("two")).peers(List.of(first.address())));
    assertThat(learning.await(PATIENCE)).isTrue(); // three rounds of a second at least
    assertThat(known.await(PATIENCE)).isTrue();
    assertThat(learning.status().knownPeers()).isEqualTo(1);
  }

  @Test
  @Spec("BEP 7")
  void peersMeetOverIpv6ByTheTracker() throws Exception {
    var file = content("six.bin", 1 << 20);
    try (var tracker = Tracker.builder().http(Endpoint.parse("[::1]:0")).start()) {
      var torrent =
          Metainfo.parse(
              MetainfoCreator.of(file)
                  .trackers(List.of(List.of(tracker.announceUrl())))
                  .create(_ -> {}));
      seed(Peer.builder().listen(Endpoint.parse("[::1]:0")), torrent);
      var leech =
          peer(Peer.builder().listen(Endpoint.parse("[::1]:0")))
              .add(TorrentSpec.of(torrent, folder.resolve("leech")));
      assertThat(leech.await(PATIENCE)).isTrue();
      assertThat(folder.resolve("leech/six.bin")).hasSameBinaryContentAs(file);
    }
  }

  @Test
  void theOthersFinishThoughWhoIsDoneLeaves() throws Exception {
    var file = content("leave.bin", 2 << 20);
    try (var tracker = Tracker.builder().http(new Endpoint("127.0.0.1", 0)).start()) {
      var torrent =
          Metainfo.parse(
              MetainfoCreator.of(file)
                  .pieceLength(32 * 1024)
                  .trackers(List.of(List.of(tracker.announceUrl())))
                  .create(_ -> {}));
      seed(Peer.builder().upRate(1 << 20), torrent);
      var leeches = new ArrayList<Torrent>();
      for (int i = 0; i < 5; i++) {
        leeches.add(
            peer(Peer.builder().upRate(1 << 20))
                .add(TorrentSpec.of(torrent, folder.resolve("leech" + i))));
      }
      for (var leech : leeches) {
        assertThat(leech.await(PATIENCE)).isTrue();
        leech.close();
      }
      for (int i = 0; i < 5; i++) {
        assertThat(folder.resolve("leech" + i + "/leave.bin")).hasSameBinaryContentAs(file);
      }
    }
  }

  @Test
  void whoComesWhileADiskIsCheckedWaitsAndIsServedWhenThatIsDone() throws Exception {
    var file = content("early.bin", 200_000);
    var torrent = Metainfo.parse(MetainfoCreator.of(file).pieceLength(32 * 1024).create(_ -> {}));
    var metrics = new Metrics();
    var dialled =
        metrics.counter(
            "l7_tcp_connections_accepted_total", "Connections accepted", "server", "peer");
    var seed = peer(Peer.builder().metrics(metrics));
    var come = new CountDownLatch(1);
    seed.add(
        TorrentSpec.of(torrent, folder.resolve("seed"))
            .readOnly()
            .listeners(_ -> uninterruptibly(come), _ -> {}, _ -> {}));
    var leech =
        peer(Peer.builder())
            .add(TorrentSpec.of(torrent, folder.resolve("leech")).peers(List.of(seed.address())));
    eventually(leech, () -> dialled.value() == 1);
    assertThat(leech.await(Duration.ofMillis(300))).isFalse(); // time enough to be sent away
    come.countDown();
    // Sent away, it would have come again after five seconds.
    assertThat(leech.await(PATIENCE)).isTrue();
    assertThat(dialled.value()).isEqualTo(1);
  }

  @Test
  void aTorrentThatIsClosedWhileItsDiskIsCheckedStaysClosed() throws Exception {
    var tracker = Tracker.builder().http(new Endpoint("127.0.0.1", 0)).start();
    opened(tracker);
    var file = content("closed.bin", 200_000);
    var torrent =
        Metainfo.parse(
            MetainfoCreator.of(file)
                .pieceLength(32 * 1024)
                .trackers(List.of(List.of(tracker.announceUrl())))
                .create(_ -> {}));
    var begun = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var known = new CountDownLatch(1);
    var seeding =
        peer(Peer.builder())
            .add(
                TorrentSpec.of(torrent, folder.resolve("seed"))
                    .readOnly()
                    .listeners(
                        _ -> {
                          begun.countDown();
                          uninterruptibly(goOn);
                        },
                        _ -> known.countDown(),
                        _ -> {}));
    assertThat(begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    seeding.close();
    goOn.countDown();
    assertThat(known.await(500, TimeUnit.MILLISECONDS)).as("it went on").isFalse();
    assertThat(seeding.status().state()).isInstanceOf(TorrentState.Closed.class);
    assertThat(tracker.peers()).isZero();
  }

  @Test
  void aSeedThatLostAPieceFetchesItNotIntoWhatItMayOnlyRead() throws Exception {
    var file = content("lost.bin", 200_000);
    var torrent = Metainfo.parse(MetainfoCreator.of(file).pieceLength(32 * 1024).create(_ -> {}));
    var whole = seed(Peer.builder(), torrent);
    var lame = Files.createDirectories(folder.resolve("lame")).resolve("lost.bin");
    Files.copy(file, lame);
    var loser = peer(Peer.builder());
    var losing = loser.add(TorrentSpec.of(torrent, folder.resolve("lame")).readOnly());
    assertThat(losing.await(PATIENCE)).isTrue();
    try (var cut = new RandomAccessFile(lame.toFile(), "rw")) {
      cut.setLength(1_000);
    }
    var leeching =
        peer(Peer.builder())
            .add(TorrentSpec.of(torrent, folder.resolve("leech")).peers(List.of(loser.address())));
    eventually(leeching, () -> losing.status().missingBytes() > 0);
    losing.addPeer(whole.address());
    leeching.addPeer(whole.address());
    assertThat(leeching.await(PATIENCE)).isTrue();
    assertThat(folder.resolve("leech/lost.bin")).hasSameBinaryContentAs(file);
    assertThat(losing.status().received()).isZero();
    assertThat(lame).hasSize(1_000);
  }

  @Test
  void aSeedThatMayWriteFetchesWhatItLostAgainFromSeedsItKnows() throws Exception {
    var file = content("again.bin", 200_000);
    var torrent = Metainfo.parse(MetainfoCreator.of(file).pieceLength(32 * 1024).create(_ -> {}));
    var whole = seed(Peer.builder(), torrent);
    var hasty = PeerLimits.DEFAULT.firstBackoff(Duration.ofMillis(100));
    var loser = peer(Peer.builder().limits(hasty));
    var losing =
        loser.add(TorrentSpec.of(torrent, folder.resolve("loses")).peers(List.of(whole.address())));
    assertThat(losing.await(PATIENCE)).isTrue();
    eventually(losing, () -> losing.status().peers().isEmpty());
    try (var cut = new RandomAccessFile(folder.resolve("loses/again.bin").toFile(), "rw")) {
      cut.setLength(1_000);
    }
    var leeching =
        peer(Peer.builder())
            .add(TorrentSpec.of(torrent, folder.resolve("leech")).peers(List.of(loser.address())));
    assertThat(leeching.await(PATIENCE)).isTrue();
    eventually(
        losing,
        () ->
            losing.status().missingBytes() == 0
                && losing.status().state() instanceof TorrentState.Seeding);
    assertThat(folder.resolve("loses/again.bin")).hasSameBinaryContentAs(file);
    assertThat(folder.resolve("leech/again.bin")).hasSameBinaryContentAs(file);
  }

  private static void uninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void theStatusShowsTheBoundOfTheSwarmAndHowNearItIs() throws Exception {
    var file = content("bound.bin", 3 << 20);
    var torrent = Metainfo.parse(MetainfoCreator.of(file).pieceLength(32 * 1024).create(_ -> {}));
    var seed = peer(Peer.builder().upRate(1 << 20));
    var seeding = seed.add(TorrentSpec.of(torrent, folder.resolve("seed")).readOnly());
    assertThat(seeding.await(PATIENCE)).isTrue();
    var leech =
        peer(Peer.builder())
            .add(TorrentSpec.of(torrent, folder.resolve("leech")).peers(List.of(seed.address())));
    assertThat(leech.await(PATIENCE)).isTrue();
    eventually(seeding, () -> seeding.status().bound().filter(r -> r.delivered() == 1).isPresent());
    var reading = seeding.status().bound().orElseThrow();
    assertThat(reading.leechers()).isEqualTo(1);
    assertThat(reading.bound().seconds()).isBetween(2.5, 3.1); // F/us: 3 MiB at 1 MiB/s
    assertThat(reading.elapsedSeconds()).isBetween(2.0, 6.0);
    assertThat(reading.efficiency()).isBetween(0.45, 1.3);
    assertThat(leech.status().bound()).isPresent();
  }

  @Test
  void blocksAreSentByTheKernelToAPeerOnAnotherMachineAndAcrossFilesAndPadding() throws Exception {
    var here =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(a -> a instanceof Inet4Address && !a.isLoopbackAddress())
            .findFirst();
    assumeTrue(here.isPresent(), "this machine has no address but the loopback one");
    content("many/a.bin", 70_001);
    content("many/b.bin", 5);
    content("many/c.bin", 300_000);
    var torrent =
        Metainfo.parse(
            MetainfoCreator.of(folder.resolve("seed/many"))
                .version(InfoDictionary.Version.HYBRID)
                .pieceLength(32 * 1024)
                .create(_ -> {}));
    var where = new Endpoint(here.get().getHostAddress(), 0);
    var seed = seed(Peer.builder().listen(where), torrent);
    var leech =
        peer(Peer.builder().listen(where))
            .add(TorrentSpec.of(torrent, folder.resolve("leech")).peers(List.of(seed.address())));
    assertThat(leech.await(PATIENCE)).isTrue();
    for (var name : List.of("a.bin", "b.bin", "c.bin")) {
      assertThat(folder.resolve("leech/many").resolve(name))
          .hasSameBinaryContentAs(folder.resolve("seed/many").resolve(name));
    }
    assertThat(leech.status().wasted()).isZero();
  }

  @Test
  @Spec("BEP 52")
  void aTorrentOfVersionTwoAloneIsRefusedInPlainWords() throws Exception {
    var torrent =
        Metainfo.parse(
            MetainfoCreator.of(content("two.bin", 100_000))
                .version(InfoDictionary.Version.V2)
                .create(_ -> {}));
    assertThatThrownBy(() -> TorrentSpec.of(torrent, folder.resolve("leech")))
        .isInstanceOf(MetainfoException.class)
        .hasMessageContaining("version 2 alone (BEP 52) is not supported; a hybrid works");
  }
}
