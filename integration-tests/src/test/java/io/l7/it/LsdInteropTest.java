package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.Peer;
import io.l7.bittorrent.Torrent;
import io.l7.bittorrent.lsd.LsdSettings;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.common.spec.Spec;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Ours with libtorrent and aria2 where nothing but local discovery on the loopback brings them
 * together: no tracker, no DHT, no peer exchange.
 */
@Tag("interop")
class LsdInteropTest extends Discovery {
  private Torrent ours(TorrentSpec spec) throws Exception {
    return opened(Peer.builder().lsd(LsdSettings.LOOPBACK_TOO).start()).add(spec);
  }

  @ParameterizedTest
  @EnumSource
  @Spec("BEP 14")
  void itGetsFromUs(Other other) throws Exception {
    need(other.isThere(), other.name());
    var seed = ours(TorrentSpec.of(metainfo(), folder.resolve("seed")).readOnly());
    assertThat(seed.await(PATIENCE)).isTrue();
    var where = Files.createDirectories(folder.resolve("leech"));
    var torrent = folder.resolve("film.torrent").toString();
    var process = run(other.command("get", torrent, where, LSD));
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertComplete();
  }

  @ParameterizedTest
  @EnumSource
  @Spec("BEP 14")
  void weGetFromIt(Other other) throws Exception {
    need(other.isThere(), other.name());
    var metainfo = metainfo();
    var torrent = folder.resolve("film.torrent").toString();
    run(other.command("seed", torrent, folder.resolve("seed"), LSD));
    var leech = ours(TorrentSpec.of(metainfo, folder.resolve("leech")));
    assertThat(leech.await(PATIENCE)).as(() -> leech.status().toString()).isTrue();
    assertComplete();
  }
}
