package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.http.HttpServer;
import io.l7.http.files.StaticFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A torrent whose content is on a web server alone, from {@code create} to {@code get}. */
class WebSeedCommandsTest {
  @TempDir Path folder;

  @Test
  void aTorrentIsMadeShownAndFetchedWithAWebSeedAlone() throws Exception {
    var data = new byte[700_000];
    new Random(19).nextBytes(data);
    var film =
        Files.write(Files.createDirectories(folder.resolve("web")).resolve("film.bin"), data);
    try (var server =
        HttpServer.builder()
            .listen(new Endpoint("127.0.0.1", 0))
            .handler(StaticFiles.of(folder.resolve("web")).build())
            .start()) {
      var url = "http://127.0.0.1:" + server.address().getPort() + "/film.bin";
      var torrent = folder.resolve("film.torrent").toString();
      try (var create =
          L7Process.start("bt", "create", film.toString(), "-o", torrent, "--web-seed", url)) {
        assertThat(create.status()).isZero();
      }
      try (var info = L7Process.start("bt", "info", torrent)) {
        assertThat(info.line("web seed")).endsWith(" " + url);
      }
      try (var info = L7Process.start("bt", "info", torrent, "--json")) {
        assertThat(info.line("{")).contains("\"webSeeds\":[\"" + url + "\"]");
      }
      var leech = folder.resolve("leech");
      try (var get = L7Process.start("bt", "get", torrent, "-d", leech.toString(), "--json")) {
        assertThat(get.line("{")).contains("\"url\":\"" + url + "\"", "\"received\":700000");
        assertThat(get.status()).isZero();
      }
      assertThat(leech.resolve("film.bin")).hasSameBinaryContentAs(film);
    }
  }

  @Test
  void aWebSeedIsNamedByItsUrl() throws Exception {
    try (var get = L7Process.start("bt", "get", "x", "-d", "y", "--web-seed", "film.bin")) {
      assertThat(get.status()).isEqualTo(2);
      assertThat(get.errors().getFirst())
          .isEqualTo("l7: --web-seed: not a URL of a web server: film.bin");
    }
  }
}
