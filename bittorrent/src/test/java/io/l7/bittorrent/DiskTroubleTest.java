package io.l7.bittorrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.peer.PeerLimits;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.bittorrent.peer.TorrentState;
import io.l7.bittorrent.storage.StorageLimits;
import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import io.l7.http.HttpClient;
import io.l7.http.message.Request;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that take nothing, or lose something, and torrents that go on when that is over. */
class DiskTroubleTest extends Closing {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @TempDir Path folder;

  private MetainfoCreator content(int bytes) throws Exception {
    var data = new byte[bytes];
    Seeded.random("trouble").nextBytes(data);
    var file =
        Files.write(Files.createDirectories(folder.resolve("seed")).resolve("content.bin"), data);
    return MetainfoCreator.of(file).pieceLength(64 * 1024);
  }

  private Peer peer(Peer.Builder builder) throws Exception {
    var peer = builder.start();
    opened(peer);
    return peer;
  }

  private Peer seed(Metainfo metainfo) throws Exception {
    var seed = peer(Peer.builder());
    var seeding = seed.add(TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly());
    assertThat(seeding.await(PATIENCE)).isTrue();
    return seed;
  }

  private static void eventually(BooleanSupplier condition) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("patience").isNegative();
      Thread.onSpinWait();
    }
  }

  /** A folder in the place of the file: every write fails, as on a full disk. */
  private Torrent stopped(Metainfo metainfo, Peer seed, PeerLimits limits) throws Exception {
    Files.createDirectories(folder.resolve("leech/content.bin"));
    var torrent =
        peer(Peer.builder().limits(limits))
            .add(TorrentSpec.of(metainfo, folder.resolve("leech")).peers(List.of(seed.address())));
    assertThat(torrent.await(PATIENCE)).isTrue();
    assertThat(torrent.status().state()).isInstanceOf(TorrentState.Failed.class);
    return torrent;
  }

  @Test
  void aTorrentThatADiskStoppedGoesOnWhenItIsToldThatThereIsRoom() throws Exception {
    var metainfo = Metainfo.parse(content(4 << 20).create(_ -> {}));
    var torrent = stopped(metainfo, seed(metainfo), PeerLimits.DEFAULT);
    Files.delete(folder.resolve("leech/content.bin"));
    torrent.resume();
    assertThat(torrent.await(PATIENCE)).isTrue();
    assertThat(torrent.status().state()).isInstanceOf(TorrentState.Seeding.class);
    assertThat(folder.resolve("leech/content.bin"))
        .hasSameBinaryContentAs(folder.resolve("seed/content.bin"));
  }

  @Test
  void itLooksForRoomByItselfNowAndThen() throws Exception {
    var metainfo = Metainfo.parse(content(1 << 20).create(_ -> {}));
    var often = PeerLimits.DEFAULT.diskPause(Duration.ofMillis(100));
    var torrent = stopped(metainfo, seed(metainfo), often);
    Files.delete(folder.resolve("leech/content.bin"));
    eventually(() -> torrent.status().state() instanceof TorrentState.Seeding);
    assertThat(folder.resolve("leech/content.bin"))
        .hasSameBinaryContentAs(folder.resolve("seed/content.bin"));
  }

  @Test
  void aTorrentWhoseFolderCouldNotBeMadeIsOpenedWhenItIsToldThatItCan() throws Exception {
    var metainfo = Metainfo.parse(content(1 << 20).create(_ -> {}));
    var seed = seed(metainfo);
    var inTheWay = Files.writeString(folder.resolve("leech"), "a file");
    var torrent =
        peer(Peer.builder())
            .add(TorrentSpec.of(metainfo, folder.resolve("leech")).peers(List.of(seed.address())));
    assertThat(torrent.await(PATIENCE)).isTrue();
    assertThat(torrent.status().state()).isInstanceOf(TorrentState.Failed.class);
    Files.delete(inTheWay);
    torrent.resume();
    assertThat(torrent.await(PATIENCE)).isTrue();
    assertThat(torrent.status().state()).isInstanceOf(TorrentState.Seeding.class);
  }

  @Test
  void aFileThatSomebodyRemovedIsFetchedAgainAndTheRestIsClaimed() throws Exception {
    var files = Files.createDirectories(folder.resolve("seed/two"));
    for (var name : List.of("a", "b")) {
      var data = new byte[300_000];
      Seeded.random(name).nextBytes(data);
      Files.write(files.resolve(name), data);
    }
    var metainfo = Metainfo.parse(MetainfoCreator.of(files).pieceLength(100_000).create(_ -> {}));
    var slow = peer(Peer.builder().upRate(400_000));
    slow.add(TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly());
    // One file is open at a time, as where there are more than a process may have open.
    var leech = peer(Peer.builder().storage(new StorageLimits(1, 2_048, 1, 1 << 20)));
    var torrent =
        leech.add(TorrentSpec.of(metainfo, folder.resolve("leech")).peers(List.of(slow.address())));
    var a = folder.resolve("leech/two/a");
    var b = folder.resolve("leech/two/b");
    eventually(() -> torrent.status().verified() >= 2 && Files.exists(a) && Files.exists(b));
    Files.delete(torrent.verified().get(0) ? a : b);
    assertThat(torrent.await(PATIENCE)).isTrue();
    torrent.close();
    var again = peer(Peer.builder());
    var resumed =
        again.add(TorrentSpec.of(metainfo, folder.resolve("leech")).peers(List.of(slow.address())));
    assertThat(resumed.await(PATIENCE)).isTrue();
    assertThat(resumed.status().received()).as("lost, and not all of it").isLessThan(600_000);
    for (var name : List.of("a", "b")) {
      assertThat(folder.resolve("leech/two").resolve(name))
          .hasSameBinaryContentAs(files.resolve(name));
    }
  }

  @Test
  @Spec("BEP 3")
  void whoHadEverythingAndFetchedAgainWhatItLostHasNotCompletedADownload() throws Exception {
    try (var tracker = Tracker.builder().http(Endpoint.parse("127.0.0.1:0")).start()) {
      var creator = content(200_000);
      var untracked = Metainfo.parse(creator.create(_ -> {}));
      var tracked =
          Metainfo.parse(creator.trackers(List.of(List.of(tracker.announceUrl()))).create(_ -> {}));
      var whole = seed(untracked);
      Files.createDirectories(folder.resolve("loses"));
      Files.copy(folder.resolve("seed/content.bin"), folder.resolve("loses/content.bin"));
      var loser = peer(Peer.builder());
      var losing =
          loser.add(
              TorrentSpec.of(tracked, folder.resolve("loses")).peers(List.of(whole.address())));
      assertThat(losing.await(PATIENCE)).isTrue();
      try (var cut = new RandomAccessFile(folder.resolve("loses/content.bin").toFile(), "rw")) {
        cut.setLength(1_000);
      }
      peer(Peer.builder())
          .add(TorrentSpec.of(untracked, folder.resolve("leech")).peers(List.of(loser.address())));
      eventually(() -> losing.status().received() > 0);
      losing.addPeer(whole.address());
      eventually(() -> losing.status().missingBytes() == 0);
      for (int i = 0; i < 20; i++) { // it would be told at once
        assertThat(scrape(tracker, tracked)).contains("10:downloadedi0e");
      }
    }
  }

  private static String scrape(Tracker tracker, Metainfo metainfo) throws IOException {
    var hash = metainfo.info().v1Hash().orElseThrow().bytes();
    var escaped = new StringBuilder();
    for (byte octet : hash) {
      escaped.append('%').append(HexFormat.of().toHexDigits(octet));
    }
    var url = tracker.announceUrl().replace("/announce", "/scrape?info_hash=") + escaped;
    try (var http = HttpClient.builder().build();
        var body = http.send(Request.get(url)).body()) {
      return new String(body.bytes(10_000), StandardCharsets.ISO_8859_1);
    }
  }
}
