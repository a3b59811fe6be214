package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.metainfo.MetainfoCreator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the exit status says after a signal. */
class SignalsTest {
  @TempDir private Path folder;

  @Test
  void aDownloadThatIsStoppedHalfWayIsNotDone() throws Exception {
    Path torrent = torrent();
    try (var get = get(torrent, folder.resolve("other"))) {
      get.ready("peer");
      get.signal("TERM");
      assertThat(get.status()).isEqualTo(1);
      assertThat(get.errors()).singleElement().asString().startsWith("l7: get: stopped before");
    }
  }

  @Test
  void aDownloadThatIsStoppedWhileItSeedsIsDone() throws Exception {
    Path torrent = torrent();
    try (var get = get(torrent, folder, "--seed-time", "1h", "--status", "100ms")) {
      get.ready("peer");
      get.line("{\"name\":\"film\",\"infoHash\":\"");
      String seeding = "";
      while (!seeding.contains("\"state\":\"seeding\"")) {
        seeding = get.line("{");
      }
      get.signal("TERM");
      assertThat(get.status()).isZero();
    }
  }

  private static L7Process get(Path torrent, Path to, String... more) throws Exception {
    var arguments = new ArrayList<String>();
    arguments.addAll(List.of("bt", "get", torrent.toString(), "-d", to.toString()));
    arguments.addAll(List.of(more));
    return L7Process.start(arguments.toArray(String[]::new));
  }

  private Path torrent() throws Exception {
    Path film = Files.write(folder.resolve("film"), new byte[100_000]);
    Path torrent = folder.resolve("film.torrent");
    return Files.write(torrent, MetainfoCreator.of(film).create(hashed -> {}));
  }
}
