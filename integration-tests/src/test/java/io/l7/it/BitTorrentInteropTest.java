package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.l7.bittorrent.Peer;
import io.l7.bittorrent.Tracker;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.bittorrent.tracker.TrackerLimits;
import io.l7.common.net.Endpoint;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ours with libtorrent, aria2 and webtorrent, as seed and as leech, over our trackers and over
 * opentracker.
 */
@Tag("interop")
class BitTorrentInteropTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int BYTES = 20_000_000;

  @TempDir Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();

  /** Another program, as a seed and as a leech. */
  enum Other {
    LIBTORRENT {
      @Override
      List<String> command(Role role, Path torrent, Path where) {
        var script = Project.root().resolve("benchmarks/lt_peer.py").toString();
        var word = role == Role.SEED ? "seed" : "get";
        return List.of("/usr/bin/python3", script, word, torrent.toString(), where.toString(), "0");
      }

      @Override
      boolean isThere() throws Exception {
        return answers("/usr/bin/python3", "-c", "import libtorrent");
      }
    },
    ARIA2 {
      @Override
      List<String> command(Role role, Path torrent, Path where) throws Exception {
        var command =
            new ArrayList<>(
                List.of(
                    "aria2c",
                    "--no-conf",
                    "--quiet",
                    "--enable-dht=false",
                    "--enable-dht6=false",
                    "--bt-enable-lpd=false",
                    "--enable-peer-exchange=false",
                    "--interface=127.0.0.1",
                    "--bt-tracker-interval=1",
                    "--file-allocation=none",
                    "--listen-port=" + freePort(),
                    "-d",
                    where.toString()));
        command.addAll(
            role == Role.SEED
                ? List.of("--check-integrity=true", "--seed-ratio=0.0")
                : List.of("--seed-time=0"));
        command.add(torrent.toString());
        return command;
      }

      @Override
      boolean isThere() throws Exception {
        return answers("aria2c", "--version");
      }
    },
    WEBTORRENT {
      @Override
      List<String> command(Role role, Path torrent, Path where) {
        var script =
            """
            const W = require('webtorrent');
            const c = new W({dht: false, lsd: false, utp: false, natUpnp: false, natPmp: false});
            c.add(process.argv[1], {path: process.argv[2]}, t => {
              t.on('done', () => { if (process.argv[3] === 'get') c.destroy(() => process.exit(0)); });
            });
            """;
        var word = role == Role.SEED ? "seed" : "get";
        return List.of("node", "-e", script, torrent.toString(), where.toString(), word);
      }

      @Override
      boolean isThere() throws Exception {
        return answers("node", "-e", "require('webtorrent')");
      }
    };

    abstract List<String> command(Role role, Path torrent, Path where) throws Exception;

    abstract boolean isThere() throws Exception;
  }

  enum Role {
    SEED,
    LEECH
  }

  enum Over {
    HTTP,
    UDP
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
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private static void need(boolean there, String what) {
    if (!there) System.out.println("interop: " + what + " is missing");
    assumeTrue(there, what + " is missing");
  }

  private Process run(List<String> command) throws Exception {
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("other.log").toFile())
            .start();
    open.add(() -> process.destroyForcibly().waitFor());
    return process;
  }

  @AfterEach
  void closeAll() throws Exception {
    for (var one : open.reversed()) one.close();
  }

  private Path content() throws Exception {
    var data = new byte[BYTES];
    new Random(7).nextBytes(data);
    return Files.write(Files.createDirectories(folder.resolve("seed")).resolve("film.bin"), data);
  }

  private Path torrent(Path content, String announce) throws Exception {
    return Files.write(
        folder.resolve("film.torrent"),
        MetainfoCreator.of(content)
            .pieceLength(256 << 10)
            .trackers(List.of(List.of(announce)))
            .create(_ -> {}));
  }

  private Tracker tracker() throws Exception {
    var tracker =
        Tracker.builder()
            .http(new Endpoint("127.0.0.1", 0))
            .udp(new Endpoint("127.0.0.1", 0))
            .limits(TrackerLimits.DEFAULT.interval(Duration.ofSeconds(2)))
            .start();
    open.add(tracker);
    return tracker;
  }

  private static String announce(Tracker tracker, Over over) {
    return over == Over.HTTP
        ? tracker.announceUrl()
        : "udp://127.0.0.1:" + tracker.udpAddress().orElseThrow().getPort() + "/announce";
  }

  private Peer peer() throws Exception {
    var peer = Peer.builder().start();
    open.add(peer);
    return peer;
  }

  static Stream<Object[]> pairs() {
    // With its DHT off, aria2 1.36 does not speak to UDP trackers.
    return Stream.of(Other.values())
        .flatMap(
            other ->
                Stream.of(Over.values())
                    .filter(over -> other != Other.ARIA2 || over == Over.HTTP)
                    .map(over -> new Object[] {other, over}));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void itDownloadsFromUsByteForByte(Other other, Over over) throws Exception {
    need(other.isThere(), other.name());
    var content = content();
    var file = torrent(content, announce(tracker(), over));
    var seeding =
        peer().add(TorrentSpec.of(Metainfo.read(file), folder.resolve("seed")).readOnly());
    assertThat(seeding.await(PATIENCE)).isTrue();
    var where = Files.createDirectories(folder.resolve("leech"));
    var process = run(other.command(Role.LEECH, file, where));
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .as(() -> "ended: " + folder.resolve("other.log"))
        .isTrue();
    assertThat(where.resolve("film.bin")).hasSameBinaryContentAs(content);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void weDownloadFromItByteForByte(Other other, Over over) throws Exception {
    need(other.isThere(), other.name());
    var content = content();
    var file = torrent(content, announce(tracker(), over));
    run(other.command(Role.SEED, file, folder.resolve("seed")));
    var torrent = peer().add(TorrentSpec.of(Metainfo.read(file), folder.resolve("leech")));
    assertThat(torrent.await(PATIENCE)).as(() -> torrent.status().toString()).isTrue();
    assertThat(folder.resolve("leech/film.bin")).hasSameBinaryContentAs(content);
  }

  @ParameterizedTest
  @EnumSource
  void weFindOneAnotherOverOpentracker(Over over) throws Exception {
    var program = Path.of("/usr/bin/opentracker");
    need(Files.isExecutable(program), "opentracker");
    int port = freePort();
    var content = content();
    var scheme = over == Over.HTTP ? "http" : "udp";
    var file = torrent(content, scheme + "://127.0.0.1:" + port + "/announce");
    var metainfo = Metainfo.read(file);
    var list = metainfo.info().v1Hash().orElseThrow() + "\n";
    Files.writeString(folder.resolve("allowed"), list);
    // Started by root it changes its root to the folder and goes on as nobody.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    var where = folder.toString();
    var number = Integer.toString(port);
    run(
        List.of(
            program.toString(),
            "-i",
            "127.0.0.1",
            "-p",
            number,
            "-P",
            number,
            "-d",
            where,
            "-w",
            "allowed"));
    var seeding = peer().add(TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly());
    assertThat(seeding.await(PATIENCE)).isTrue();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (seeding.status().trackers().stream().noneMatch(t -> t.working())) {
      assertThat(System.nanoTime() - end).as(() -> seeding.status().toString()).isNegative();
      Thread.onSpinWait();
    }
    var torrent = peer().add(TorrentSpec.of(metainfo, folder.resolve("leech")));
    assertThat(torrent.await(PATIENCE)).as(() -> torrent.status().toString()).isTrue();
    assertThat(folder.resolve("leech/film.bin")).hasSameBinaryContentAs(content);
  }
}
