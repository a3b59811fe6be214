package io.l7.dash.play;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.dash.pack.ManifestForm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifests that are legal and seldom seen, of a film of five segments of a second. */
class OddManifestsTest {
  private static final String TEMPLATE =
      "<SegmentTemplate duration='1' initialization='v180p/init.mp4' media='v180p/$Number$.m4s'/>";

  @TempDir Path folder = Path.of("");

  private PlayReport play(String periods, Duration buffer) throws Exception {
    Path packed = TestFilm.pack(folder, ManifestForm.TIMELINE, List.of());
    Files.writeString(packed.resolve("manifest.mpd"), "<MPD>" + periods + "</MPD>");
    try (var server = TestFilm.serve(TestFilm.files(packed))) {
      return Player.of(TestFilm.manifest(server)).pace(PlayClock.Pace.FAST).buffer(buffer).play();
    }
  }

  /** Sound of the same numbered bytes: what it is does not matter to a player without a screen. */
  private static String set(String type, String inside) {
    return "<AdaptationSet contentType='%s' mimeType='%s/mp4'>%s".formatted(type, type, inside)
        + "<Representation id='"
        + type
        + "' bandwidth='1000'>"
        + TEMPLATE
        + "</Representation></AdaptationSet>";
  }

  @Test
  void aPeriodWithoutSoundIsPlayedWithoutWaitingForIt() throws Exception {
    var both = "<Period duration='PT5S'>" + set("video", "") + set("audio", "") + "</Period>";
    var silent = "<Period duration='PT5S'>" + set("video", "") + "</Period>";
    for (var film : List.of(both + silent, silent + both, both + silent + both)) {
      var report = play(film, Duration.ofSeconds(30));
      assertThat(report.stalls()).as(film).isZero();
      assertThat(report.playedMs()).isEqualTo(film.contains(both + silent + both) ? 15e3 : 10e3);
    }
  }

  @Test
  @Spec("ISO/IEC 23009-1 §5.8.4.8")
  void aSetThatNeedsWhatWeDoNotKnowIsIgnored() throws Exception {
    var trick =
        set("video", "<EssentialProperty schemeIdUri='http://dashif.org/guidelines/trickmode'/>")
            .replace("id='video'", "id='trick'");
    var report =
        play(
            "<Period duration='PT5S'>" + trick + set("video", "") + "</Period>",
            Duration.ofSeconds(30));
    assertThat(report.chunks()).extracting(PlayReport.Chunk::representation).containsOnly("video");
  }

  @Test
  void aBufferShorterThanASegmentCostsNoWaitBeforeTheFirst() throws Exception {
    var report =
        play("<Period duration='PT5S'>" + set("video", "") + "</Period>", Duration.ofMillis(100));
    assertThat(report.startupMs()).isLessThan(850); // it was 900 ms and the time of the requests
    assertThat(report.playedMs()).isEqualTo(5e3);
  }
}
