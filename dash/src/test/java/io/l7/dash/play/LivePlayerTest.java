package io.l7.dash.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.l7.common.disk.Disk;
import io.l7.common.spec.Spec;
import io.l7.dash.bmff.MovedSegment;
import io.l7.dash.bmff.Mp4File;
import io.l7.dash.bmff.Track;
import io.l7.dash.live.LiveForm;
import io.l7.dash.live.LiveSetting;
import io.l7.dash.pack.Presentation;
import io.l7.dash.serve.DashHandler;
import io.l7.dash.serve.JustInTime;
import io.l7.dash.serve.LiveLoop;
import io.l7.http.message.Body;
import io.l7.http.message.HttpDate;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The player on what is live: that it plays, and where it ends. */
class LivePlayerTest extends LiveStage {
  @ParameterizedTest
  @EnumSource(LiveForm.class)
  void liveIsPlayedAtItsDelayAndNothingIsAskedForBeforeItsTime(LiveForm form) throws Exception {
    live.close();
    live = live(form);
    var report = play(origin(), 30);
    isSmooth(report);
    assertThat(refused).isEmpty();
    assertThat(report.playedMs()).isBetween(30_000.0, 33_000.0);
    assertThat(report.toJson().at("latency_s").number()).isBetween(2.0, 4.0);
    assertThat(report.toJson().at("latency_max_s").number()).isBetween(2.0, 4.0);
  }

  @Test
  void whatWasPlayedIsWrittenAcrossTheLoopsSampleForSample() throws Exception {
    Path output = folder.resolve("out.mp4");
    try (var server = TestFilm.serve(origin())) {
      player(server).lasting(Duration.ofSeconds(12)).output(output).play();
    }
    try (var file = Disk.real().open(output, Disk.Open.READ)) {
      var track = Mp4File.read(file, LIMITS).first(Track.Kind.VIDEO).orElseThrow();
      var samples = track.samples();
      assertThat(samples.count()).isBetween(300, 350);
      assertThat(samples.endTime()).isEqualTo(samples.count() * 40L);
      int first = samples.size(0) - 1;
      for (int i = 0; i < samples.count(); i++) {
        int picture = (first + i) % TestFilm.PICTURES;
        byte[] sample = new byte[picture + 1];
        assertThat(samples.size(i)).isEqualTo(sample.length);
        file.read(samples.offset(i), sample, 0, sample.length);
        assertThat(sample).containsOnly(picture);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "30, direct",
    "-30, direct",
    "30, http-head",
    "-30, http-head",
    "30, http-iso",
    "-30, http-iso",
    "30, http-xsdate",
    "-30, http-xsdate"
  })
  @Spec("ISO/IEC 23009-1 §5.8.4.11")
  void aClockThatIsHalfAMinuteOffDoesNoHarm(int seconds, String scheme) throws Exception {
    skew = Duration.ofSeconds(seconds);
    var edited =
        edited(
            text ->
                text.replace("utc:http-iso", "utc:" + scheme)
                    .replaceFirst(
                        scheme.equals("direct") ? "value=\"http://[^\"]*/time\"" : "^$",
                        "value=\"" + serverNow() + "\""));
    var report =
        play(
            request ->
                request.path().equals("/time")
                    ? edited.handle(request).with("Date", HttpDate.format(serverNow()))
                    : edited.handle(request),
            20);
    assertThat(live(report).clockAheadMs()).isCloseTo(seconds * 1000.0, within(501.0));
    isSmooth(report);
    assertThat(refused).hasSizeLessThanOrEqualTo(scheme.equals("http-head") ? 200 : 0);
  }

  @Test
  void aSegmentThatIsLateAtTheEdgeIsWaitedForAndIsNoFaultOfTheServer() throws Exception {
    var asked = new ConcurrentHashMap<String, Integer>();
    var origin = origin();
    var report =
        play(
            request ->
                request.path().endsWith(".m4s")
                        && serverNow().isAfter(NOON.plusMillis(100))
                        && asked.merge(request.path(), 1, Integer::sum) <= 3
                    ? Response.error(Status.NOT_FOUND)
                    : origin.handle(request),
            20);
    isSmooth(report);
    assertThat(report.chunks()).anyMatch(c -> c.ending() == PlayReport.Ending.EARLY);
  }

  @Test
  @Spec("ISO/IEC 23009-1 §5.4.1")
  void aManifestThatGoesBackInTimeIsIgnored() throws Exception {
    var manifests = new ArrayList<String>();
    var report =
        play(
            edited(
                text -> {
                  manifests.add(text);
                  int n = manifests.size();
                  return n % 2 == 0 && n > 12 ? manifests.get(n - 12) : text;
                }),
            30);
    isSmooth(report);
    assertThat(live(report).ignored()).isGreaterThan(8);
  }

  @Test
  void aRefreshThatFailsKeepsTheManifestThatIsThere() throws Exception {
    var asked = new AtomicInteger();
    var origin = origin();
    var report =
        play(
            request ->
                request.path().endsWith(".mpd") && asked.incrementAndGet() % 3 != 1
                    ? Response.error(Status.SERVICE_UNAVAILABLE)
                    : origin.handle(request),
            30);
    assertThat(live(report).failed()).isGreaterThan(5);
    assertThat(live(report).lost()).isZero();
    assertThat(report.playedMs()).isGreaterThan(30_000.0);
  }

  @Test
  void withoutAManifestForAMinuteItIsGivenUpInWords() throws Exception {
    var asked = new AtomicInteger();
    var origin = origin();
    assertThatThrownBy(
            () ->
                play(
                    request ->
                        request.path().endsWith(".mpd") && asked.incrementAndGet() > 1
                            ? Response.error(Status.SERVICE_UNAVAILABLE)
                            : origin.handle(request),
                    600))
        .isInstanceOf(PlayException.class)
        .hasMessageContaining("manifest")
        .hasMessageContaining("503");
  }

  @Test
  void aPeriodThatIsRemovedIsLeftForTheOneInItsPlace() throws Exception {
    var report =
        play(editedAfter(10, text -> text.replace("<Period id=\"1\"", "<Period id=\"2\"")), 30);
    isSmooth(report);
    assertThat(report.chunks().stream().filter(c -> c.segment() > 0).map(PlayReport.Chunk::url))
        .doesNotHaveDuplicates();
  }

  @Test
  void afterAStallThatWasTooLongItGoesOnAtTheEdgeAndSaysSo() throws Exception {
    var report = play(stalledAt(10, Duration.ofSeconds(60), origin()), 120);
    assertThat(live(report).jumps()).isEqualTo(1);
    assertThat(report.stalls()).isEqualTo(1);
    assertThat(live(report).mostLatencyMs()).isGreaterThan(50_000);
    assertThat(live(report).lost()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"static", "dynamic"})
  void itEndsWhereTheManifestSaysThatItEnds(String type) throws Exception {
    long end = NOON.getEpochSecond() + 20;
    try (var server =
        TestFilm.serve(
            editedAfter(
                21,
                text ->
                    text.replace(
                            "type=\"dynamic\"",
                            "type=\"%s\" mediaPresentationDuration=\"PT%dS\"".formatted(type, end))
                        .replace(
                            "availabilityStartTime",
                            type.equals("static") ? "x" : "availabilityStartTime")))) {
      var report = player(server).play();
      assertThat(report.stalls()).isZero();
      assertThat(report.playedMs()).isBetween(20_000.0, 25_000.0);
    }
    assertThat(clock.nowMs()).isBetween(22_000.0, 30_000.0);
  }

  @Test
  void timesThatDriftFromTheManifestArePlayed() throws Exception {
    var origin = origin();
    var report =
        play(
            request -> {
              var response = origin.handle(request);
              if (!request.path().endsWith(".m4s")) {
                return response;
              }
              long number = Long.parseLong(request.path().replaceAll(".*/(\\d+)\\.m4s", "$1"));
              long drift = (number % 100_000) * 150 % 60_000;
              byte[] moved =
                  MovedSegment.of(
                      response.body().bytes(1 << 20),
                      new MovedSegment.Move(number, Math.max(0, drift - firstDrift(drift)), 0),
                      LIMITS);
              return response.withBody(Body.of(moved));
            },
            30);
    isSmooth(report);
  }

  private long begun = -1;

  private long firstDrift(long drift) {
    begun = begun < 0 ? drift : begun;
    return begun;
  }

  @Test
  void aManifestThatHasMovedIsAskedForWhereItIs() throws Exception {
    var paths = Collections.synchronizedList(new ArrayList<String>());
    var edited =
        edited(
            text -> text.replace("  <Period", "<Location>/manifest.mpd?there</Location><Period"));
    var report =
        play(
            request -> {
              if (request.path().endsWith(".mpd")) {
                paths.add(request.query().orElse("here"));
              }
              return edited.handle(request);
            },
            10);
    isSmooth(report);
    assertThat(paths).first().isEqualTo("here");
    assertThat(paths.subList(1, paths.size())).isNotEmpty().containsOnly("there");
  }

  @Test
  void aManifestIsNotAskedForMoreThanTwiceASecondWhateverItWants() throws Exception {
    var report =
        play(
            edited(
                text ->
                    text.replaceFirst(
                        "minimumUpdatePeriod=\"[^\"]*\"", "minimumUpdatePeriod=\"PT0S\"")),
            30);
    isSmooth(report);
    assertThat(live(report).refreshes()).isBetween(30, 70);
  }

  @Test
  void whatIsLiveCannotBeHurried() throws Exception {
    try (var server = TestFilm.serve(origin())) {
      assertThatThrownBy(
              () -> Player.of(TestFilm.manifest(server)).pace(PlayClock.Pace.FAST).play())
          .isInstanceOf(PlayException.class)
          .hasMessageContaining("--fast");
    }
  }

  @Test
  void inRealTimeOverRealSocketsItPlaysAtTheEdge() throws Exception {
    live.close();
    Path film = folder.resolve("film.mp4");
    live =
        new LiveLoop(
            new JustInTime(
                Presentation.open(List.of(film), Duration.ofSeconds(1), Disk.real(), LIMITS),
                List.of()),
            new LiveSetting(Duration.ofSeconds(20), Duration.ZERO, LiveForm.TIMELINE),
            InstantSource.system(),
            LIMITS);
    try (var server = TestFilm.serve(new DashHandler(live, _ -> {}))) {
      var report =
          Player.of(TestFilm.manifest(server))
              .lasting(Duration.ofSeconds(4))
              .liveDelay(Duration.ofSeconds(5))
              .play();
      assertThat(report.playedMs()).isGreaterThanOrEqualTo(4_000);
      assertThat(live(report).lost()).isZero();
      assertThat(live(report).meanLatencyMs()).isGreaterThan(4_900);
    }
  }
}
