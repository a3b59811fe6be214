package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.metainfo.InfoDictionary;
import io.l7.bittorrent.metainfo.MagnetLink;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code l7 bt dht}, and the peers that find each other through it. */
class DhtCommandsTest {
  @TempDir private Path folder;

  private Path torrent(InfoDictionary.Privacy privacy) throws Exception {
    var data = new byte[300_000];
    new Random(5).nextBytes(data);
    var content =
        Files.write(Files.createDirectories(folder.resolve("seed")).resolve("film.bin"), data);
    return Files.write(
        folder.resolve("film.torrent"),
        MetainfoCreator.of(content).pieceLength(64 << 10).privacy(privacy).create(_ -> {}));
  }

  @Test
  void aMagnetLinkIsFetchedAndLookedUpThroughANodeOnItsOwn() throws Exception {
    var file = torrent(InfoDictionary.Privacy.PUBLIC);
    var metainfo = Metainfo.read(file);
    var state = folder.resolve("dht.state");
    var seedFolder = folder.resolve("seed").toString();
    try (var dht = L7Process.start("bt", "dht", "--listen", "127.0.0.1:0")) {
      var node = dht.ready("dht").toString();
      try (var seed =
          L7Process.start("bt", "seed", file.toString(), "-d", seedFolder, "--dht", node)) {
        var peer = seed.ready("peer");
        assertThat(seed.ready("dht").host()).isEqualTo("127.0.0.1");
        var where = folder.resolve("leech").toString();
        var link = MagnetLink.of(metainfo).toString();
        try (var get =
            L7Process.start(
                "bt", "get", link, "-d", where, "--dht", node, "--dht-state", state.toString())) {
          assertThat(get.status()).as(() -> get.errors().toString()).isZero();
        }
        assertThat(folder.resolve("leech/film.bin"))
            .hasSameBinaryContentAs(folder.resolve("seed/film.bin"));
        assertThat(state).exists();
        var hash = metainfo.info().v1Hash().orElseThrow().toString();
        try (var lookup = L7Process.start("bt", "dht", "lookup", hash, "--dht", node)) {
          assertThat(lookup.status()).isZero();
          assertThat(lookup.line(peer.toString())).isEqualTo(peer.toString());
        }
        try (var lookup = L7Process.start("bt", "dht", "lookup", "0".repeat(40), "--dht", node)) {
          assertThat(lookup.status()).isEqualTo(1);
          assertThat(lookup.errors()).isEmpty();
        }
      }
      dht.signal("TERM");
      assertThat(dht.status()).isZero();
    }
  }

  @Test
  void aLookupWithoutANodeOrOfNoHashIsWrongUsage() throws Exception {
    try (var lookup = L7Process.start("bt", "dht", "lookup", "0".repeat(40))) {
      assertThat(lookup.status()).isEqualTo(2);
      assertThat(lookup.errors().getFirst()).contains("--dht HOST:PORT");
    }
    try (var lookup = L7Process.start("bt", "dht", "lookup", "film", "--dht", "127.0.0.1:6881")) {
      assertThat(lookup.status()).isEqualTo(2);
      assertThat(lookup.errors().getFirst()).contains("40 hexadecimal digits");
    }
  }

  @Test
  void aPrivateTorrentStartsNoNodeWhateverIsSaid() throws Exception {
    var file = torrent(InfoDictionary.Privacy.PRIVATE).toString();
    var seedFolder = folder.resolve("seed").toString();
    try (var seed =
        L7Process.start(
            "bt",
            "seed",
            file,
            "-d",
            seedFolder,
            "--dht",
            "127.0.0.1:6881",
            "--metrics",
            "127.0.0.1:0")) {
      // what is ready is printed in the order in which it was added, the metrics last
      assertThat(seed.line("ready ")).startsWith("ready ");
      assertThat(seed.line("ready ")).startsWith("ready ");
      seed.signal("TERM");
      assertThat(seed.status()).isZero();
      assertThat(seed.errors()).isEmpty();
    }
  }
}
