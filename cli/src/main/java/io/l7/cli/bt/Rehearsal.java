package io.l7.cli.bt;

import io.l7.bittorrent.Peer;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.peer.TorrentSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A whole download over loopback within this process: what the start-up cache learns from. */
public final class Rehearsal {
  private static final int BYTES = 64 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Rehearsal() {}

  /** Downloads a file from itself into {@code folder}, which is empty. */
  public static void run(Path folder) throws Exception {
    var source = Files.createDirectories(folder.resolve("seed"));
    var content = Files.write(source.resolve("content.bin"), new byte[BYTES]);
    var metainfo = Metainfo.parse(MetainfoCreator.of(content).create(_ -> {}));
    try (var seed = Peer.builder().start();
        var seeding = seed.add(TorrentSpec.of(metainfo, source).readOnly());
        var peer = Peer.builder().start()) {
      var _ = seeding.await(PATIENCE);
      var spec = TorrentSpec.of(metainfo, folder.resolve("leech")).peers(List.of(seed.address()));
      try (var torrent = peer.add(spec)) {
        var _ = torrent.await(PATIENCE);
      }
    }
  }
}
