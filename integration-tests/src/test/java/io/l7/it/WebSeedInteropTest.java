package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.l7.bittorrent.Peer;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.bittorrent.peer.TorrentState;
import io.l7.common.net.Endpoint;
import io.l7.http.HttpServer;
import io.l7.http.files.StaticFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ours with nginx as its web seed; libtorrent with a torrent of ours and our server. */
@Tag("interop")
class WebSeedInteropTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String LIBTORRENT =
      """
      import libtorrent as lt, sys, time
      s = lt.session({'listen_interfaces': '127.0.0.1:0', 'enable_dht': False, 'enable_lsd': False,
                      'enable_upnp': False, 'enable_natpmp': False, 'ssrf_mitigation': False})
      t = s.add_torrent({'ti': lt.torrent_info(sys.argv[1]), 'save_path': sys.argv[2]})
      while not t.status().is_seeding:
          time.sleep(0.05)
      """;

  @TempDir Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (var one : open.reversed()) one.close();
  }

  private Path content() throws Exception {
    var random = new Random(19);
    for (var name : List.of("top/a b/\u00e4 %#.bin", "top/large.bin", "top/small")) {
      var data = new byte[name.endsWith("small") ? 100 : 7_000_000];
      random.nextBytes(data);
      var file = folder.resolve("web").resolve(name);
      Files.createDirectories(file.resolveSibling("."));
      Files.write(file, data);
    }
    return folder.resolve("web/top");
  }

  private Path torrent(Path content, int port) throws Exception {
    return Files.write(
        folder.resolve("top.torrent"),
        MetainfoCreator.of(content)
            .pieceLength(256 << 10)
            .webSeeds(List.of("http://127.0.0.1:" + port + "/"))
            .create(_ -> {}));
  }

  private void assertSame(Path content) throws IOException {
    for (var name : List.of("a b/\u00e4 %#.bin", "large.bin", "small"))
      assertThat(folder.resolve("leech/top").resolve(name))
          .hasSameBinaryContentAs(content.resolve(name));
  }

  private Process run(String... command) throws IOException {
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("other.log").toFile())
            .start();
    open.add(() -> process.destroyForcibly().waitFor());
    return process;
  }

  @Test
  void nginxIsTheOnlySource() throws Exception {
    var nginx = Programs.required("nginx", "nginx");
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Files.writeString(
        folder.resolve("nginx.conf"),
        """
        daemon off; worker_processes 1; pid %1$s/pid; error_log %1$s/error.log;
        events { worker_connections 64; }
        http {
          access_log %1$s/access.log; gzip on; gzip_types *; gzip_min_length 1;
          client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
          uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
          server { listen 127.0.0.1:%2$d; root %1$s/web; }
        }
        """
            .formatted(folder, port));
    var content = content();
    // Started by root it reads as nobody.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    run(nginx.toString(), "-c", folder + "/nginx.conf", "-p", folder + "/");
    Eventually.holds("nginx listens", () -> listens(port));
    var peer = Peer.builder().start();
    open.add(peer);
    var torrent =
        peer.add(TorrentSpec.of(Metainfo.read(torrent(content, port)), folder.resolve("leech")));
    assertThat(torrent.await(PATIENCE)).as(() -> torrent.status().toString()).isTrue();
    assertThat(torrent.status().state()).isEqualTo(new TorrentState.Seeding());
    assertSame(content);
    assertThat(Files.readAllLines(folder.resolve("access.log")))
        .allMatch(line -> line.contains("\" 206 "));
  }

  private static boolean listens(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException _) {
      return false;
    }
  }

  @Test
  void libtorrentFetchesATorrentOfOursFromOurServer() throws Exception {
    var python = "/usr/bin/python3";
    boolean there = run(python, "-c", "import libtorrent").waitFor() == 0;
    if (!there) System.out.println("interop: libtorrent is missing");
    assumeTrue(there, "libtorrent is missing");
    var content = content();
    var server =
        HttpServer.builder()
            .listen(new Endpoint("127.0.0.1", 0))
            .handler(StaticFiles.of(folder.resolve("web")).build())
            .start();
    open.add(server);
    var file = torrent(content, server.address().getPort());
    var process =
        run(python, "-c", LIBTORRENT, file.toString(), folder.resolve("leech").toString());
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .as(() -> "ended: " + folder.resolve("other.log"))
        .isTrue();
    assertThat(process.exitValue()).isZero();
    assertSame(content);
  }
}
