package io.l7.dash.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskFile;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import io.l7.dash.bmff.Films;
import io.l7.dash.bmff.Fragment;
import io.l7.dash.bmff.GapFile;
import io.l7.dash.bmff.InitSegment;
import io.l7.dash.bmff.Mp4File;
import io.l7.dash.bmff.SegmentIndexBox;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.mpd.Mpd;
import io.l7.dash.mpd.MpdParser;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Over random films with composition offsets, edit lists, uneven durations and odd timescales: what
 * a manifest or an index says of time is what the segments hold, to the tick.
 */
class DurationsTest {
  private static final DashLimits LIMITS = DashLimits.defaults();
  private static final URI HERE = URI.create("http://edge.example/manifest.mpd");
  private static final int[] TIMESCALES = {600, 1000, 12_800, 15_360, 24_000, 30_000, 90_000};

  @TempDir Path folder = Path.of("");

  private Presentation random(RandomGenerator random) throws Exception {
    int timescale = TIMESCALES[random.nextInt(TIMESCALES.length)];
    int pictures = random.nextInt(1, 150);
    byte[] film = Films.reordered(random, timescale, pictures, random.nextInt(1, 40));
    Path file = folder.resolve("film.mp4");
    Files.write(file, film);
    var target = Duration.ofMillis(random.nextInt(200, 3000));
    return Presentation.open(List.of(file), target, Disk.real(), LIMITS);
  }

  private static Mpd.Representation only(String manifest) throws Exception {
    var mpd = new MpdParser(LIMITS).parse(manifest.getBytes(StandardCharsets.UTF_8), HERE);
    return mpd.periods().getFirst().sets().getFirst().representations().getFirst();
  }

  @Test
  void aTimelineIsTheSumOfItsChunks() throws Exception {
    var random = Seeded.random("a timeline is the sum of its chunks");
    for (int round = 0; round < 60; round++) {
      try (var film = random(random)) {
        var r = film.video().getFirst();
        var manifest = only(MpdWriter.write(film, ManifestForm.TIMELINE, List.of()));
        var timeline = ((Mpd.Addressing.Template) manifest.addressing()).timeline();
        var init = InitSegment.read(r.init(), LIMITS);
        long sum = 0;
        long next = Long.MIN_VALUE;
        for (int k = 0; k < r.index().count(); k++) {
          var fragment = Fragment.read(r.segment(k), init, LIMITS);
          assertThat(fragment.duration()).isEqualTo(timeline.duration(k));
          // Composition delays the first picture of every segment alike: decode times follow on.
          assertThat(fragment.decodeTime()).isNotNegative();
          if (k > 0) {
            assertThat(fragment.decodeTime()).isEqualTo(next);
            assertThat(timeline.time(k)).isEqualTo(timeline.time(k - 1) + timeline.duration(k - 1));
          }
          var first = fragment.samples().getFirst();
          assertThat(fragment.decodeTime() + first.compositionOffset()).isEqualTo(timeline.time(k));
          next = fragment.decodeTime() + fragment.duration();
          sum += fragment.duration();
        }
        assertThat(timeline.count()).isEqualTo(r.index().count());
        assertThat(timeline.total()).isEqualTo(sum).isEqualTo(r.track().samples().endTime());
        assertThat(timeline.time(0)).isEqualTo(manifest.addressing().presentationTimeOffset());
      }
    }
  }

  @Test
  @Spec("ISO/IEC 23009-1 §5.3.9.6")
  void eachSegmentStandsWhereItsFirstPictureIsShownHoweverThatIsDelayed() throws Exception {
    var random = Seeded.random("uneven delays");
    Path file = folder.resolve("uneven.mp4");
    Files.write(file, Films.reordered(random, 12_800, 100, 10, keyframe -> keyframe % 3));
    try (var film = Presentation.open(List.of(file), Duration.ofMillis(400), Disk.real(), LIMITS)) {
      var r = film.video().getFirst();
      var manifest = only(MpdWriter.write(film, ManifestForm.TIMELINE, List.of()));
      var timeline = ((Mpd.Addressing.Template) manifest.addressing()).timeline();
      var init = InitSegment.read(r.init(), LIMITS);
      assertThat(timeline.count()).isEqualTo(10);
      for (int k = 0; k < timeline.count(); k++) {
        var fragment = Fragment.read(r.segment(k), init, LIMITS);
        var first = fragment.samples().getFirst();
        assertThat(timeline.time(k)).isEqualTo(fragment.decodeTime() + first.compositionOffset());
      }
      for (int k = 1; k < timeline.count(); k++) {
        assertThat(timeline.time(k)).isEqualTo(timeline.time(k - 1) + timeline.duration(k - 1));
      }
    }
  }

  @Test
  void anIndexIsTheSumOfItsChunksAndPointsAtThem() throws Exception {
    var random = Seeded.random("an index is the sum of its chunks");
    for (int round = 0; round < 25; round++) {
      try (var film = random(random)) {
        var r = film.video().getFirst();
        Path file = folder.resolve("on-demand-" + round + ".mp4");
        OnDemandFile.Ranges ranges;
        try (DiskFile out = Disk.real().open(file, Disk.Open.CREATE_NEW)) {
          ranges = OnDemandFile.write(r, out);
        }
        byte[] bytes = Files.readAllBytes(file);
        var manifest =
            only(MpdWriter.write(film, ManifestForm.ON_DEMAND, List.of(), Map.of(r.id(), ranges)));
        var range = ((Mpd.Addressing.Single) manifest.addressing()).index().orElseThrow();
        var index =
            SegmentIndexBox.read(
                Arrays.copyOfRange(bytes, (int) range.first(), (int) range.last() + 1), LIMITS);
        var init = InitSegment.read(Arrays.copyOf(bytes, (int) ranges.initBytes()), LIMITS);
        long at = range.last() + 1 + index.firstOffset();
        long time = index.earliestTime();
        for (var reference : index.references()) {
          byte[] chunk = Arrays.copyOfRange(bytes, (int) at, (int) at + reference.bytes());
          var fragment = Fragment.read(chunk, init, LIMITS);
          assertThat(fragment.duration()).isEqualTo(reference.duration());
          assertThat(fragment.decodeTime() + fragment.samples().getFirst().compositionOffset())
              .isEqualTo(time);
          at += reference.bytes();
          time += reference.duration();
        }
        assertThat(at).isEqualTo(bytes.length);
        assertThat(time - index.earliestTime()).isEqualTo(r.track().samples().endTime());
      }
    }
  }

  @Test
  void playlistsAddUpToTheFilm() throws Exception {
    var random = Seeded.random("playlists add up to the film");
    for (int round = 0; round < 25; round++) {
      try (var film = random(random)) {
        var r = film.video().getFirst();
        double sum =
            HlsWriter.media(r)
                .lines()
                .filter(l -> l.startsWith("#EXTINF:"))
                .mapToDouble(l -> Double.parseDouble(l.substring(8, l.indexOf(','))))
                .sum();
        double film0 = (double) r.track().samples().endTime() / r.track().timescale();
        // Playlists give times to the microsecond.
        assertThat(Math.abs(sum - film0)).isLessThan(1e-6 * (r.index().count() + 1));
      }
    }
  }

  @Test
  void mediaBeyondFourGibibytesAreCutTheSame() throws Exception {
    var random = Seeded.random("beyond four gibibytes");
    byte[] film = Films.reordered(random, 90_000, 80, 20);
    Path near = folder.resolve("near.mp4");
    Files.write(near, film);
    long gap = 5L << 30;
    var far = GapFile.behind(film, gap);
    var track = Mp4File.read(far, LIMITS).tracks().getFirst();
    assertThat(track.samples().offset(0)).isGreaterThan(gap);
    try (var plain =
        Presentation.open(List.of(near), Duration.ofMillis(500), Disk.real(), LIMITS)) {
      var r = plain.video().getFirst();
      var moved = new Rendition(r.id(), far, track, r.timeline(), r.index());
      for (int k = 0; k < r.index().count(); k++) {
        assertThat(moved.segment(k)).isEqualTo(r.segment(k));
      }
    }
  }

  @Test
  void moreChunksThanAnIndexCanHoldAreRefused() throws Exception {
    Path file = folder.resolve("long.mp4");
    Files.write(file, Films.reordered(Seeded.random("a long film"), 1000, 66_000, 1));
    try (var film = Presentation.open(List.of(file), Duration.ofMillis(40), Disk.real(), LIMITS);
        var out = Disk.real().open(folder.resolve("out.mp4"), Disk.Open.CREATE_NEW)) {
      assertThatThrownBy(() -> OnDemandFile.write(film.video().getFirst(), out))
          .isInstanceOf(PackException.class)
          .hasMessageContaining("65535");
    }
  }
}
