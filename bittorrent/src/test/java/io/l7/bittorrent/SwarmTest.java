package io.l7.bittorrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.peer.Selection;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.bittorrent.peer.TorrentState;
import io.l7.bittorrent.swarm.Decision;
import io.l7.bittorrent.wire.Handshake;
import io.l7.bittorrent.wire.Message;
import io.l7.bittorrent.wire.MessageReader;
import io.l7.bittorrent.wire.MessageWriter;
import io.l7.bittorrent.wire.PeerId;
import io.l7.bittorrent.wire.WireLimits;
import io.l7.common.net.Connection;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.common.net.TcpServer;
import io.l7.common.testkit.Seeded;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Swarms of several peers in one process, over real sockets. */
class SwarmTest {
  private static final Duration PATIENCE = Duration.ofSeconds(55);

  @TempDir Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();

  private Path content(int bytes) throws Exception {
    var data = new byte[bytes];
    Seeded.random("swarm").nextBytes(data);
    return Files.write(
        Files.createDirectories(folder.resolve("seed")).resolve("content.bin"), data);
  }

  private Peer peer(Peer.Builder builder) throws Exception {
    var peer = builder.start();
    open.add(peer);
    return peer;
  }

  private void closeAll() throws Exception {
    for (var one : open.reversed()) {
      one.close();
    }
  }

  /**
   * On a starved machine blocks come later than the endgame could foresee, and some come twice: up
   * to three swarms run until one wastes no more than a hundredth.
   */
  @Test
  void twelvePeersFinishAndMostBytesComeFromOneAnother() throws Exception {
    var content = content(8 << 20);
    double wasted = 1;
    for (int tries = 0; tries < 3 && wasted >= 0.01; tries++) {
      wasted = wastedByTwelvePeers(content, "leech" + tries + "-");
    }
    assertThat(wasted).as("received in vain").isLessThan(0.01);
  }

  private double wastedByTwelvePeers(Path content, String name) throws Exception {
    try (var tracker = Tracker.builder().http(new Endpoint("127.0.0.1", 0)).start()) {
      var metainfo =
          Metainfo.parse(
              MetainfoCreator.of(content)
                  .pieceLength(32 * 1024)
                  .trackers(List.of(List.of(tracker.announceUrl())))
                  .create(_ -> {}));
      // The seed can give one copy in eight seconds; eleven would take it ninety.
      var seed =
          peer(Peer.builder().upRate(1 << 20))
              .add(TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly());
      assertThat(seed.await(PATIENCE)).isTrue();
      var leeches = new ArrayList<Torrent>();
      for (int i = 0; i < 11; i++) {
        leeches.add(
            peer(Peer.builder().upRate(4 << 20))
                .add(TorrentSpec.of(metainfo, folder.resolve(name + i))));
      }
      for (int i = 0; i < 11; i++) {
        assertThat(leeches.get(i).await(PATIENCE)).as("leech " + i).isTrue();
        assertThat(leeches.get(i).status().state()).isInstanceOf(TorrentState.Seeding.class);
        assertThat(folder.resolve(name + i + "/content.bin")).hasSameBinaryContentAs(content);
      }
      long fromSeed = seed.status().sent();
      long received = leeches.stream().mapToLong(l -> l.status().received()).sum();
      assertThat(received).isEqualTo(11L * (8 << 20));
      assertThat(fromSeed).isLessThan(received / 2);
      long wasted = leeches.stream().mapToLong(l -> l.status().wasted()).sum();
      return (double) wasted / received;
    } finally {
      closeAll();
    }
  }

  @Test
  void anUploadLimitHoldsWithinThreePercent() throws Exception {
    assertHolds(
        rate -> Peer.builder().upRate(rate), (spec, rate) -> spec); // of all torrents of a node
  }

  @Test
  void aDownloadLimitHoldsWithinThreePercent() throws Exception {
    assertHolds(_ -> Peer.builder(), TorrentSpec::downRate); // of one torrent
  }

  /**
   * A starved machine moves less than a limit allows, so up to five transfers are measured until
   * one is no slower than 3 % under it. More than 3 % over it must not pass in any.
   */
  private void assertHolds(
      LongFunction<Peer.Builder> seeds, BiFunction<TorrentSpec, Long, TorrentSpec> leeching)
      throws Exception {
    long rate = 2_000_000;
    int bytes = 6_000_000;
    var metainfo = Metainfo.parse(MetainfoCreator.of(content(bytes)).create(_ -> {}));
    try {
      double share = 0;
      for (int tries = 0; tries < 5 && share < 0.97; tries++) {
        var seed = peer(seeds.apply(rate));
        var seeding = seed.add(TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly());
        assertThat(seeding.await(PATIENCE)).isTrue();
        var spec =
            TorrentSpec.of(metainfo, folder.resolve("leech" + tries))
                .peers(List.of(seed.address()));
        long start = System.nanoTime();
        var torrent = peer(Peer.builder()).add(leeching.apply(spec, rate));
        long first = start;
        while (torrent.status().received() < 500_000) {
          assertThat(torrent.await(Duration.ofMillis(5))).isFalse();
          first = System.nanoTime();
        }
        long before = torrent.status().received();
        assertThat(torrent.await(PATIENCE)).isTrue();
        long end = System.nanoTime();
        assertThat(bytes / (rate * (end - start) / 1e9)).as("of the limit").isLessThan(1.03);
        share = (bytes - before) / (rate * (end - first) / 1e9);
      }
      assertThat(share).as("of the limit").isGreaterThan(0.97);
    } finally {
      closeAll();
    }
  }

  @Test
  void blocksOfUnfinishedPiecesAreNotFetchedAgainByTheNextRun() throws Exception {
    int bytes = 8 << 20;
    var content = content(bytes);
    var metainfo = Metainfo.parse(MetainfoCreator.of(content).pieceLength(4 << 20).create(_ -> {}));
    try {
      var seed = peer(Peer.builder().upRate(6 << 20));
      var seeding = seed.add(TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly());
      assertThat(seeding.await(PATIENCE)).isTrue();
      var spec = TorrentSpec.of(metainfo, folder.resolve("leech")).peers(List.of(seed.address()));
      long received;
      try (var first = Peer.builder().start()) {
        var torrent = first.add(spec);
        while (torrent.status().received() < 3 << 20) {
          assertThat(torrent.await(Duration.ofMillis(5))).isFalse();
        }
        assertThat(torrent.verified().isEmpty()).isTrue();
        torrent.close();
        received = torrent.status().received();
      }
      var torrent = peer(Peer.builder()).add(spec);
      assertThat(torrent.await(PATIENCE)).isTrue();
      assertThat(torrent.verified().isFull()).isTrue();
      assertThat(folder.resolve("leech/content.bin")).hasSameBinaryContentAs(content);
      // What was on its way when the first run ended may come twice.
      assertThat(received + torrent.status().received()).isBetween((long) bytes, bytes + 200_000L);
    } finally {
      closeAll();
    }
  }

  @Test
  void aBlockThatWentBadBetweenTwoRunsCostsItsPieceAndNobodyIsBlamed() throws Exception {
    var content = content(4 << 20);
    var metainfo = Metainfo.parse(MetainfoCreator.of(content).pieceLength(4 << 20).create(_ -> {}));
    try {
      var seed = peer(Peer.builder().upRate(8 << 20));
      var seeding = seed.add(TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly());
      assertThat(seeding.await(PATIENCE)).isTrue();
      var spec = TorrentSpec.of(metainfo, folder.resolve("leech")).peers(List.of(seed.address()));
      try (var first = Peer.builder().start()) {
        var torrent = first.add(spec);
        while (torrent.status().received() < 2 << 20) {
          assertThat(torrent.await(Duration.ofMillis(5))).isFalse();
        }
      }
      var leech = folder.resolve("leech/content.bin");
      var time = Files.getLastModifiedTime(leech);
      try (var file = new RandomAccessFile(leech.toFile(), "rw")) {
        file.write(file.read() ^ 1);
      }
      Files.setLastModifiedTime(leech, time);
      var torrent = peer(Peer.builder()).add(spec);
      assertThat(torrent.await(PATIENCE)).isTrue();
      assertThat(leech).hasSameBinaryContentAs(content);
      assertThat(torrent.status().received()).isGreaterThan(4 << 20);
    } finally {
      closeAll();
    }
  }

  @Test
  void whatIsSelectedIsFetchedAndTheRestIsNot() throws Exception {
    var root = Files.createDirectories(folder.resolve("seed/many"));
    var random = Seeded.random("selection");
    for (var name : List.of("a.bin", "b.bin", "c.bin")) {
      var data = new byte[300_000];
      random.nextBytes(data);
      Files.write(root.resolve(name), data);
    }
    var metainfo = Metainfo.parse(MetainfoCreator.of(root).pieceLength(16 * 1024).create(_ -> {}));
    try {
      var seed = peer(Peer.builder());
      assertThat(
              seed.add(TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly()).await(PATIENCE))
          .isTrue();
      var torrent =
          peer(Peer.builder())
              .add(
                  TorrentSpec.of(metainfo, folder.resolve("leech"))
                      .selection(Selection.globs(List.of("b.*")))
                      .peers(List.of(seed.address())));
      assertThat(torrent.await(PATIENCE)).isTrue();
      assertThat(folder.resolve("leech/many/b.bin")).hasSameBinaryContentAs(root.resolve("b.bin"));
      assertThat(torrent.status().received()).isLessThan(350_000);
    } finally {
      closeAll();
    }
  }

  @Test
  void aDiskThatRefusesEndsTheDownloadAndNothingIsAskedForAgain() throws Exception {
    var content = content(4 << 20);
    var metainfo =
        Metainfo.parse(MetainfoCreator.of(content).pieceLength(64 * 1024).create(_ -> {}));
    // A folder in the place of the file: every write fails, as on a full disk.
    Files.createDirectories(folder.resolve("leech/content.bin"));
    try {
      var seed = peer(Peer.builder().upRate(4 << 20));
      assertThat(
              seed.add(TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly()).await(PATIENCE))
          .isTrue();
      var torrent =
          peer(Peer.builder())
              .add(
                  TorrentSpec.of(metainfo, folder.resolve("leech")).peers(List.of(seed.address())));
      assertThat(torrent.await(PATIENCE)).isTrue();
      assertThat(torrent.status().state()).isInstanceOf(TorrentState.Failed.class);
      var stopped = torrent.decisions().size();
      assertThat(torrent.status().verified()).isZero();
      assertThat(torrent.status().received()).isLessThan(4 << 20);
      assertThat(torrent.decisions()).hasSize(stopped);
    } finally {
      closeAll();
    }
  }

  @Test
  void whoeverSendsCorruptBlocksIsBannedAndNobodyElse() throws Exception {
    var content = content(1 << 20);
    var metainfo =
        Metainfo.parse(MetainfoCreator.of(content).pieceLength(64 * 1024).create(_ -> {}));
    var liar =
        TcpServer.named("liar")
            .listen(Listener.tcp(new Endpoint("127.0.0.9", 0)))
            .start(connection -> lie(connection, metainfo));
    open.add(liar);
    try {
      var seed = peer(Peer.builder().listen(new Endpoint("127.0.0.2", 0)).upRate(400_000));
      assertThat(
              seed.add(TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly()).await(PATIENCE))
          .isTrue();
      var decisions = new ArrayList<Decision>();
      var spec =
          TorrentSpec.of(metainfo, folder.resolve("leech"))
              .peers(List.of(seed.address(), liar.address()))
              .listeners(_ -> {}, _ -> {}, decisions::add);
      var torrent = peer(Peer.builder().listen(new Endpoint("127.0.0.3", 0))).add(spec);
      assertThat(torrent.await(PATIENCE)).isTrue();
      assertThat(folder.resolve("leech/content.bin")).hasSameBinaryContentAs(content);
      Set<String> banned = new HashSet<>();
      decisions.stream()
          .filter(d -> d.topic() == Decision.Topic.BAN)
          .forEach(d -> banned.add(d.peer().label()));
      assertThat(banned).hasSize(1).allMatch(label -> label.startsWith("127.0.0.9:"));
    } finally {
      closeAll();
    }
  }

  /** A peer that claims everything and sends noise. */
  private static void lie(Connection connection, Metainfo metainfo) throws IOException {
    var theirs = Handshake.read(connection.in()).orElseThrow();
    var id = PeerId.of("-XX0000-000000000666".getBytes(StandardCharsets.US_ASCII));
    connection
        .out()
        .write(new Handshake(Set.of(Handshake.Extension.FAST), theirs.infoHash(), id).encode());
    var writer = new MessageWriter(connection.out());
    writer.write(new Message.HaveAll());
    writer.write(new Message.Unchoke());
    connection.out().flush();
    var reader =
        new MessageReader(connection.in(), WireLimits.DEFAULT, metainfo.info().pieces().pieces());
    for (var next = reader.read(); next.isPresent(); next = reader.read()) {
      if (next.get() instanceof Message.Request(int piece, int offset, int length)) {
        writer.write(new Message.Piece(piece, offset, length));
        connection.out().write(new byte[length]);
        connection.out().flush();
      }
    }
  }
}
