package io.l7.dash.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.disk.Disk;
import io.l7.common.spec.Spec;
import io.l7.common.time.VirtualTime;
import io.l7.dash.bmff.Films;
import io.l7.dash.bmff.Fragment;
import io.l7.dash.bmff.InitSegment;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.live.LiveForm;
import io.l7.dash.live.LiveSetting;
import io.l7.dash.mpd.Mpd;
import io.l7.dash.mpd.MpdParser;
import io.l7.dash.pack.FolderPacker;
import io.l7.dash.pack.ManifestForm;
import io.l7.dash.pack.PackException;
import io.l7.dash.pack.Presentation;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A recording served as live: manifests, segments and the times at which they are there. */
class LiveLoopTest {
  private static final DashLimits LIMITS = DashLimits.defaults();
  private static final URI MANIFEST = URI.create("http://127.0.0.1:8081/manifest.mpd");

  /** In the middle of a segment: pictures of 4.8 s, five segments a round. */
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.300Z");

  @TempDir Path folder = Path.of("");
  private final VirtualTime time = new VirtualTime(NOON);

  private Presentation film() throws Exception {
    Path film = folder.resolve("film.mp4");
    Files.write(film, Films.plain(120, 25));
    return Presentation.open(List.of(film), Duration.ofSeconds(1), Disk.real(), LIMITS);
  }

  private LiveLoop onTheFly(LiveForm form) throws Exception {
    return live(new JustInTime(film(), List.of()), form);
  }

  private LiveLoop live(MediaSource recording, LiveForm form) throws Exception {
    var setting = new LiveSetting(Duration.ofSeconds(20), Duration.ZERO, form);
    return new LiveLoop(recording, setting, time.clock(), LIMITS);
  }

  private static Response get(LiveLoop live, String path) throws Exception {
    return new DashHandler(live, _ -> {})
        .handle(Request.of(Method.GET, URI.create("http://127.0.0.1:8081/" + path)));
  }

  private static String text(LiveLoop live, String path) throws Exception {
    return new String(get(live, path).body().bytes(1 << 20), StandardCharsets.UTF_8);
  }

  private static Mpd manifest(LiveLoop live) throws Exception {
    byte[] document = get(live, "manifest.mpd").body().bytes(1 << 20);
    return new MpdParser(LIMITS).parse(document, MANIFEST);
  }

  private static Mpd.Addressing.Template template(Mpd mpd) {
    return (Mpd.Addressing.Template)
        mpd.periods().getFirst().sets().getFirst().representations().getFirst().addressing();
  }

  private static Fragment fragment(LiveLoop live, long number) throws Exception {
    var init = InitSegment.read(get(live, "v180p/init.mp4").body().bytes(1 << 16), LIMITS);
    byte[] content = get(live, "v180p/" + number + ".m4s").body().bytes(1 << 20);
    return Fragment.read(content, init, LIMITS);
  }

  @Test
  @Spec("ISO/IEC 23009-1 §5.3.1.2")
  void theManifestIsDynamicAndSaysAllThatPlayersNeed() throws Exception {
    try (var live = onTheFly(LiveForm.TIMELINE)) {
      var mpd = manifest(live);
      var says = mpd.live().orElseThrow();
      assertThat(mpd.type()).isEqualTo(Mpd.Type.DYNAMIC);
      assertThat(says.start()).isEqualTo(Instant.EPOCH);
      assertThat(says.published().orElseThrow()).isBetween(NOON.minusSeconds(1), NOON);
      assertThat(says.windowSeconds()).hasValue(20);
      assertThat(says.delaySeconds()).hasValue(3);
      assertThat(says.updateSeconds()).hasValue(0.5);
      assertThat(says.clocks())
          .containsExactly(
              new Mpd.UtcTiming("urn:mpeg:dash:utc:http-iso:2014", "http://127.0.0.1:8081/time"));
      assertThat(text(live, "time")).isEqualTo(NOON.toString());
    }
  }

  @Test
  void everySegmentOfTheManifestIsThereAtTheTimeItSaysAndNoOther() throws Exception {
    try (var live = onTheFly(LiveForm.TIMELINE)) {
      for (int step = 0; step < 12; step++) {
        var t = template(manifest(live));
        long count = t.timeline().count();
        assertThat(count).isBetween(20L, 26L);
        for (long k = 0; k < count; k++) {
          var fragment = fragment(live, t.startNumber() + k);
          assertThat(fragment.decodeTime()).isEqualTo(t.timeline().time(k));
          assertThat(fragment.duration()).isEqualTo(t.timeline().duration(k));
        }
        assertThat(get(live, "v180p/" + (t.startNumber() + count) + ".m4s").status().code())
            .isEqualTo(404);
        assertThat(get(live, "v180p/" + (t.startNumber() - 1) + ".m4s").status().code())
            .isEqualTo(410);
        time.advance(Duration.ofMillis(790));
      }
    }
  }

  @Test
  void whatIsNotThereYetIsKeptByNobodyAndWhatIsThereForGood() throws Exception {
    try (var live = onTheFly(LiveForm.TIMELINE)) {
      var t = template(manifest(live));
      long next = t.startNumber() + t.timeline().count();
      assertThat(get(live, "v180p/" + next + ".m4s").field("Cache-Control")).hasValue("no-store");
      var there = get(live, "v180p/" + (next - 1) + ".m4s");
      assertThat(there.field("Cache-Control")).hasValue("public, max-age=86400, immutable");
      assertThat(there.field("ETag"))
          .isNotEqualTo(get(live, "v180p/" + (next - 6) + ".m4s").field("ETag"));
      assertThat(get(live, "manifest.mpd").field("Cache-Control")).hasValue("max-age=0");
      assertThat(get(live, "time").field("Cache-Control")).hasValue("no-store");
    }
  }

  @Test
  void aManifestKeepsItsTagUntilItChanges() throws Exception {
    try (var live = onTheFly(LiveForm.TIMELINE)) {
      var before = get(live, "manifest.mpd");
      time.advance(Duration.ofMillis(50));
      var same = get(live, "manifest.mpd");
      assertThat(same.field("ETag")).isEqualTo(before.field("ETag"));
      assertThat(same.body().bytes(1 << 20)).isEqualTo(before.body().bytes(1 << 20));
      time.advance(Duration.ofSeconds(1));
      assertThat(get(live, "manifest.mpd").field("ETag")).isNotEqualTo(before.field("ETag"));
    }
  }

  @Test
  @Spec("RFC 9110 §8.8.1")
  void twoManifestsThatDifferNeverHaveOneTagNorOnePublishTime() throws Exception {
    var setting = new LiveSetting(Duration.ofMillis(20_400), Duration.ZERO, LiveForm.TIMELINE);
    try (var live =
        new LiveLoop(new JustInTime(film(), List.of()), setting, time.clock(), LIMITS)) {
      for (String name : List.of("manifest.mpd", "v180p.m3u8")) {
        var seen = new HashMap<String, String>();
        for (int step = 0; step < 60; step++) {
          String tag = get(live, name).field("ETag").orElseThrow();
          String text = text(live, name);
          assertThat(seen.getOrDefault(tag, text)).as("%s %s", name, tag).isEqualTo(text);
          seen.put(tag, text);
          time.advance(Duration.ofMillis(130));
        }
        assertThat(seen.values()).doesNotHaveDuplicates();
      }
      var first = manifest(live).live().orElseThrow().published().orElseThrow();
      time.advance(Duration.ofSeconds(1));
      assertThat(manifest(live).live().orElseThrow().published().orElseThrow()).isAfter(first);
    }
  }

  @Test
  @Spec("RFC 9111 §4.2")
  void whatChangesIsKeptUntilItsChangeAndNotBeyond() throws Exception {
    var now = new AtomicLong(NOON.toEpochMilli());
    Path film = folder.resolve("film.mp4");
    Files.write(film, Films.plain(120, 25, 200));
    var recording =
        new JustInTime(
            Presentation.open(List.of(film), Duration.ofSeconds(5), Disk.real(), LIMITS),
            List.of());
    var setting = new LiveSetting(Duration.ofMillis(17_400), Duration.ZERO, LiveForm.TIMELINE);
    try (var live =
        new LiveLoop(recording, setting, () -> Instant.ofEpochMilli(now.get()), LIMITS)) {
      long longest = 0;
      for (long ms = NOON.toEpochMilli(); ms < NOON.toEpochMilli() + 24_000; ms += 370) {
        for (String name : List.of("manifest.mpd", "v180p.m3u8")) {
          now.set(ms);
          String before = text(live, name);
          String control = get(live, name).field("Cache-Control").orElseThrow();
          long age = Long.parseLong(control.replace("max-age=", "")) * 1_000;
          longest = Math.max(longest, age);
          now.set(ms + Math.max(0, age - 1));
          assertThat(text(live, name)).as("%s at %d, %s", name, ms, control).isEqualTo(before);
          now.set(ms + age + 1_000);
          assertThat(text(live, name))
              .as("%s a second longer than %s", name, control)
              .isNotEqualTo(before);
        }
      }
      assertThat(longest).isPositive();
    }
  }

  @Test
  void whatComesWhileItIsLookedForIsNotMissingForGood() throws Exception {
    var moments = new ArrayDeque<Instant>();
    try (var live =
        new LiveLoop(
            new JustInTime(film(), List.of()),
            new LiveSetting(Duration.ofSeconds(20), Duration.ZERO, LiveForm.TIMELINE),
            () -> moments.isEmpty() ? time.now() : moments.removeFirst(),
            LIMITS)) {
      var t = template(manifest(live));
      long next = t.startNumber() + t.timeline().count();
      // Not there when it is looked for, there when it is asked why.
      moments.add(NOON);
      time.advance(Duration.ofSeconds(2));
      var answer = get(live, "v180p/" + next + ".m4s");
      assertThat(answer.status().code()).isEqualTo(404);
      assertThat(answer.field("Cache-Control")).hasValue("no-store");
    }
  }

  @Test
  void aWindowOfLessThanThreeSegmentsIsWidened() throws Exception {
    Path film = folder.resolve("film.mp4");
    Files.write(film, Films.plain(120, 25, 200));
    var recording =
        new JustInTime(
            Presentation.open(List.of(film), Duration.ofSeconds(5), Disk.real(), LIMITS),
            List.of());
    var setting = new LiveSetting(Duration.ofSeconds(10), Duration.ZERO, LiveForm.TIMELINE);
    try (var live = new LiveLoop(recording, setting, time.clock(), LIMITS)) {
      assertThat(manifest(live).live().orElseThrow().windowSeconds()).hasValue(15);
      assertThat(template(manifest(live)).timeline().count()).isGreaterThanOrEqualTo(3);
      assertThat(text(live, "v180p.m3u8").lines().filter(l -> l.endsWith(".m4s")).count())
          .isGreaterThanOrEqualTo(3);
    }
  }

  @Test
  @Spec("ISO/IEC 23009-1 §5.3.9.5.3")
  void whatIsTooUnevenIsNotCountedByTheClock() throws Exception {
    Path film = folder.resolve("film.mp4");
    // Keyframes at 0 s, 4 s and 8 s, and the end at 8.04 s.
    Files.write(film, Films.plain(201, 100));
    var recording =
        new JustInTime(
            Presentation.open(List.of(film), Duration.ofSeconds(4), Disk.real(), LIMITS),
            List.of());
    assertThatThrownBy(() -> live(recording, LiveForm.NUMBER))
        .isInstanceOf(PackException.class)
        .hasMessageContaining("--form timeline");
    live(recording, LiveForm.TIMELINE).close();
  }

  @Test
  void countedByTheClockTheManifestStaysAndSegmentsAreThereWhenItSays() throws Exception {
    try (var live = onTheFly(LiveForm.NUMBER)) {
      String before = text(live, "manifest.mpd");
      var t = template(manifest(live));
      double seconds = (double) t.timeline().duration(0) / t.timescale();
      for (int step = 0; step < 30; step++) {
        double now = time.now().toEpochMilli() / 1000.0;
        long last = (long) Math.floor(now / seconds) - 1;
        assertThat(get(live, "v180p/" + last + ".m4s").status().code()).isEqualTo(200);
        assertThat(get(live, "v180p/" + (last + 1) + ".m4s").status().code()).isEqualTo(404);
        double start = fragment(live, last).decodeTime() / 1000.0;
        assertThat(start).isBetween(last * seconds - seconds / 2, last * seconds + seconds / 2);
        time.advance(Duration.ofMillis(770));
      }
      assertThat(text(live, "manifest.mpd")).isEqualTo(before);
    }
  }

  @Test
  @Spec("RFC 8216 §6.2.2")
  void theLivePlaylistHasTheSameSegmentsAndNoEnd() throws Exception {
    try (var live = onTheFly(LiveForm.TIMELINE)) {
      var t = template(manifest(live));
      String playlist = text(live, "v180p.m3u8");
      assertThat(playlist)
          .contains("#EXT-X-MEDIA-SEQUENCE:" + t.startNumber() + "\n")
          .contains("v180p/" + (t.startNumber() + t.timeline().count() - 1) + ".m4s\n")
          .doesNotContain("ENDLIST")
          .doesNotContain("PLAYLIST-TYPE");
      assertThat(playlist.lines().filter(l -> l.endsWith(".m4s")))
          .hasSize((int) t.timeline().count());
      assertThat(text(live, "master.m3u8")).contains("v180p.m3u8");
    }
  }

  @Test
  void aPackedFolderIsShownAsItIsOnTheFly() throws Exception {
    Path packed = folder.resolve("packed");
    try (var film = film()) {
      new FolderPacker(packed, ManifestForm.TIMELINE, FolderPacker.Playlists.HLS, List.of())
          .write(film);
    }
    try (var folderLive = live(new PackedFolder(packed), LiveForm.TIMELINE);
        var fly = onTheFly(LiveForm.TIMELINE)) {
      assertThat(text(folderLive, "manifest.mpd")).isEqualTo(text(fly, "manifest.mpd"));
      long number = template(manifest(fly)).startNumber() + 3;
      String name = "v180p/" + number + ".m4s";
      assertThat(get(folderLive, name).body().bytes(1 << 20))
          .isEqualTo(get(fly, name).body().bytes(1 << 20));
    }
  }

  @ParameterizedTest
  @EnumSource(value = ManifestForm.class, names = "TIMELINE", mode = EnumSource.Mode.EXCLUDE)
  void aFolderWhoseSegmentsAreNotListedIsRefusedInWords(ManifestForm form) throws Exception {
    Path packed = folder.resolve("packed");
    try (var film = film()) {
      new FolderPacker(packed, form, FolderPacker.Playlists.NONE, List.of()).write(film);
    }
    assertThatThrownBy(() -> live(new PackedFolder(packed), LiveForm.TIMELINE))
        .isInstanceOf(PackException.class)
        .hasMessageContaining("--form timeline");
  }

  @Test
  void namesThatAreNoSegmentsAreNotFound() throws Exception {
    try (var live = onTheFly(LiveForm.TIMELINE)) {
      for (String name :
          List.of(
              "v180p/-1.m4s", "v180p/01.m4s", "v180p/99999999999999999999.m4s", "v1/1.m4s", "x")) {
        assertThat(get(live, name).status().code()).as(name).isEqualTo(404);
      }
      assertThat(get(live, "v180p/9999999999999999.m4s").status().code()).isEqualTo(404);
    }
  }
}
