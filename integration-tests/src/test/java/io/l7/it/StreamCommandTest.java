package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.http.HttpClient;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bt get --stream}: a file is read while it comes. */
class StreamCommandTest {
  @TempDir Path folder;

  @Test
  void aPartIsReadBeforeAllIsThereAndTheCommandEndsWhenItIs() throws Exception {
    var data = new byte[3_000_000];
    new Random(20).nextBytes(data);
    var seedFolder = Files.createDirectories(folder.resolve("seed"));
    var film = Files.write(seedFolder.resolve("film.bin"), data);
    var torrent = folder.resolve("film.torrent").toString();
    try (var create = L7Process.start("bt", "create", film.toString(), "-o", torrent)) {
      assertThat(create.status()).isZero();
    }
    var from = seedFolder.toString();
    try (var seed =
        L7Process.start(
            "bt", "seed", torrent, "-d", from, "--up", "500kB/s", "--seed-mode", "plain")) {
      var peer = seed.ready("peer").toString();
      var leech = folder.resolve("leech");
      var to = leech.toString();
      try (var get =
              L7Process.start(
                  "bt", "get", torrent, "-d", to, "--peer", peer, "--stream", "127.0.0.1:0");
          var client = HttpClient.create()) {
        var url = "http://" + get.ready("http") + "/film.bin";
        var part = client.send(Request.get(url).with("Range", "bytes=2000000-2000999"));
        assertThat(part.status().code()).isEqualTo(206);
        assertThat(part.body().bytes(1_000))
            .isEqualTo(Arrays.copyOfRange(data, 2_000_000, 2_001_000));
        assertThat(get.isAlive()).as("all is not there yet").isTrue();
        var whole = client.send(Request.get(url));
        assertThat(whole.body().bytes(data.length)).isEqualTo(data);
        // All is there, and a player that seeks has closed one answer and not asked for the next.
        for (long end = System.nanoTime() + 1_500_000_000L; System.nanoTime() < end; ) {
          var head = client.send(Request.of(Method.HEAD, URI.create(url)));
          assertThat(head.status().code()).isEqualTo(200);
        }
        assertThat(get.status()).isZero();
      }
      assertThat(leech.resolve("film.bin")).hasSameBinaryContentAs(film);
    }
  }
}
