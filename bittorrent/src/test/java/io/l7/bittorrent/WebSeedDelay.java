package io.l7.bittorrent;

import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.common.time.Pause;
import io.l7.http.files.StaticFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * How long a torrent takes from one web seed on the loopback that answers each request after a
 * delay: {@code WebSeedDelay MILLIS FILES KIB_EACH [FOLDER]}, three times over.
 */
final class WebSeedDelay {
  private WebSeedDelay() {}

  public static void main(String... args) throws Exception {
    var delay = Duration.ofMillis(Integer.parseInt(args[0]));
    int count = Integer.parseInt(args[1]);
    int bytes = Integer.parseInt(args[2]) << 10;
    var folder = args.length > 3 ? Path.of(args[3]) : Files.createTempDirectory("web-seed");
    var top = Files.createDirectories(folder.resolve("web/top"));
    var random = new Random(7);
    for (int i = 0; i < count; i++) {
      var data = new byte[bytes];
      random.nextBytes(data);
      Files.write(top.resolve("%04d".formatted(i)), data);
    }
    var metainfo = Metainfo.parse(MetainfoCreator.of(top).create(_ -> {}));
    var files = StaticFiles.of(folder.resolve("web")).build();
    for (int round = 0; round < 3; round++) {
      try (var server =
          new WebServer(
              request -> {
                Pause.of(delay);
                return files.handle(request);
              })) {
        run(metainfo, server, folder.resolve("leech-" + round));
      }
    }
  }

  private static void run(Metainfo metainfo, WebServer server, Path leech)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    try (var peer = Peer.builder().start();
        var torrent =
            peer.add(TorrentSpec.of(metainfo, leech).webSeeds(List.of(server.url("/"))))) {
      if (!torrent.await(Duration.ofMinutes(10))) {
        throw new IOException("not done: " + torrent.status());
      }
      System.out.printf(
          "%.2f s, %d requests over %d connections%n",
          (System.nanoTime() - start) / 1e9, server.asked.size(), server.connections.size());
    }
  }
}
