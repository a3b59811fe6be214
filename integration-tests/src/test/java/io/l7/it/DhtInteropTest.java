package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.Dht;
import io.l7.bittorrent.Peer;
import io.l7.bittorrent.Torrent;
import io.l7.bittorrent.dht.DhtSettings;
import io.l7.bittorrent.metainfo.MagnetLink;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Ours with libtorrent and aria2 where nothing but the DHT brings them together: no tracker, no
 * peer exchange, no local discovery.
 */
@Tag("interop")
class DhtInteropTest extends Discovery {
  private Endpoint bootstrap() throws Exception {
    var dht = Dht.builder().start();
    opened(dht);
    return Endpoint.of(dht.address());
  }

  private Torrent ours(TorrentSpec spec, Endpoint node) throws Exception {
    var peer = Peer.builder().dht(DhtSettings.DEFAULT.bootstrap(node)).start();
    opened(peer);
    return peer.add(spec);
  }

  @ParameterizedTest
  @EnumSource
  @Spec("BEP 5")
  void itFindsUsByAMagnetLink(Other other) throws Exception {
    need(other.isThere(), other.name());
    var metainfo = metainfo();
    var node = bootstrap();
    var seed = ours(TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly(), node);
    assertThat(seed.await(PATIENCE)).isTrue();
    var where = Files.createDirectories(folder.resolve("leech"));
    var process =
        run(other.command("get", MagnetLink.of(metainfo).toString(), where, node.toString()));
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertComplete();
  }

  @ParameterizedTest
  @EnumSource
  @Spec("BEP 5")
  void weFindItByAMagnetLink(Other other) throws Exception {
    need(other.isThere(), other.name());
    var metainfo = metainfo();
    var node = bootstrap();
    run(
        other.command(
            "seed",
            folder.resolve("film.torrent").toString(),
            folder.resolve("seed"),
            node.toString()));
    var leech = ours(TorrentSpec.of(MagnetLink.of(metainfo), folder.resolve("leech")), node);
    assertThat(leech.await(PATIENCE)).as(() -> leech.status().toString()).isTrue();
    assertComplete();
  }

  /** Its node is the one that all join through, stores our announce and is asked for it. */
  @Test
  @Spec("BEP 5")
  void twoOfOursFindEachOtherThroughANodeOfLibtorrent() throws Exception {
    need(Other.LIBTORRENT.isThere(), "libtorrent");
    var metainfo = metainfo();
    var process = run(Other.LIBTORRENT.command("node", "-", folder, "127.0.0.1:1"));
    int port;
    try (var out = new BufferedReader(process.inputReader(StandardCharsets.US_ASCII))) {
      port = Integer.parseInt(out.readLine().substring("ready ".length()));
    }
    var node = new Endpoint("127.0.0.1", port);
    var seed = ours(TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly(), node);
    assertThat(seed.await(PATIENCE)).isTrue();
    var leech = ours(TorrentSpec.of(MagnetLink.of(metainfo), folder.resolve("leech")), node);
    assertThat(leech.await(PATIENCE)).as(() -> leech.status().toString()).isTrue();
    assertComplete();
  }
}
