package io.l7.bittorrent.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.common.testkit.Seeded;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom a torrent dials again, and whom it need not. */
class RedialTest {
  private static final int ROUNDS = 12;

  /** Addresses are tried again almost at once. */
  private static final PeerLimits HASTY = PeerLimits.DEFAULT.firstBackoff(Duration.ofMillis(1));

  @TempDir Path folder;
  private final List<PeerNode> nodes = new ArrayList<>();
  private Metainfo metainfo;

  @BeforeEach
  void content() throws Exception {
    var data = new byte[100_000];
    Seeded.random("redial").nextBytes(data);
    var file = Files.write(Files.createDirectories(folder.resolve("seed")).resolve("x.bin"), data);
    metainfo = Metainfo.parse(MetainfoCreator.of(file).pieceLength(32 * 1024).create(_ -> {}));
  }

  @AfterEach
  void close() {
    nodes.forEach(PeerNode::close);
  }

  private PeerNode node(PeerLimits limits) throws Exception {
    var node = Nodes.start(limits);
    nodes.add(node);
    return node;
  }

  private TorrentSession leech(PeerNode node, String name, List<InetSocketAddress> peers)
      throws Exception {
    return node.add(TorrentSpec.of(metainfo, folder.resolve(name)).peers(peers));
  }

  private static long dialled(PeerNode node) {
    return node.counters().dialled().value();
  }

  private static void moment() throws InterruptedException {
    new CountDownLatch(1).await(25, TimeUnit.MILLISECONDS);
  }

  private static void rounds(TorrentSession... torrents) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      for (var torrent : torrents) {
        torrent.tick();
      }
      moment();
    }
  }

  private static void awaitPeers(TorrentSession torrent, int count) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (torrent.status().peers().size() != count) {
      assertThat(System.nanoTime()).isLessThan(end);
      moment();
    }
  }

  @Test
  void whoDialAtTheSameTimeAreOneConnectionAndDialNoMore() throws Exception {
    var one = node(HASTY);
    var other = node(HASTY);
    var first = leech(one, "one", List.of(other.addresses().getFirst()));
    var second = leech(other, "other", List.of(one.addresses().getFirst()));
    awaitPeers(first, 1);
    awaitPeers(second, 1);
    rounds(first, second);
    assertThat(dialled(one) + dialled(other)).isLessThanOrEqualTo(4);
    assertThat(first.status().peers()).hasSize(1);
  }

  @Test
  void whoIsConnectedAndThenNamedByATrackerIsNotDialledEachRound() throws Exception {
    var one = node(HASTY);
    var other = node(HASTY);
    var first = leech(one, "one", List.of());
    var second = leech(other, "other", List.of(one.addresses().getFirst()));
    awaitPeers(first, 1);
    first.addPeers(List.of(other.addresses().getFirst()));
    second.addPeers(List.of(one.addresses().getFirst()));
    rounds(first, second);
    assertThat(dialled(one) + dialled(other)).isLessThanOrEqualTo(3);
  }
}
