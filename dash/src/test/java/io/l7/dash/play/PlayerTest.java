package io.l7.dash.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.disk.Disk;
import io.l7.common.net.Endpoint;
import io.l7.common.testkit.Seeded;
import io.l7.dash.abr.AbrAlgorithm;
import io.l7.dash.bmff.Films;
import io.l7.dash.bmff.Mp4File;
import io.l7.dash.bmff.Track;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.pack.FolderPacker;
import io.l7.dash.pack.ManifestForm;
import io.l7.dash.pack.Presentation;
import io.l7.dash.serve.DashHandler;
import io.l7.dash.serve.PackedFolder;
import io.l7.http.HttpServer;
import io.l7.http.message.Body;
import io.l7.http.message.Handler;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The player over real sockets: whole films, from healthy, dying, lying and silent edges. */
class PlayerTest {
  private static final int PICTURES = 120;

  @TempDir Path folder = Path.of("");

  /** How an edge that serves well at first breaks. */
  enum Fault {
    ANSWERS_503,
    CLOSES_IN_MID_BODY,
    GOES_SILENT,
    SENDS_ANOTHER_SEGMENT,
    SENDS_NOISE
  }

  private Path pack(ManifestForm form, List<String> baseUrls) throws Exception {
    return pack(form, baseUrls, Films.plain(PICTURES, 25));
  }

  private Path pack(ManifestForm form, List<String> baseUrls, byte[] content) throws Exception {
    Path film = folder.resolve("film.mp4");
    Files.write(film, content);
    Path packed = folder.resolve("packed");
    try (var presentation =
        Presentation.open(
            List.of(film), Duration.ofSeconds(1), Disk.real(), DashLimits.defaults())) {
      new FolderPacker(packed, form, FolderPacker.Playlists.NONE, baseUrls).write(presentation);
    }
    return packed;
  }

  private static HttpServer serve(Handler handler) throws IOException {
    return HttpServer.builder().listen(Endpoint.parse("127.0.0.1:0")).handler(handler).start();
  }

  private static Handler files(Path packed) throws IOException {
    return new DashHandler(new PackedFolder(packed), report -> {});
  }

  private static URI manifest(HttpServer server) {
    return URI.create("http://" + Endpoint.of(server.address()) + "/manifest.mpd");
  }

  private void isTheWholeFilm(Path output) throws Exception {
    try (var file = Disk.real().open(output, Disk.Open.READ)) {
      var samples =
          Mp4File.read(file, DashLimits.defaults()).first(Track.Kind.VIDEO).orElseThrow().samples();
      assertThat(samples.count()).isEqualTo(PICTURES);
      for (int i = 0; i < PICTURES; i++) {
        byte[] sample = new byte[i + 1];
        file.read(samples.offset(i), sample, 0, sample.length);
        assertThat(samples.size(i)).isEqualTo(i + 1);
        assertThat(sample).containsOnly(i);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ManifestForm.class)
  void aFilmOfEachFormIsPlayedToItsEndSampleForSample(ManifestForm form) throws Exception {
    Path packed = pack(form, List.of());
    Path output = folder.resolve("out.mp4");
    try (var server = serve(files(packed))) {
      var report = Player.of(manifest(server)).pace(PlayClock.Pace.FAST).output(output).play();
      assertThat(report.stalls()).isZero();
      assertThat(report.playedMs()).isEqualTo(PICTURES * 40.0);
      assertThat(report.toJson().at("chunks").elements()).isNotEmpty();
      assertThat(HtmlReport.of(report)).contains("<svg").contains("segment 4");
    }
    isTheWholeFilm(output);
  }

  @Test
  void whoWatchesIsToldOfEveryRequestInTheReportsOrder() throws Exception {
    Path packed = pack(ManifestForm.TIMELINE, List.of());
    var told = new ArrayList<PlayReport.Chunk>();
    try (var server = serve(files(packed))) {
      var report = Player.of(manifest(server)).pace(PlayClock.Pace.FAST).watch(told::add).play();
      assertThat(told).isNotEmpty().isEqualTo(report.chunks());
    }
  }

  @Test
  void inRealTimeAFilmTakesItsTime() throws Exception {
    Path packed = pack(ManifestForm.TIMELINE, List.of());
    try (var server = serve(files(packed))) {
      long start = System.nanoTime();
      Player.of(manifest(server)).algorithm(AbrAlgorithm.named("bola")).play();
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(4_700), Duration.ofSeconds(11));
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void anEdgeThatBreaksCausesNoStallAndNoWrongSample(Fault fault) throws Exception {
    var release = new CountDownLatch(1);
    Path[] packed = new Path[1];
    int[] asked = new int[1];
    Handler broken =
        request -> {
          Response good = files(packed[0]).handle(request);
          if (!request.path().endsWith(".m4s") || ++asked[0] <= 2) {
            return good;
          }
          return broken(fault, good, request, packed[0], release);
        };
    Path output = folder.resolve("out.mp4");
    try (var first = serve(broken);
        var second = serve(request -> files(packed[0]).handle(request))) {
      packed[0] =
          pack(
              ManifestForm.TIMELINE,
              List.of(
                  "http://" + Endpoint.of(first.address()) + "/",
                  "http://" + Endpoint.of(second.address()) + "/"));
      var report = Player.of(manifest(second)).pace(PlayClock.Pace.FAST).output(output).play();
      assertThat(report.stalls()).isZero();
      assertThat(report.edges())
          .anyMatch(e -> e.name().equals("edge-1") && e.failures() > 0)
          .anyMatch(e -> e.name().equals("edge-2") && e.requests() > 0 && e.failures() == 0);
    } finally {
      release.countDown();
    }
    isTheWholeFilm(output);
  }

  private static Response broken(
      Fault fault, Response good, Request request, Path packed, CountDownLatch release)
      throws Exception {
    return switch (fault) {
      case ANSWERS_503 -> Response.error(Status.SERVICE_UNAVAILABLE);
      case CLOSES_IN_MID_BODY -> {
        byte[] content = good.body().bytes(1 << 20);
        yield good.withBody(
            Body.of(new ByteArrayInputStream(content, 0, content.length / 2), content.length));
      }
      case GOES_SILENT -> {
        release.await();
        yield good;
      }
      case SENDS_ANOTHER_SEGMENT ->
          files(packed).handle(Request.get("http://edge.example" + other(request.path())));
      case SENDS_NOISE -> good.withBody(Body.of(new byte[5000]));
    };
  }

  private static String other(String path) {
    return path.endsWith("/1.m4s")
        ? path.replace("/1.m4s", "/4.m4s")
        : path.replaceAll("/\\d+\\.m4s", "/1.m4s");
  }

  /** {@code -Ddash.rounds=50} runs more of them. */
  static Stream<SplittableRandom> rounds() {
    var random = Seeded.random("dying edges");
    return IntStream.range(0, Integer.getInteger("dash.rounds", 5)).mapToObj(i -> random.split());
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void twoOfThreeEdgesMayDieOnceEightSecondsAreBuffered(SplittableRandom random) throws Exception {
    Path[] packed = new Path[1];
    var servers = new ArrayList<HttpServer>();
    var asked = new int[1];
    // A film of 24 segments of a second; deaths come when eight are there.
    int firstDeath = random.nextInt(9, 22);
    int secondDeath = random.nextInt(firstDeath + 1, 24);
    Handler counting =
        request -> {
          if (request.path().endsWith(".m4s")) {
            int count = ++asked[0];
            if (count == firstDeath || count == secondDeath) {
              int port = Integer.parseInt(request.authority().replaceAll(".*:", ""));
              servers.stream()
                  .filter(s -> s.address().getPort() == port)
                  .findFirst()
                  .ifPresent(HttpServer::close);
            }
          }
          return files(packed[0]).handle(request);
        };
    Path output = folder.resolve("out.mp4");
    try (var origin = serve(request -> files(packed[0]).handle(request))) {
      var urls = new ArrayList<String>();
      for (int i = 0; i < 3; i++) {
        servers.add(serve(counting));
        urls.add("http://" + Endpoint.of(servers.get(i).address()) + "/");
      }
      packed[0] = pack(ManifestForm.TIMELINE, urls, Films.plain(PICTURES, 5, 200));
      var report = Player.of(manifest(origin)).pace(PlayClock.Pace.FAST).output(output).play();
      assertThat(report.stalls()).isZero();
    } finally {
      servers.forEach(HttpServer::close);
    }
    isTheWholeFilm(output);
  }

  @Test
  void aLiveManifestIsRefusedWithOneLine() throws Exception {
    Path packed = pack(ManifestForm.TIMELINE, List.of());
    Path manifest = packed.resolve("manifest.mpd");
    String text = Files.readString(manifest);
    Files.writeString(manifest, text.replace("type=\"static\"", "type=\"dynamic\""));
    try (var server = serve(files(packed))) {
      assertThatThrownBy(() -> Player.of(manifest(server)).pace(PlayClock.Pace.FAST).play())
          .isInstanceOf(PlayException.class)
          .hasMessageContaining("live")
          .hasMessageContaining("dynamic");
    }
  }

  @Test
  void withNoEdgeLeftThePlayerSaysWhatFailed() throws Exception {
    Path packed = pack(ManifestForm.TIMELINE, List.of());
    Files.delete(packed.resolve("v180p/3.m4s"));
    try (var server = serve(files(packed))) {
      assertThatThrownBy(() -> Player.of(manifest(server)).pace(PlayClock.Pace.FAST).play())
          .isInstanceOf(PlayException.class)
          .hasMessageContaining("3.m4s")
          .hasMessageContaining("404");
    }
  }

  @Test
  void aLimitedLinkIsMeasuredAsWhatItIs() throws Exception {
    Path packed = pack(ManifestForm.TIMELINE, List.of());
    var limit = new RateLimit(List.of(new RateLimit.Step(Duration.ZERO, 20_000)));
    assertThat(limit.delayMs(20_000, 0)).isBetween(980.0, 1000.0);
    try (var server = serve(files(packed))) {
      var report = Player.of(manifest(server)).pace(PlayClock.Pace.FAST).limit(limit).play();
      double bytes = report.chunks().stream().mapToLong(PlayReport.Chunk::bytes).sum();
      double ms = report.chunks().stream().mapToDouble(PlayReport.Chunk::elapsedMs).sum();
      assertThat(bytes / ms * 1000).isBetween(14_000.0, 23_000.0);
    }
  }
}
