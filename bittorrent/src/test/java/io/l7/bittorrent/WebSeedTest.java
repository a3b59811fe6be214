package io.l7.bittorrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.metainfo.InfoDictionary;
import io.l7.bittorrent.metainfo.MagnetLink;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.peer.Selection;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.bittorrent.peer.TorrentState;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import io.l7.http.files.StaticFiles;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Content that comes from a web server (BEP 19). */
class WebSeedTest extends WebSeedFixture {
  private Path web;

  @BeforeEach
  void folders() throws Exception {
    web = Files.createDirectories(folder.resolve("web"));
  }

  private Path file(String name, int bytes) throws Exception {
    var data = new byte[bytes];
    Seeded.random(name).nextBytes(data);
    var file = web.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    return Files.write(file, data);
  }

  private static Metainfo torrent(Path content, UnaryOperator<MetainfoCreator> options)
      throws Exception {
    return Metainfo.parse(
        options.apply(MetainfoCreator.of(content).pieceLength(PIECE)).create(_ -> {}));
  }

  private static Metainfo torrent(Path content, String... webSeeds) throws Exception {
    return torrent(content, creator -> creator.webSeeds(List.of(webSeeds)));
  }

  private Torrent leech(TorrentSpec spec) throws Exception {
    return opened(Peer.builder().start()).add(spec);
  }

  private static void awaitWhole(Torrent torrent) throws Exception {
    assertThat(torrent.await(PATIENCE)).as(() -> torrent.status().toString()).isTrue();
    assertThat(torrent.status().state()).isEqualTo(new TorrentState.Seeding());
  }

  @Test
  @Spec("BEP 19")
  void aTorrentWithAWebSeedAndNoPeerFinishesInFewLongRuns() throws Exception {
    var film = file("film.bin", 5_000_000);
    var server = opened(WebServer.of(web));
    var torrent = leech(TorrentSpec.of(torrent(film, server.url("/film.bin")), leech()));
    awaitWhole(torrent);
    assertThat(leech().resolve("film.bin")).hasSameBinaryContentAs(film);
    assertThat(server.asked).hasSizeLessThan(6);
    assertThat(server.connections).hasSizeLessThanOrEqualTo(2);
    assertThat(server.bytesAsked()).isEqualTo(5_000_000);
    var status = torrent.status();
    assertThat(status.received()).isEqualTo(5_000_000);
    assertThat(status.wasted()).isZero();
    assertThat(status.webSeeds())
        .singleElement()
        .satisfies(line -> assertThat(line.url()).isEqualTo(server.url("/film.bin")));
    assertThat(status.webSeeds().getFirst().view().orElseThrow().received()).isEqualTo(5_000_000);
  }

  @Test
  @Spec({"BEP 19", "BEP 27", "BEP 47"})
  void theFilesOfAPrivateFolderComeByTheirNamesAndPaddingFromNobody() throws Exception {
    file("top/a b/\u00e4 %#?.txt", 70_000);
    file("top/small", 10);
    file("top/z/large", 300_000);
    Files.createFile(web.resolve("top/empty"));
    var server = opened(WebServer.of(web));
    var metainfo =
        torrent(
            web.resolve("top"),
            creator ->
                creator
                    .version(InfoDictionary.Version.HYBRID)
                    .privacy(InfoDictionary.Privacy.PRIVATE)
                    .webSeeds(List.of(server.url(""))));
    assertThat(metainfo.info().files()).anyMatch(file -> file.isPadding());
    awaitWhole(leech(TorrentSpec.of(metainfo, leech())));
    for (var name : List.of("a b/\u00e4 %#?.txt", "small", "z/large", "empty")) {
      assertThat(leech().resolve("top").resolve(name))
          .hasSameBinaryContentAs(web.resolve("top").resolve(name));
    }
    assertThat(server.bytesAsked()).isEqualTo(370_010);
    assertThat(server.asked).contains("/top/a%20b/%C3%A4%20%25%23%3F.txt bytes=0-69999");
  }

  @Test
  void aFileThatTheSelectionLeavesOutIsNotFetched() throws Exception {
    file("top/a", 2 * PIECE);
    file("top/b", 2 * PIECE);
    var server = opened(WebServer.of(web));
    var metainfo = torrent(web.resolve("top"), server.url("/"));
    awaitWhole(
        leech(TorrentSpec.of(metainfo, leech()).selection(Selection.globs(List.of("top/b")))));
    assertThat(server.asked).containsExactly("/top/b bytes=0-" + (2 * PIECE - 1));
    assertThat(leech().resolve("top/a")).doesNotExist();
  }

  @Test
  void aSecondRunAsksForTheRestAlone() throws Exception {
    var film = file("film.bin", 1_000_000);
    var server = opened(WebServer.of(web));
    Files.createDirectories(leech());
    var data = Files.readAllBytes(film);
    Files.write(leech().resolve("film.bin"), Arrays.copyOf(data, 10 * PIECE));
    awaitWhole(leech(TorrentSpec.of(torrent(film, server.url("/film.bin")), leech())));
    assertThat(leech().resolve("film.bin")).hasSameBinaryContentAs(film);
    assertThat(server.asked).containsExactly("/film.bin bytes=" + 10 * PIECE + "-999999");
  }

  @Test
  @Spec("BEP 9")
  void aMagnetLinkNamesAWebSeed() throws Exception {
    var film = file("film.bin", 500_000);
    var server = opened(WebServer.of(web));
    var metainfo = torrent(film);
    var knows = opened(Peer.builder().start()); // what the torrent is, and nothing of its content
    knows.add(TorrentSpec.of(metainfo, folder.resolve("empty")));
    var link =
        MagnetLink.parse(
            MagnetLink.of(metainfo)
                + "&ws="
                + server.url("/film.bin")
                + "&x.pe=127.0.0.1:"
                + knows.address().getPort());
    awaitWhole(leech(TorrentSpec.of(link, leech())));
    assertThat(leech().resolve("film.bin")).hasSameBinaryContentAs(film);
    assertThat(server.bytesAsked()).isEqualTo(500_000);
  }

  @Test
  void theLimitOfTheDownlinkHoldsForItToo() throws Exception {
    var film = file("film.bin", 600_000);
    var server = opened(WebServer.of(web));
    long start = System.nanoTime();
    awaitWhole(
        leech(TorrentSpec.of(torrent(film, server.url("/film.bin")), leech()).downRate(500_000)));
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));
  }

  @Test
  void aRedirectIsFollowedAndFromElsewhereNeverToThisMachine() throws Exception {
    var film = file("film.bin", 200_000);
    var files = StaticFiles.of(web).build();
    var server =
        opened(
            new WebServer(
                request ->
                    request.path().startsWith("/old/")
                        ? Response.redirect(Status.FOUND, "/film.bin")
                        : files.handle(request)));
    var redirected = torrent(film, server.url("/old/film.bin"));
    awaitWhole(leech(TorrentSpec.of(redirected, leech())));
    assertThat(leech().resolve("film.bin")).hasSameBinaryContentAs(film);

    var hostile =
        opened(new WebServer(_ -> Response.redirect(Status.FOUND, server.url("/film.bin"))));
    var far = torrent(film, "http://films.example:" + hostile.port() + "/film.bin");
    var named =
        opened(Peer.builder().names(_ -> List.of(InetAddress.getLoopbackAddress())).start());
    server.asked.clear();
    var refused = named.add(TorrentSpec.of(far, folder.resolve("other")));
    awaitWords(refused, "is not asked again: a redirect to a local address, refused");
    assertThat(server.asked).isEmpty();
    var query = leech(TorrentSpec.of(torrent(film, server.url("/?reboot")), folder.resolve("x")));
    awaitWords(query, "is not asked: a web seed on a local address must have no query");
    assertThat(server.asked).isEmpty();
  }

  /** As a URL with the address in place of the name would be refused. */
  @Test
  void aNameOfThisMachineIsAskedForNoQuery() throws Exception {
    var film = file("film.bin", 200_000);
    var server = opened(WebServer.of(web));
    var peer = opened(Peer.builder().names(_ -> List.of(InetAddress.getLoopbackAddress())).start());
    var at = "http://films.example:" + server.port() + "/film.bin";
    var torrent = peer.add(TorrentSpec.of(torrent(film, at + "?reboot"), leech()));
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!torrent.status().webSeeds().getFirst().why().contains("must have no query")) {
      assertThat(System.nanoTime() - end).as(() -> torrent.status().toString()).isNegative();
      Thread.onSpinWait();
    }
    assertThat(server.asked).isEmpty();
    torrent.close();
    awaitWhole(peer.add(TorrentSpec.of(torrent(film, at), leech())));
  }

  static void awaitWords(Torrent torrent, String why) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (torrent.status().webSeeds().stream().noneMatch(line -> line.why().equals(why))) {
      assertThat(System.nanoTime() - end)
          .as(() -> why + ": " + torrent.status().webSeeds())
          .isNegative();
      Thread.onSpinWait();
    }
  }

  @Test
  void aWebSeedAndPeersBringAllOfItOnceAndTheStatusNamesIt() throws Exception {
    var film = file("film.bin", 3_000_000);
    var files = StaticFiles.of(web).build();
    var gate = new CountDownLatch(1);
    var server =
        opened(
            new WebServer(
                request -> {
                  try {
                    gate.await();
                  } catch (InterruptedException e) {
                    throw new InterruptedIOException();
                  }
                  return files.handle(request);
                }));
    var metainfo = torrent(film, server.url("/film.bin"));
    var seed = opened(Peer.builder().upRate(2_000_000).start());
    seed.add(TorrentSpec.of(metainfo, web).readOnly());
    var torrent = leech(TorrentSpec.of(metainfo, leech()).peers(List.of(seed.address())));
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (torrent.status().verified() < 2 || !torrent.status().why().contains("1 web seed")) {
      assertThat(System.nanoTime() - end).isNegative();
      Thread.onSpinWait();
    }
    gate.countDown();
    awaitWhole(torrent);
    assertThat(leech().resolve("film.bin")).hasSameBinaryContentAs(film);
    var status = torrent.status();
    assertThat(status.webSeeds().getFirst().view().orElseThrow().received()).isPositive();
    assertThat(status.received() - 3_000_000).as("twice").isLessThan(200_000);
    assertThat(torrent.decisions()).anyMatch(decision -> decision.rule().equals("longest-gap"));
    assertThat(Map.of("peers", 1, "web seeds", 1))
        .containsEntry("peers", status.peers().size())
        .containsEntry("web seeds", status.webSeeds().size());
  }
}
