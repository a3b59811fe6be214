package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.Peer;
import io.l7.bittorrent.Torrent;
import io.l7.bittorrent.Tracker;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.common.testkit.Seeded;
import io.l7.dns.message.RRType;
import io.l7.lab.junit.LabExtension;
import io.l7.lab.world.LabHost;
import io.l7.lab.world.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A swarm that knows nothing but the name of its tracker. */
class SwarmByNameTest {
  private static final int OCTETS = 400_000;
  private static final int TRACKER_PORT = 6969;
  private static final int PEER_PORT = 6881;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @RegisterExtension final LabExtension lab = LabExtension.with(b -> b.domain("swarm.lab"));

  @Test
  void peersFindEachOtherThroughATrackerFoundByName(@TempDir Path folder) throws Exception {
    var content = new byte[OCTETS];
    Seeded.random("swarm by name").nextBytes(content);
    var file = Files.write(folder.resolve("film.bin"), content);
    var trackerHost = lab.lab().host("tracker.swarm.lab", Role.TRACKER);
    var url = "http://tracker.swarm.lab:" + TRACKER_PORT + "/announce";
    var metainfo =
        Metainfo.parse(
            MetainfoCreator.of(file)
                .pieceLength(32 * 1024)
                .trackers(List.of(List.of(url)))
                .create(done -> {}));
    var running = new ArrayList<Peer>();
    try (var tracker =
        Tracker.builder()
            .network(trackerHost.network())
            .http(trackerHost.at(TRACKER_PORT))
            .start()) {
      var seed = peer("seed.swarm.lab", running);
      seed.add(TorrentSpec.of(metainfo, folder).readOnly());
      var torrents = new ArrayList<Torrent>();
      var folders = new ArrayList<Path>();
      for (int i = 1; i <= 2; i++) {
        var own = Files.createDirectories(folder.resolve("peer" + i));
        folders.add(own);
        torrents.add(peer("peer" + i + ".swarm.lab", running).add(TorrentSpec.of(metainfo, own)));
      }
      for (var torrent : torrents) assertThat(torrent.await(PATIENCE)).isTrue();
      for (var own : folders) assertThat(own.resolve("film.bin")).hasBinaryContent(content);
      assertThat(lab.dns().asked("tracker.swarm.lab", RRType.A)).contains("dns.swarm.lab");
    } finally {
      running.forEach(Peer::close);
    }
  }

  private Peer peer(String name, List<Peer> running) throws IOException {
    LabHost host = lab.lab().host(name, Role.PEER);
    var peer =
        Peer.builder()
            .network(host.network())
            .names(lab.lab().world().hostResolver())
            .listen(host.at(PEER_PORT))
            .start();
    running.add(peer);
    return peer;
  }
}
