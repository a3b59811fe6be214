package io.l7.bittorrent.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
    try (var node = Nodes.start(PeerLimits.DEFAULT);
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
