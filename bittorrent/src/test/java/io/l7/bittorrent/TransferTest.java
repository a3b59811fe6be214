package io.l7.bittorrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.metainfo.MagnetLink;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.bittorrent.peer.TorrentState;
import io.l7.common.net.Endpoint;
import io.l7.common.testkit.Seeded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole transfers between peers of ours, over trackers of ours, on loopback. */
class TransferTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  private Path content(int bytes) throws Exception {
    var data = new byte[bytes];
    Seeded.random("content").nextBytes(data);
    var seedFolder = Files.createDirectories(folder.resolve("seed"));
    return Files.write(seedFolder.resolve("content.bin"), data);
  }

  private static Metainfo torrent(Path content, String tracker) throws Exception {
    return Metainfo.parse(
        MetainfoCreator.of(content)
            .pieceLength(64 * 1024)
            .trackers(List.of(List.of(tracker)))
            .create(_ -> {}));
  }

  @Test
  void aLeechThatKnowsTheTrackerAloneGetsTheFileByteForByte() throws Exception {
    var content = content(3_000_001);
    try (var tracker = Tracker.builder().http(new Endpoint("127.0.0.1", 0)).start();
        var seed = Peer.builder().start();
        var leech = Peer.builder().start()) {
      var metainfo = torrent(content, tracker.announceUrl());
      var seeding = seed.add(TorrentSpec.of(metainfo, folder.resolve("seed")));
      assertThat(seeding.await(PATIENCE)).isTrue();
      var leeching = leech.add(TorrentSpec.of(metainfo, folder.resolve("leech")));
      assertThat(leeching.await(PATIENCE)).isTrue();
      assertThat(leeching.status().state()).isInstanceOf(TorrentState.Seeding.class);
    }
    assertThat(folder.resolve("leech/content.bin")).hasSameBinaryContentAs(content);
  }

  @Test
  void aLeechFindsTheSeedOverUdpToo() throws Exception {
    var content = content(500_000);
    try (var tracker = Tracker.builder().udp(new Endpoint("127.0.0.1", 0)).start();
        var seed = Peer.builder().start();
        var leech = Peer.builder().start()) {
      var metainfo = torrent(content, tracker.announceUrl());
      assertThat(metainfo.trackers()).isEqualTo(List.of(List.of(tracker.announceUrl())));
      assertThat(seed.add(TorrentSpec.of(metainfo, folder.resolve("seed"))).await(PATIENCE))
          .isTrue();
      assertThat(leech.add(TorrentSpec.of(metainfo, folder.resolve("leech"))).await(PATIENCE))
          .isTrue();
    }
    assertThat(folder.resolve("leech/content.bin")).hasSameBinaryContentAs(content);
  }

  @Test
  void aMagnetLinkIsEnough() throws Exception {
    var content = content(700_000);
    try (var tracker = Tracker.builder().http(new Endpoint("127.0.0.1", 0)).start();
        var seed = Peer.builder().start();
        var leech = Peer.builder().start()) {
      var metainfo = torrent(content, tracker.announceUrl());
      assertThat(seed.add(TorrentSpec.of(metainfo, folder.resolve("seed"))).await(PATIENCE))
          .isTrue();
      var link = MagnetLink.parse(MagnetLink.of(metainfo).toString());
      assertThat(leech.add(TorrentSpec.of(link, folder.resolve("leech"))).await(PATIENCE)).isTrue();
    }
    assertThat(folder.resolve("leech/content.bin")).hasSameBinaryContentAs(content);
  }
}
