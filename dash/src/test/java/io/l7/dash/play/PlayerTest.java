package io.l7.dash.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.dash.abr.AbrAlgorithm;
import io.l7.dash.pack.ManifestForm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
  void aLiveManifestIsRefusedWithOneLine() throws Exception {
    Path packed = pack(ManifestForm.TIMELINE);
    Path manifest = packed.resolve("manifest.mpd");
    String text = Files.readString(manifest);
    Files.writeString(manifest, text.replace("type=\"static\"", "type=\"dynamic\""));
    try (var server = TestFilm.serve(TestFilm.files(packed))) {
      assertThatThrownBy(
              () -> Player.of(TestFilm.manifest(server)).pace(PlayClock.Pace.FAST).play())
          .isInstanceOf(PlayException.class)
          .hasMessageContaining("live")
          .hasMessageContaining("dynamic");
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
}
