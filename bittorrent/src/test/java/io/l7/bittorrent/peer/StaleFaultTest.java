package io.l7.bittorrent.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.announce.AnnounceLimits;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.storage.StorageLimits;
import io.l7.bittorrent.wire.WireLimits;
import io.l7.common.disk.Disk;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.transcript.Transcript;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several disk threads meet a full disk, and one tells of it when somebody has made room. */
class StaleFaultTest {
  private final IOException full = new IOException("no space left");

  @TempDir Path folder;

  @Test
  void aWriteThatBeganBeforeThereWasRoomDoesNotStopTheTorrentAgain() throws Exception {
    var file =
        Files.write(Files.createDirectories(folder.resolve("seed")).resolve("x"), new byte[99_999]);
    var metainfo = Metainfo.parse(MetainfoCreator.of(file).pieceLength(32 * 1024).create(_ -> {}));
    try (var node =
            PeerNode.start(
                new NodeSettings(
                    List.of(new Endpoint("127.0.0.1", 0)),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    Network.real(),
                    host -> List.of(InetAddress.getByName(host)),
                    Disk.real(),
                    new Metrics(),
                    Transcript.none(),
                    PeerLimits.DEFAULT,
                    WireLimits.DEFAULT,
                    StorageLimits.DEFAULT,
                    AnnounceLimits.DEFAULT,
                    Optional.empty(),
                    Optional.empty()));
        var torrent = node.add(TorrentSpec.of(metainfo, folder.resolve("leech")))) {
      assertThat(torrent.awaitChecked(Duration.ofSeconds(20))).isTrue();
      long before = System.nanoTime();
      torrent.trouble().stop(0, before, full);
      assertThat(torrent.state()).isEqualTo(new TorrentState.Failed("no space left"));
      torrent.resume();
      torrent.trouble().stop(1, before, full);
      assertThat(torrent.state()).isEqualTo(new TorrentState.Downloading());
      torrent.trouble().stop(2, System.nanoTime(), full);
      assertThat(torrent.state()).isInstanceOf(TorrentState.Failed.class);
    }
  }
}
