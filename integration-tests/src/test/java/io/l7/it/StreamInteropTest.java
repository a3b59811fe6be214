package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.Peer;
import io.l7.bittorrent.brain.BrainConfig;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.bittorrent.pick.ReadingOrder;
import io.l7.bittorrent.stream.TorrentSite;
import io.l7.common.net.Endpoint;
import io.l7.http.HttpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ffmpeg plays a film, whose table is at its end, while it is fetched. */
@Tag("interop")
class StreamInteropTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void thePlayerHasTheFirstPictureBeforeAllIsThereAndPlaysToTheEnd() throws Exception {
    var ffmpeg = Programs.required("ffmpeg", "ffmpeg").toString();
    var film = TestFilm.plain(Files.createDirectories(folder.resolve("seed")), 40, "640x360");
    var creator = MetainfoCreator.of(film).pieceLength(32 * 1024);
    var metainfo = Metainfo.parse(creator.create(_ -> {}));
    long rate = Math.max(100_000, Files.size(film) / 8);
    var plain = BrainConfig.DEFAULTS.seedMode(BrainConfig.SeedMode.PLAIN);
    try (var seed = Peer.builder().upRate(rate).start();
        var peer = Peer.builder().start()) {
      seed.add(TorrentSpec.of(metainfo, film.resolveSibling(".")).readOnly().policies(plain));
      var torrent =
          peer.add(
              TorrentSpec.of(metainfo, folder.resolve("leech"))
                  .peers(List.of(seed.address()))
                  .order(ReadingOrder.Mode.SEQUENTIAL));
      try (var server =
          HttpServer.builder()
              .listen(new Endpoint("127.0.0.1", 0))
              .handler(new TorrentSite(torrent))
              .start()) {
        var url = "http://127.0.0.1:" + server.address().getPort() + "/clip.mp4";
        var picture = play(ffmpeg, "-i", url, "-frames:v", "1", "-f", "null", "-");
        assertThat(picture.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(picture.exitValue()).isZero();
        assertThat(torrent.status().progress()).as("share that was there").isLessThan(0.9);
        var whole = play(ffmpeg, "-xerror", "-i", url, "-f", "null", "-");
        assertThat(whole.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(whole.exitValue()).isZero();
        assertThat(Files.readString(folder.resolve("player.log"))).contains("time=00:00:40");
      }
    }
  }

  private Process play(String... command) throws Exception {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("player.log").toFile())
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .start();
  }
}
