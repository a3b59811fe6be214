package io.l7.cli.bt;

import io.l7.bittorrent.Peer;
import io.l7.bittorrent.Tracker;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.common.net.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * A torrent made, downloaded over loopback within this process, and verified, by the commands
 * themselves, with a tracker and a seed: what the start-up caches learn from.
 */
public final class Rehearsal {
  private static final int BYTES = 64 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Rehearsal() {}

  /**
   * Downloads a file from itself into {@code folder}, which is empty.
   *
   * @param l7 runs a command line in this process
   */
  public static void run(Path folder, Consumer<List<String>> l7) throws Exception {
    var source = Files.createDirectories(folder.resolve("seed"));
    var content = Files.write(source.resolve("content.bin"), new byte[BYTES]);
    try (var tracker = Tracker.builder().http(new Endpoint("127.0.0.1", 0)).start();
        var seed = Peer.builder().start()) {
      var file = folder.resolve("content.torrent");
      var torrent = file.toString();
      var url = tracker.announceUrl();
      l7.accept(List.of("bt", "create", content.toString(), "-o", torrent, "--tracker", url));
      try (var seeding = seed.add(TorrentSpec.of(Metainfo.read(file), source).readOnly())) {
        var _ = seeding.await(PATIENCE);
        var leech = folder.resolve("leech").toString();
        var peer = Endpoint.of(seed.address()).toString();
        l7.accept(List.of("bt", "get", torrent, "-d", leech, "--peer", peer));
        l7.accept(List.of("bt", "verify", torrent, "-d", leech));
        l7.accept(List.of("bt", "verify", torrent, "-d", leech, "--json"));
      }
    }
  }
}
