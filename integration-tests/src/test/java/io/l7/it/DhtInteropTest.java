package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.l7.bittorrent.Dht;
import io.l7.bittorrent.Peer;
import io.l7.bittorrent.Torrent;
import io.l7.bittorrent.dht.DhtSettings;
import io.l7.bittorrent.metainfo.MagnetLink;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import java.io.BufferedReader;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Ours with libtorrent and aria2 where nothing but the DHT brings them together: no tracker, no
 * peer exchange, no local discovery.
 */
@Tag("interop")
class DhtInteropTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int BYTES = 5_000_000;

  @TempDir Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();

  /** Another program, as a seed of a torrent file and as a leech of a magnet link. */
  enum Other {
    LIBTORRENT {
      @Override
      List<String> command(String role, String what, Path where, Endpoint node) {
        var script = Project.root().resolve("benchmarks/lt_dht.py").toString();
        return List.of("/usr/bin/python3", script, role, what, where.toString(), node.toString());
      }

      @Override
      boolean isThere() throws Exception {
        return answers("/usr/bin/python3", "-c", "import libtorrent");
      }
    },
    ARIA2 {
      @Override
      List<String> command(String role, String what, Path where, Endpoint node) throws Exception {
        var command =
            new ArrayList<>(
                List.of(
                    "aria2c",
                    "--no-conf",
                    "--quiet",
                    "--enable-dht=true",
                    "--enable-dht6=false",
                    "--bt-enable-lpd=false",
                    "--enable-peer-exchange=false",
                    "--interface=127.0.0.1",
                    "--dht-entry-point=" + node,
                    "--dht-listen-port=" + freePort(),
                    "--dht-file-path=" + where.resolveSibling(role + ".dht"),
                    "--listen-port=" + freePort(),
                    "--file-allocation=none",
                    "-d",
                    where.toString()));
        command.addAll(
            role.equals("seed")
                ? List.of("--check-integrity=true", "--seed-ratio=0.0")
                : List.of("--seed-time=0"));
        command.add(what);
        return command;
      }

      @Override
      boolean isThere() throws Exception {
        return answers("aria2c", "--version");
      }
    };

    abstract List<String> command(String role, String what, Path where, Endpoint node)
        throws Exception;

    abstract boolean isThere() throws Exception;
  }

  private static boolean answers(String... command) throws Exception {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (java.io.IOException e) {
      return false;
    }
  }

  private static int freePort() throws Exception {
    try (var socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private static void need(boolean there, String what) {
    if (!there) System.out.println("interop: " + what + " is missing");
    assumeTrue(there, what + " is missing");
  }

  @AfterEach
  void closeAll() throws Exception {
    for (var one : open.reversed()) one.close();
  }

  private Process run(List<String> command) throws Exception {
    var process =
        new ProcessBuilder(command).redirectError(folder.resolve("other.log").toFile()).start();
    open.add(() -> process.destroyForcibly().waitFor());
    return process;
  }

  private Metainfo metainfo() throws Exception {
    var data = new byte[BYTES];
    new Random(7).nextBytes(data);
    var content =
        Files.write(Files.createDirectories(folder.resolve("seed")).resolve("film.bin"), data);
    var file = folder.resolve("film.torrent");
    Files.write(file, MetainfoCreator.of(content).pieceLength(256 << 10).create(_ -> {}));
    return Metainfo.read(file);
  }

  private Endpoint bootstrap() throws Exception {
    var dht = Dht.builder().start();
    open.add(dht);
    return Endpoint.of(dht.address());
  }

  private Torrent ours(TorrentSpec spec, Endpoint node) throws Exception {
    var peer = Peer.builder().dht(DhtSettings.DEFAULT.bootstrap(node)).start();
    open.add(peer);
    return peer.add(spec);
  }

  private void assertComplete() {
    assertThat(folder.resolve("leech/film.bin"))
        .hasSameBinaryContentAs(folder.resolve("seed/film.bin"));
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
    var process = run(other.command("get", MagnetLink.of(metainfo).toString(), where, node));
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
            "seed", folder.resolve("film.torrent").toString(), folder.resolve("seed"), node));
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
    var process = run(Other.LIBTORRENT.command("node", "-", folder, new Endpoint("127.0.0.1", 1)));
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
