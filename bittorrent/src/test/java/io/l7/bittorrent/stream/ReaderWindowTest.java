package io.l7.bittorrent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.Peer;
import io.l7.bittorrent.brain.BrainConfig;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.common.testkit.Seeded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A film that is longer than what comes first before its reader. */
class ReaderWindowTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final int PIECE = 256 * 1024;

  @TempDir Path folder;

  @Test
  void whatComesFirstMovesOnWithTheReader() throws Exception {
    var data = new byte[20 << 20];
    Seeded.random("window").nextBytes(data);
    var film =
        Files.write(Files.createDirectories(folder.resolve("seed")).resolve("film.bin"), data);
    var metainfo = Metainfo.parse(MetainfoCreator.of(film).pieceLength(PIECE).create(_ -> {}));
    var plain = BrainConfig.DEFAULTS.seedMode(BrainConfig.SeedMode.PLAIN);
    try (var seed = Peer.builder().upRate(8_000_000).start();
        var peer = Peer.builder().start()) {
      var from = TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly().policies(plain);
      assertThat(seed.add(from).await(PATIENCE)).isTrue();
      var torrent =
          peer.add(
              TorrentSpec.of(metainfo, folder.resolve("leech")).peers(List.of(seed.address())));
      var file = torrent.files(PATIENCE).getFirst();
      var read = new byte[data.length];
      try (var reader = torrent.read(file, 0, data.length)) {
        int at = 0;
        for (int count = 0; count >= 0; count = reader.read(read, at, read.length - at)) {
          at += count;
        }
      }
      assertThat(Arrays.equals(read, data)).isTrue();
      // The window before the beginning ends with piece 63.
      assertThat(torrent.decisions())
          .anyMatch(d -> d.rule().equals("urgent") && d.detail().matches("piece 7[0-9],.*"));
    }
  }
}
