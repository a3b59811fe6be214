package io.l7.dash.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import io.l7.dash.abr.AbrAlgorithm;
import io.l7.dash.abr.AbrRule;
import io.l7.dash.abr.Movie;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.pack.ManifestForm;
import io.l7.http.HttpClient;
import io.l7.http.HttpServer;
import io.l7.http.message.Body;
import io.l7.http.message.Fields;
import io.l7.http.message.Handler;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The player over real sockets: whole films, from healthy, dying, lying and silent edges. */
class PlayerTest {
  @TempDir Path folder = Path.of("");

  private Path pack(ManifestForm form) throws Exception {
    return TestFilm.pack(folder, form, List.of());
  }

  @ParameterizedTest
  @EnumSource(ManifestForm.class)
  void aFilmOfEachFormIsPlayedToItsEndSampleForSample(ManifestForm form) throws Exception {
    Path packed = pack(form);
    Path output = folder.resolve("out.mp4");
    try (var server = TestFilm.serve(TestFilm.files(packed))) {
      var report =
          Player.of(TestFilm.manifest(server)).pace(PlayClock.Pace.FAST).output(output).play();
      assertThat(report.stalls()).isZero();
      assertThat(report.playedMs()).isEqualTo(TestFilm.PICTURES * 40.0);
      assertThat(report.toJson().at("chunks").elements()).isNotEmpty();
      assertThat(HtmlReport.of(report)).contains("<svg").contains("segment 4");
    }
    TestFilm.isWhole(output);
  }

  @Test
  void whoWatchesIsToldOfEveryRequestInTheReportsOrder() throws Exception {
    Path packed = pack(ManifestForm.TIMELINE);
    var told = new ArrayList<PlayReport.Chunk>();
    try (var server = TestFilm.serve(TestFilm.files(packed))) {
      var report =
          Player.of(TestFilm.manifest(server)).pace(PlayClock.Pace.FAST).watch(told::add).play();
      assertThat(told).isNotEmpty().isEqualTo(report.chunks());
    }
  }

  @Test
  void inRealTimeAFilmTakesItsTime() throws Exception {
    Path packed = pack(ManifestForm.TIMELINE);
    try (var server = TestFilm.serve(TestFilm.files(packed))) {
      long start = System.nanoTime();
      Player.of(TestFilm.manifest(server)).algorithm(AbrAlgorithm.named("bola")).play();
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(4_700), Duration.ofSeconds(11));
    }
  }

  @Test
  void ofAFilmAsMuchIsPlayedAsIsAskedFor() throws Exception {
    Path packed = pack(ManifestForm.TIMELINE);
    try (var server = TestFilm.serve(TestFilm.files(packed))) {
      var report =
          Player.of(TestFilm.manifest(server))
              .pace(PlayClock.Pace.FAST)
              .lasting(Duration.ofMillis(2_500))
              .play();
      assertThat(report.playedMs()).isEqualTo(3_000);
      assertThat(report.stalls()).isZero();
    }
  }

  @Test
  void withNoEdgeLeftThePlayerSaysWhatFailed() throws Exception {
    Path packed = pack(ManifestForm.TIMELINE);
    Files.delete(packed.resolve("v180p/3.m4s"));
    try (var server = TestFilm.serve(TestFilm.files(packed))) {
      assertThatThrownBy(
              () -> Player.of(TestFilm.manifest(server)).pace(PlayClock.Pace.FAST).play())
          .isInstanceOf(PlayException.class)
          .hasMessageContaining("3.m4s")
          .hasMessageContaining("404");
    }
  }

  @Test
  void aLimitIsNotExceeded() throws Exception {
    Path packed = pack(ManifestForm.TIMELINE);
    var limit = new RateLimit(List.of(new RateLimit.Step(Duration.ZERO, 20_000)));
    try (var server = TestFilm.serve(TestFilm.files(packed))) {
      var report =
          Player.of(TestFilm.manifest(server)).pace(PlayClock.Pace.FAST).limit(limit).play();
      double bytes = report.chunks().stream().mapToLong(PlayReport.Chunk::bytes).sum();
      double ms = report.chunks().stream().mapToDouble(PlayReport.Chunk::elapsedMs).sum();
      assertThat(bytes / ms * 1000).isBetween(1.0, 23_000.0);
    }
  }

  @Test
  void aFolderInThePlaceOfTheOutputStaysAFolder() throws Exception {
    Path packed = pack(ManifestForm.TIMELINE);
    Path output = Files.createDirectory(folder.resolve("mine"));
    try (var server = TestFilm.serve(TestFilm.files(packed))) {
      assertThatThrownBy(
              () ->
                  Player.of(TestFilm.manifest(server))
                      .pace(PlayClock.Pace.FAST)
                      .output(output)
                      .play())
          .isInstanceOf(PlayException.class)
          .hasMessageContaining("not a regular file");
    }
    assertThat(output).isDirectory();
  }

  @Test
  void aManifestThatDripsIsGivenUp() throws Exception {
    var stop = new CountDownLatch(1);
    try (var server =
        TestFilm.serve(
            _ -> Response.ok("application/dash+xml", Body.of(new Drip(stop), 100_000)))) {
      assertThatThrownBy(
              () ->
                  Player.of(TestFilm.manifest(server))
                      .limits(DashLimits.defaults().requestTimeout(Duration.ofMillis(300)))
                      .play())
          .isInstanceOf(PlayException.class)
          .hasMessageContaining("next to nothing");
    } finally {
      stop.countDown();
    }
  }

  /** A byte every few milliseconds. */
  private static final class Drip extends InputStream {
    private final CountDownLatch stop;

    Drip(CountDownLatch stop) {
      this.stop = stop;
    }

    @Override
    public int read() throws IOException {
      try {
        return stop.await(20, TimeUnit.MILLISECONDS) ? -1 : ' ';
      } catch (InterruptedException e) {
        throw new InterruptedIOException("stopped");
      }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int octet = read();
      target[offset] = (byte) octet;
      return octet < 0 ? -1 : 1;
    }
  }

  @Test
  void aManifestOfMoreSegmentsAndRatesThanCanBePlannedIsRefusedInWords() throws Exception {
    var rates = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      rates.append("<Representation id='r").append(i).append("' bandwidth='1000'/>");
    }
    String text =
        "<MPD><Period duration='PT1000000S'><AdaptationSet mimeType='video/mp4'>"
            + "<SegmentTemplate initialization='i' media='$Number$'><SegmentTimeline>"
            + "<S d='1' r='999998'/></SegmentTimeline></SegmentTemplate>"
            + rates
            + "</AdaptationSet></Period></MPD>";
    try (var server =
        TestFilm.serve(
            _ ->
                Response.ok(
                    "application/dash+xml", Body.of(text.getBytes(StandardCharsets.UTF_8))))) {
      assertThatThrownBy(() -> Player.of(TestFilm.manifest(server)).play())
          .isInstanceOf(PlayException.class)
          .hasMessageContaining("too many");
    }
  }

  @Test
  void aRateWhoseListOfSegmentsIsShorterIsLeftWhereItEnds() throws Exception {
    Path packed = pack(ManifestForm.TIMELINE);
    String list = "<Initialization sourceURL='v180p/init.mp4'/>";
    var lists = new StringBuilder[] {new StringBuilder(list), new StringBuilder(list)};
    for (int k = 1; k <= 5; k++) {
      lists[0].append("<SegmentURL media='v180p/").append(k).append(".m4s'/>");
      if (k <= 2) {
        lists[1].append("<SegmentURL media='v180p/").append(k).append(".m4s'/>");
      }
    }
    String text = "<MPD><Period duration='PT5S'><AdaptationSet mimeType='video/mp4'>";
    for (int i = 0; i < 2; i++) {
      text +=
          "<Representation id='r%d' bandwidth='%d'><SegmentList duration='1'>%s</SegmentList></Representation>"
              .formatted(i, 1000 * (i + 1), lists[i]);
    }
    Files.writeString(packed.resolve("manifest.mpd"), text + "</AdaptationSet></Period></MPD>");
    // The lower rate first, then always the higher one.
    AbrAlgorithm up =
        new AbrAlgorithm() {
          @Override
          public String name() {
            return "up";
          }

          @Override
          public AbrRule start(Movie movie, double bufferMs) {
            return state -> new AbrRule.Choice(state.segment() < 3 ? 0 : 1, 0, "up");
          }
        };
    try (var server = TestFilm.serve(TestFilm.files(packed))) {
      var report =
          Player.of(TestFilm.manifest(server)).pace(PlayClock.Pace.FAST).algorithm(up).play();
      assertThat(report.playedMs()).isEqualTo(5_000);
    }
  }

  @Test
  @Spec("RFC 3986 §5.1.3")
  void whatAMovedManifestNamesLiesBesideWhereItWasFound() throws Exception {
    Path packed = pack(ManifestForm.TIMELINE);
    Path output = folder.resolve("moved.mp4");
    var handler = TestFilm.files(packed);
    try (var there = TestFilm.serve(handler);
        var here =
            TestFilm.serve(
                request ->
                    request.path().equals("/go")
                        ? Response.of(
                            Status.FOUND,
                            Fields.of("Location", TestFilm.url(there) + "manifest.mpd"),
                            Body.empty())
                        : Response.error(Status.NOT_FOUND))) {
      var report =
          Player.of(URI.create(TestFilm.url(here) + "go"))
              .pace(PlayClock.Pace.FAST)
              .output(output)
              .play();
      assertThat(report.url()).isEqualTo(TestFilm.manifest(there).toString());
    }
    TestFilm.isWhole(output);
  }

  @Test
  void aManifestThatMovesInACircleIsGivenUp() throws Exception {
    try (var server =
        TestFilm.serve(
            _ -> Response.of(Status.FOUND, Fields.of("Location", "/again"), Body.empty()))) {
      assertThatThrownBy(() -> Player.of(TestFilm.manifest(server)).play())
          .isInstanceOf(PlayException.class)
          .hasMessageContaining("redirects");
    }
  }

  @Test
  void aSegmentThatMovedIsFetchedWhereItIs() throws Exception {
    Path output = folder.resolve("moved.mp4");
    var files = TestFilm.files(pack(ManifestForm.TIMELINE));
    try (var there = TestFilm.serve(files);
        var here = manifestAlone(files, TestFilm.url(there))) {
      Player.of(TestFilm.manifest(here)).pace(PlayClock.Pace.FAST).output(output).play();
    }
    TestFilm.isWhole(output);
  }

  @Test
  void aSegmentFromElsewhereDoesNotMoveToThisMachine() throws Exception {
    var asked = new AtomicInteger();
    var files = TestFilm.files(pack(ManifestForm.TIMELINE));
    try (var there =
            TestFilm.serve(
                request -> {
                  asked.incrementAndGet();
                  return files.handle(request);
                });
        var here = manifestAlone(files, TestFilm.url(there));
        var client =
            HttpClient.builder().names(_ -> List.of(InetAddress.ofLiteral("127.0.0.1"))).build()) {
      var manifest = TestFilm.manifest(here).toString().replace("127.0.0.1", "film.example");
      var player = Player.of(URI.create(manifest)).client(client).pace(PlayClock.Pace.FAST);
      assertThatThrownBy(player::play)
          .isInstanceOf(PlayException.class)
          .hasMessageContaining("names this machine");
    }
    assertThat(asked).hasValue(0);
  }

  /** The manifest is here; all that it names has moved. */
  private static HttpServer manifestAlone(Handler files, String url) throws IOException {
    return TestFilm.serve(
        request ->
            request.path().endsWith(".mpd")
                ? files.handle(request)
                : Response.of(
                    Status.FOUND,
                    Fields.of("Location", url + request.path().substring(1)),
                    Body.empty()));
  }
}
