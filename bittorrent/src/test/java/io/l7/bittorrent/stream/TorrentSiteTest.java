package io.l7.bittorrent.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.bittorrent.Closing;
import io.l7.bittorrent.Peer;
import io.l7.bittorrent.Torrent;
import io.l7.bittorrent.brain.BrainConfig;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.peer.Selection;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.bittorrent.pick.ReadingOrder;
import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import io.l7.http.HttpClient;
import io.l7.http.HttpServer;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are read over HTTP while a slow seed gives them. */
class TorrentSiteTest extends Closing {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final int PIECE = 32 * 1024;
  private static final int LENGTH = 4 << 20;
  private static final String FILM = "/top/a%20film.mp4";

  @TempDir Path folder;
  private final byte[] data = new byte[LENGTH];
  private Metainfo metainfo;
  private HttpClient client;
  private int port;

  @BeforeEach
  void content() throws Exception {
    Seeded.random("stream").nextBytes(data);
    var top = Files.createDirectories(folder.resolve("seed/top"));
    Files.write(top.resolve("a film.mp4"), data);
    Files.write(top.resolve("z<b>.html"), new byte[500]);
    Files.createFile(top.resolve("empty.txt"));
    Files.createFile(top.resolve("%41.txt"));
    metainfo = Metainfo.parse(MetainfoCreator.of(top).pieceLength(PIECE).create(_ -> {}));
    client = opened(HttpClient.create());
  }

  private Peer seed(long rate) throws Exception {
    var seed = opened(Peer.builder().upRate(rate).start());
    // A super-seed would decide itself what comes first.
    var plain = BrainConfig.DEFAULTS.seedMode(BrainConfig.SeedMode.PLAIN);
    var seeding =
        seed.add(TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly().policies(plain));
    assertThat(seeding.await(PATIENCE)).isTrue();
    return seed;
  }

  private Torrent leech(UnaryOperator<TorrentSpec> options) throws Exception {
    var spec = TorrentSpec.of(metainfo, folder.resolve("leech"));
    var torrent = opened(Peer.builder().start()).add(options.apply(spec));
    var server =
        opened(
            HttpServer.builder()
                .listen(new Endpoint("127.0.0.1", 0))
                .handler(new TorrentSite(torrent))
                .start());
    port = server.address().getPort();
    eventually(() -> !torrent.files().isEmpty());
    return torrent;
  }

  private static void eventually(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("patience").isNegative();
      Thread.onSpinWait();
    }
  }

  private Response get(String path, String... range) throws IOException {
    var request = Request.get("http://127.0.0.1:" + port + path);
    return client.send(range.length == 0 ? request : request.with("Range", range[0]));
  }

  private static byte[] bytes(Response response) throws IOException {
    try (var body = response.body()) {
      return body.bytes(LENGTH);
    }
  }

  @Test
  @Spec("RFC 9110 §14.2")
  void aRangeInTheMiddleArrivesLongBeforeTheWholeIsThere() throws Exception {
    var seed = seed(1_000_000);
    var torrent = leech(spec -> spec.peers(List.of(seed.address())));
    var response = get(FILM, "bytes=3000000-3099999");
    assertThat(response.status()).isEqualTo(Status.PARTIAL_CONTENT);
    assertThat(response.field("Content-Range")).contains("bytes 3000000-3099999/" + LENGTH);
    assertThat(response.field("Content-Type")).contains("video/mp4");
    assertThat(bytes(response)).isEqualTo(Arrays.copyOfRange(data, 3_000_000, 3_100_000));
    assertThat(torrent.status().verified()).as("pieces of 129").isLessThan(60);
    eventually(() -> torrent.readers() == 0);
  }

  @Test
  @Spec({"RFC 9110 §14.6", "RFC 9110 §15.3.7.2"})
  void severalRangesComeInOneAnswerLongBeforeTheWholeIsThere() throws Exception {
    var seed = seed(1_000_000);
    var torrent = leech(spec -> spec.peers(List.of(seed.address())));
    var several = get(FILM, "bytes=10-19,3000000-3000009");
    assertThat(several.status()).isEqualTo(Status.PARTIAL_CONTENT);
    var type = several.field("Content-Type").orElseThrow();
    assertThat(type).startsWith("multipart/byteranges; boundary=");
    var text = new String(bytes(several), StandardCharsets.ISO_8859_1);
    var parts = text.split("\r\n--" + type.substring(type.indexOf('=') + 1));
    assertThat(parts).hasSize(3);
    assertThat(parts[0]).endsWith("\r\n\r\n" + latin1(10, 20));
    assertThat(parts[1]).endsWith("\r\n\r\n" + latin1(3_000_000, 3_000_010));
    assertThat(parts[2]).isEqualTo("--\r\n");
    assertThat(torrent.status().verified()).as("pieces of 129").isLessThan(60);
  }

  private String latin1(int from, int to) {
    return new String(Arrays.copyOfRange(data, from, to), StandardCharsets.ISO_8859_1);
  }

  @Test
  void severalReadersGetEachWhatIsBeforeThemAndAllOfItIsWhole() throws Exception {
    var seed = seed(4_000_000);
    var torrent = leech(spec -> spec.peers(List.of(seed.address())));
    try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
      var parts =
          List.of(0, LENGTH / 2, LENGTH - 100_000).stream()
              .map(from -> readers.submit(() -> bytes(get(FILM, "bytes=" + from + "-"))))
              .toList();
      assertThat(parts.get(0).get()).isEqualTo(data);
      assertThat(parts.get(1).get()).isEqualTo(Arrays.copyOfRange(data, LENGTH / 2, LENGTH));
      assertThat(parts.get(2).get()).isEqualTo(Arrays.copyOfRange(data, LENGTH - 100_000, LENGTH));
    }
    assertThat(torrent.await(PATIENCE)).isTrue();
    assertThat(torrent.decisions()).anyMatch(decision -> decision.rule().equals("urgent"));
  }

  @Test
  void aReaderThatLeavesIsForgotten() throws Exception {
    var seed = seed(400_000);
    var torrent = leech(spec -> spec.peers(List.of(seed.address())));
    var left = get(FILM);
    assertThat(left.body().open().readNBytes(PIECE)).hasSize(PIECE);
    assertThat(torrent.readers()).isEqualTo(1);
    left.body().close();
    eventually(() -> torrent.readers() == 0);
  }

  @Test
  void aClientThatLeavesWhileItsPieceDoesNotComeIsForgotten() throws Exception {
    var torrent = leech(spec -> spec);
    try (var waits = new Socket("127.0.0.1", port)) {
      var request = "GET " + FILM + " HTTP/1.1\r\nHost: a\r\n\r\n";
      waits.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      eventually(() -> torrent.readers() == 1);
    }
    eventually(() -> torrent.readers() == 0);
  }

  @Test
  void whatALeavingReaderWaitedForComesFirstNoLonger() throws Exception {
    var torrent = leech(spec -> spec);
    var film = torrent.files().stream().filter(f -> f.length() == LENGTH).findFirst();
    torrent.read(film.orElseThrow(), LENGTH / 2, 10).close();
    var seed = seed(8_000_000);
    torrent.addPeer(seed.address());
    assertThat(torrent.await(PATIENCE)).isTrue();
    assertThat(torrent.decisions()).noneMatch(decision -> decision.rule().equals("urgent"));
  }

  @Test
  void ofMoreThanSixtyFourReadersTheOneThatWaitedLongestGivesWay() throws Exception {
    var torrent = leech(spec -> spec);
    var file = torrent.files().stream().filter(f -> f.length() == LENGTH).findFirst().orElseThrow();
    var oldest = torrent.read(file, 0, 10);
    for (int i = 1; i < 64; i++) {
      opened(torrent.read(file, i, 10));
    }
    assertThat(torrent.readers()).isEqualTo(64);
    var youngest = opened(torrent.read(file, 100, 10));
    assertThat(torrent.readers()).isEqualTo(64);
    assertThatThrownBy(() -> oldest.read(new byte[1], 0, 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("others read in its place");
    oldest.close();
    assertThat(torrent.readers()).isEqualTo(64);
    youngest.close();
    assertThat(torrent.readers()).isEqualTo(63);
  }

  @Test
  void aReaderThatWaitsEndsWithTheTorrent() throws Exception {
    var torrent = leech(spec -> spec);
    try (var waits = get(FILM, "bytes=-1").body()) {
      eventually(() -> torrent.readers() == 1);
      torrent.close();
      assertThatThrownBy(() -> waits.bytes(10)).isInstanceOf(IOException.class);
    }
    eventually(() -> torrent.readers() == 0);
  }

  @Test
  @Spec({"RFC 9110 §9.3.2", "RFC 9110 §13.1.2", "RFC 9110 §13.1.5", "RFC 9110 §14.4"})
  void lengthAndConditionsAreRightBeforeAnythingIsThere() throws Exception {
    leech(spec -> spec);
    var uri = URI.create("http://127.0.0.1:" + port + FILM);
    var head = client.send(Request.of(Method.HEAD, uri));
    assertThat(head.status()).isEqualTo(Status.OK);
    assertThat(head.field("Content-Length")).contains(Integer.toString(LENGTH));
    assertThat(head.field("Accept-Ranges")).contains("bytes");
    var tag = head.field("ETag").orElseThrow();
    var same = client.send(Request.get(uri.toString()).with("If-None-Match", tag));
    assertThat(same.status()).isEqualTo(Status.NOT_MODIFIED);
    var ofAnother =
        Request.get(uri.toString()).with("Range", "bytes=0-9").with("If-Range", "\"another\"");
    try (var whole = client.send(ofAnother).body()) {
      assertThat(whole.length()).hasValue(LENGTH);
    }
    try (var part = client.send(ofAnother.with("If-Range", tag)).body()) {
      assertThat(part.length()).hasValue(10);
    }
    var beyond = get(FILM, "bytes=" + LENGTH + "-");
    assertThat(beyond.status()).isEqualTo(Status.RANGE_NOT_SATISFIABLE);
    assertThat(beyond.field("Content-Range")).contains("bytes */" + LENGTH);
    assertThat(bytes(get("/top/empty.txt"))).isEmpty();
    assertThat(get("/top/%2541.txt").status()).isEqualTo(Status.OK);
    var post = client.send(Request.of(Method.POST, uri));
    assertThat(post.status()).isEqualTo(Status.METHOD_NOT_ALLOWED);
    assertThat(get("/").body().text(10_000))
        .contains("<a href=\"/top/a%20film.mp4\">top/a film.mp4</a> " + LENGTH + " bytes")
        .contains("z&lt;b>.html")
        .doesNotContain("<b>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/top",
        "/top/",
        "/top/nothing",
        "/top/../top/a%20film.mp4",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/top/z%3Cb%3E.html",
        "/.l7"
      })
  void whatIsNoSelectedFileIsNotThere(String path) throws Exception {
    leech(spec -> spec.selection(Selection.globs(List.of("top/a*"))));
    assertThat(get(path).status().code()).isIn(400, 404);
  }

  @Test
  void inSequentialModeThePiecesComeInOrderWithTheLastOnesEarly() throws Exception {
    var seed = seed(2_000_000);
    var torrent =
        leech(spec -> spec.order(ReadingOrder.Mode.SEQUENTIAL).peers(List.of(seed.address())));
    var all = metainfo.info().pieces().pieces();
    eventually(() -> torrent.status().verified() >= all / 2);
    var verified = torrent.verified();
    int inOrder = verified.nextClear(0);
    assertThat(inOrder).as("in order, but for the edge: " + verified).isBetween(20, all);
    assertThat(verified.get(LENGTH / PIECE - 1)).as("the end of the film").isTrue();
    assertThat(torrent.await(PATIENCE)).isTrue();
  }
}
