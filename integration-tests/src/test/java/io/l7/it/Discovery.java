package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Other programs that find peers in one way alone, and a torrent to be found. */
abstract class Discovery {
  static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int BYTES = 5_000_000;

  /** For {@link Other#command}: it looks on the local network, in place of through a node. */
  static final String LSD = "lsd";

  /** Of this run: a run beside it on this machine is not to be found. */
  final String name = "film-" + ProcessHandle.current().pid() + ".bin";

  @TempDir Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();

  /** Another program, as a seed of a torrent file and as a leech of a magnet link. */
  enum Other {
    LIBTORRENT {
      @Override
      List<String> command(String role, String what, Path where, String how) {
        var script = Project.root().resolve("benchmarks/lt_dht.py").toString();
        return List.of("/usr/bin/python3", script, role, what, where.toString(), how);
      }

      @Override
      boolean isThere() throws Exception {
        return answers("/usr/bin/python3", "-c", "import libtorrent");
      }
    },
    ARIA2 {
      @Override
      List<String> command(String role, String what, Path where, String how) throws Exception {
        var command =
            new ArrayList<>(
                List.of(
                    "aria2c",
                    "--no-conf",
                    "--quiet",
                    "--enable-dht6=false",
                    "--enable-peer-exchange=false",
                    "--interface=127.0.0.1",
                    "--listen-port=" + freePort(),
                    "--file-allocation=none",
                    "-d",
                    where.toString()));
        command.addAll(
            how.equals(LSD)
                ? List.of(
                    "--enable-dht=false", "--bt-enable-lpd=true", "--bt-lpd-interface=127.0.0.1")
                : List.of(
                    "--enable-dht=true",
                    "--bt-enable-lpd=false",
                    "--dht-entry-point=" + how,
                    "--dht-listen-port=" + freePort(),
                    "--dht-file-path=" + where.resolveSibling(role + ".dht")));
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

    abstract List<String> command(String role, String what, Path where, String how)
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

  static void need(boolean there, String what) {
    if (!there) System.out.println("interop: " + what + " is missing");
    assumeTrue(there, what + " is missing");
  }

  <T extends AutoCloseable> T opened(T one) {
    open.add(one);
    return one;
  }

  @AfterEach
  void closeAll() throws Exception {
    for (var one : open.reversed()) one.close();
  }

  Process run(List<String> command) throws Exception {
    var process =
        new ProcessBuilder(command).redirectError(folder.resolve("other.log").toFile()).start();
    open.add(() -> process.destroyForcibly().waitFor());
    return process;
  }

  Metainfo metainfo() throws Exception {
    var data = new byte[BYTES];
    new Random(7).nextBytes(data);
    var content = Files.write(Files.createDirectories(folder.resolve("seed")).resolve(name), data);
    var file = folder.resolve("film.torrent");
    Files.write(file, MetainfoCreator.of(content).pieceLength(256 << 10).create(_ -> {}));
    return Metainfo.read(file);
  }

  void assertComplete() {
    assertThat(folder.resolve("leech").resolve(name))
        .hasSameBinaryContentAs(folder.resolve("seed").resolve(name));
  }
}
