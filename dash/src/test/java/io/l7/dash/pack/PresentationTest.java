package io.l7.dash.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.disk.Disk;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import io.l7.dash.bmff.Films;
import io.l7.dash.bmff.Fragment;
import io.l7.dash.bmff.Fragmenter;
import io.l7.dash.bmff.InitSegment;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.lint.Finding;
import io.l7.dash.lint.Linter;
import io.l7.dash.mpd.Mpd;
import io.l7.dash.mpd.MpdParser;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PresentationTest {
  private static final DashLimits LIMITS = DashLimits.defaults();
  private static final URI HERE = URI.create("http://edge.example/manifest.mpd");

  @TempDir Path folder = Path.of("");

  private Presentation open(int pictures, int keyEvery, Duration segment) throws Exception {
    Path file = folder.resolve("film-" + pictures + "-" + keyEvery + ".mp4");
    Files.write(file, Films.plain(pictures, keyEvery));
    return Presentation.open(List.of(file), segment, Disk.real(), LIMITS);
  }

  /**
   * Over random films and segment lengths: what is advertised is what is served, to the tick and to
   * the byte.
   */
  @Test
  void everyAdvertisedDurationAndSizeIsThatOfTheSegmentServed() throws Exception {
    var random = Seeded.random("cuts");
    for (int round = 0; round < 25; round++) {
      int pictures = random.nextInt(1, 200);
      int keyEvery = random.nextInt(1, 40);
      var target = Duration.ofMillis(random.nextInt(200, 4000));
      try (var film = open(pictures, keyEvery, target)) {
        var rendition = film.video().getFirst();
        String text = MpdWriter.write(film, ManifestForm.TIMELINE, List.of());
        Mpd mpd = new MpdParser(LIMITS).parse(text.getBytes(StandardCharsets.UTF_8), HERE);
        var representation =
            mpd.periods().getFirst().sets().getFirst().representations().getFirst();
        var template = (Mpd.Addressing.Template) representation.addressing();
        var init = InitSegment.read(rendition.init(), LIMITS);
        assertThat(template.timeline().count()).isEqualTo(rendition.index().count());
        long samples = 0;
        long sum = 0;
        for (int k = 0; k < rendition.index().count(); k++) {
          byte[] segment = rendition.segment(k);
          var fragment = Fragment.read(segment, init, LIMITS);
          assertThat(fragment.duration()).isEqualTo(template.timeline().duration(k));
          assertThat(fragment.decodeTime()).isEqualTo(template.timeline().time(k));
          assertThat(segment).hasSize((int) rendition.segmentBytes(k));
          assertThat(representation.segmentBytes().get(k)).isEqualTo(segment.length);
          assertThat(fragment.samples().getFirst().random()).isEqualTo(Fragment.Access.SYNC);
          samples += fragment.samples().size();
          sum += fragment.duration();
        }
        assertThat(samples).isEqualTo(pictures);
        assertThat(sum).isEqualTo(template.timeline().total()).isEqualTo(pictures * 40L);
      }
    }
  }

  /** Also where a rest, or rounding to the millisecond, makes the Period a little longer. */
  @Test
  @Spec("ISO/IEC 23009-1 §5.3.9.5.3")
  void aConstantDurationAnnouncesAsManySegmentsAsThereAre() throws Exception {
    for (int pictures = 60; pictures < 140; pictures++) {
      try (var film = open(pictures, 25, Duration.ofSeconds(1))) {
        String text = MpdWriter.write(film, ManifestForm.NUMBER, List.of());
        Matcher duration = Pattern.compile(" duration=\"(\\d+)\"").matcher(text);
        assertThat(duration.find()).isTrue();
        long ticks = Long.parseLong(duration.group(1));
        long period = film.durationMs();
        assertThat(Math.ceilDiv(period, ticks))
            .as(pictures + " pictures")
            .isEqualTo(film.video().getFirst().index().count());
      }
    }
  }

  @Test
  void behindConstantSegmentsStandsAnEmptyOneForWhoCountsOneTooMany() throws Exception {
    Path packed = folder.resolve("packed");
    for (int pictures : List.of(150, 100)) {
      try (var film = open(pictures, 25, Duration.ofSeconds(1))) {
        new FolderPacker(packed, ManifestForm.NUMBER, FolderPacker.Playlists.NONE, List.of())
            .write(film);
      }
    }
    assertThat(packed.resolve("v180p/5.m4s")).hasBinaryContent(Fragmenter.empty());
    assertThat(packed.resolve("v180p/6.m4s")).as("of the longer film before").doesNotExist();
    assertThat(lint(packed)).isEmpty();
  }

  @Test
  void renditionsAreCutOnlyWhereAllHaveKeyframes() throws Exception {
    Path one = folder.resolve("one.mp4");
    Path two = folder.resolve("two.mp4");
    Files.write(one, Films.plain(120, 10));
    Files.write(two, Films.plain(120, 15));
    try (var film =
        Presentation.open(List.of(one, two), Duration.ofMillis(400), Disk.real(), LIMITS)) {
      for (var rendition : film.video()) {
        assertThat(rendition.index().count()).isEqualTo(4);
        assertThat(rendition.index().duration(0)).isEqualTo(1200);
      }
      assertThat(film.video().stream().map(Rendition::id)).containsExactly("v180p", "v180p-2");
    }
  }

  @Test
  void whoGivesUpLeavesNothingHalfWritten() throws Exception {
    Path packed = folder.resolve("packed");
    var packer =
        new FolderPacker(packed, ManifestForm.ON_DEMAND, FolderPacker.Playlists.NONE, List.of());
    try (var film = open(100, 25, Duration.ofSeconds(1))) {
      packer.write(film);
      packer.abandon();
      byte[] whole = Files.readAllBytes(packed.resolve("v180p.mp4"));
      assertThatThrownBy(() -> packer.write(film)).isInstanceOf(PackException.class);
      assertThat(packed.resolve("v180p.mp4")).hasBinaryContent(whole);
    }
    try (var all = Files.walk(packed)) {
      assertThat(all).noneMatch(f -> f.toString().endsWith(".new"));
    }
  }

  @Test
  void aPackedFilmHasNothingThatLintObjectsToAndDamageIsFound() throws Exception {
    Path packed = folder.resolve("packed");
    try (var film = open(100, 25, Duration.ofSeconds(1))) {
      new FolderPacker(packed, ManifestForm.TIMELINE, FolderPacker.Playlists.HLS, List.of())
          .write(film);
    }
    assertThat(lint(packed)).isEmpty();
    Path first = packed.resolve("v180p/1.m4s");
    Path second = packed.resolve("v180p/2.m4s");
    Files.write(first, Files.readAllBytes(second));
    Files.delete(packed.resolve("v180p/3.m4s"));
    assertThat(lint(packed)).extracting(Finding::rule).contains("segment-time", "segment-there");
    assertThat(lint(packed))
        .extracting(Finding::path)
        .allMatch(p -> p.startsWith("/MPD[1]/Period[1]"));
  }

  private static List<Finding> lint(Path packed) throws IOException {
    Path manifest = packed.resolve("manifest.mpd");
    return new Linter((uri, range) -> Files.readAllBytes(Path.of(uri)), LIMITS)
        .check(Files.readAllBytes(manifest), manifest.toUri());
  }

  @Test
  void playlistsNameEverySegmentOnce() throws Exception {
    try (var film = open(100, 25, Duration.ofSeconds(1))) {
      String media = HlsWriter.media(film.video().getFirst());
      assertThat(media).contains("#EXT-X-TARGETDURATION:1\n").endsWith("#EXT-X-ENDLIST\n");
      assertThat(media.lines().filter(l -> l.endsWith(".m4s"))).hasSize(4).doesNotHaveDuplicates();
      assertThat(HlsWriter.master(film)).contains("RESOLUTION=320x180").contains("v180p.m3u8");
    }
  }

  @Test
  void aLadderIsReadAndSorted() {
    assertThat(Ladder.parse("360p@700k,144p@150k,720p@2.5M").rungs())
        .containsExactly(
            new Ladder.Rung(144, 150_000),
            new Ladder.Rung(360, 700_000),
            new Ladder.Rung(720, 2_500_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "360p", "360@700k", "361p@700k", "360p@1", "99999p@1M", "360p@700k,"})
  void aRungThatIsNoRungIsNamed(String text) {
    assertThatThrownBy(() -> Ladder.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ladder rung");
  }

  @Test
  void manifestsAreInTheDigitsOfTheStandardWhateverTheLocale() throws Exception {
    Path film = folder.resolve("digits.mp4");
    Files.write(film, Films.plain(120, 25));
    var before = Locale.getDefault();
    try (var presentation =
        Presentation.open(
            List.of(film), Duration.ofSeconds(1), Disk.real(), DashLimits.defaults())) {
      Locale.setDefault(Locale.of("ar", "EG"));
      assertThat(MpdWriter.write(presentation, ManifestForm.TIMELINE, List.of()))
          .contains("mediaPresentationDuration=\"PT4.800S\"");
      assertThat(HlsWriter.master(presentation)).matches("\\p{ASCII}+");
    } finally {
      Locale.setDefault(before);
    }
  }
}
