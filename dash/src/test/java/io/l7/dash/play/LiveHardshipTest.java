package io.l7.dash.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.l7.common.spec.Spec;
import io.l7.dash.live.LiveForm;
import io.l7.http.message.Body;
import io.l7.http.message.HttpDate;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The player on what is live, where servers, clocks and manifests do what they should not. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LiveHardshipTest extends LiveStage {
  private static final String BROKEN_PERIOD =
      "<Period id=\"1\" start=\"PT0S\"><AdaptationSet mimeType=\"video/mp4\"><Representation"
          + " id=\"v\" bandwidth=\"1\"><BaseURL>film.mp4</BaseURL></Representation>"
          + "</AdaptationSet></Period>";

  /** Where a kind's numbers do not follow one another. */
  private static List<Long> gaps(List<Long> numbers) {
    var gaps = new ArrayList<Long>();
    for (int i = 1; i < numbers.size(); i++) {
      if (numbers.get(i) != numbers.get(i - 1) + 1) {
        gaps.add(numbers.get(i) - numbers.get(i - 1));
      }
    }
    return gaps;
  }

  @Test
  void aJumpLeadsStraightToTheEdgeAndCountsOnceForPictureAndSound() throws Exception {
    var report = play(stalledAt(20, Duration.ofSeconds(60), withSound(origin())), 120);
    assertThat(live(report).jumps()).isEqualTo(1);
    assertThat(live(report).lost()).isZero();
    assertThat(gaps(numbers(report, "video"))).singleElement().satisfies(g -> near(g, 60));
    assertThat(gaps(numbers(report, "audio"))).singleElement().satisfies(g -> near(g, 60));
    // The one that was on its way.
    assertThat(refused).hasSizeLessThanOrEqualTo(1);
  }

  private static void near(long given, long expected) {
    assertThat(given).isCloseTo(expected, within(6L));
  }

  @Test
  void afterAJumpInitSegmentsAreNotFetchedAgain() throws Exception {
    var report = play(stalledAt(10, Duration.ofSeconds(60), origin()), 120);
    assertThat(live(report).jumps()).isEqualTo(1);
    assertThat(report.chunks().stream().filter(c -> c.segment() == 0)).hasSize(1);
    assertThat(
            report.chunks().stream()
                .filter(c -> c.ending() == PlayReport.Ending.PLAYED)
                .map(PlayReport.Chunk::segment))
        .doesNotHaveDuplicates();
  }

  @Test
  void soundThatNobodyHasIsNotWaitedForForEver() throws Exception {
    var origin = withSound(origin());
    assertThatThrownBy(
            () ->
                play(
                    request ->
                        request.path().matches("/a1/.*m4s")
                            ? Response.error(Status.NOT_FOUND)
                            : origin.handle(request),
                    600))
        .isInstanceOf(PlayException.class)
        .hasMessageContaining("/a1/")
        .hasMessageContaining("404");
  }

  @Test
  void aPictureThatIsGoneFromAManifestForAWhileIsNotTakenForTheSound() throws Exception {
    var origin = withSound(origin());
    var report =
        play(
            request -> {
              var response = origin.handle(request);
              boolean gone =
                  serverNow().isAfter(NOON.plusSeconds(8))
                      && serverNow().isBefore(NOON.plusSeconds(11));
              if (!request.path().endsWith(".mpd") || !gone) {
                return response;
              }
              String text = new String(response.body().bytes(1 << 20), StandardCharsets.UTF_8);
              int from = text.indexOf("<AdaptationSet");
              int to = text.indexOf("</AdaptationSet>") + 16;
              String rest = text.substring(0, from) + text.substring(to);
              return Response.ok(
                  "application/dash+xml", Body.of(rest.getBytes(StandardCharsets.UTF_8)));
            },
            30);
    assertThat(numbers(report, "audio")).doesNotHaveDuplicates();
    assertThat(numbers(report, "video")).doesNotHaveDuplicates();
    assertThat(report.chunks().stream().filter(c -> c.kind().equals("video")))
        .allMatch(c -> c.url().contains("/v180p/"));
    assertThat(live(report).lost()).isZero();
  }

  @Test
  void soundThatComesWithTheNextPeriodIsPlayedToo() throws Exception {
    var origin = origin();
    var sound = withSound(origin);
    var report =
        play(
            request -> {
              boolean both = serverNow().isAfter(NOON.plusSeconds(10));
              if (!request.path().endsWith(".mpd")) {
                return sound.handle(request);
              }
              if (!both) {
                return origin.handle(request);
              }
              var response = sound.handle(request);
              String text = new String(response.body().bytes(1 << 20), StandardCharsets.UTF_8);
              return Response.ok(
                  "application/dash+xml",
                  Body.of(
                      text.replace("<Period id=\"1\"", "<Period id=\"2\"")
                          .getBytes(StandardCharsets.UTF_8)));
            },
            30);
    assertThat(numbers(report, "audio")).hasSizeGreaterThan(10);
    assertThat(report.stalls()).isZero();
  }

  @Test
  void oneFileCannotBeLiveAndIsRefusedInWords() {
    assertThatThrownBy(
            () -> play(edited(text -> text.replaceAll("(?s)<Period.*</Period>", BROKEN_PERIOD)), 5))
        .isInstanceOf(PlayException.class)
        .hasMessageContaining("SegmentTemplate");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<Period id='1' start='PT0S'/>",
        "<Period id='1' start='PT0S'><AdaptationSet mimeType='text/vtt'/></Period>",
        "<Period id='1' start='PT0S'><AdaptationSet mimeType='video/mp4'><Representation id='v'"
            + " bandwidth='1'><BaseURL>x</BaseURL></Representation></AdaptationSet></Period>"
      })
  void aRefreshThatBringsNothingToPlayIsOneThatFailed(String period) throws Exception {
    var asked = new AtomicInteger();
    var report =
        play(
            edited(
                text ->
                    asked.incrementAndGet() % 4 == 0
                        ? text.replaceAll("(?s)<Period.*</Period>", period)
                        : text),
            30);
    assertThat(live(report).lost()).isZero();
    assertThat(live(report).failed()).isGreaterThan(3);
    assertThat(report.playedMs()).isGreaterThanOrEqualTo(30_000);
  }

  @Test
  void aServerThatIsSetBackIsFollowedInTheEnd() throws Exception {
    var report =
        play(
            editedAfter(10, text -> text.replaceFirst("publishTime=\"2026", "publishTime=\"2006")),
            40);
    assertThat(live(report).lost()).isZero();
    assertThat(live(report).ignored()).isBetween(3, 12);
    assertThat(report.playedMs()).isGreaterThanOrEqualTo(40_000);
  }

  @Test
  void whereNothingNewComesForMinutesItIsGivenUpInWords() throws Exception {
    var first = new ArrayList<String>();
    assertThatThrownBy(
            () ->
                play(
                    edited(
                        text -> {
                          first.add(text);
                          return first.getFirst();
                        }),
                    3_600))
        .isInstanceOf(PlayException.class)
        .hasMessageContaining("nothing new");
    assertThat(clock.nowMs()).isBetween(200_000.0, 500_000.0);
  }

  @Test
  void beforeItBeginsItIsWaitedForHoweverLong() throws Exception {
    live.close();
    live = live(LiveForm.NUMBER);
    String start = NOON.plus(Duration.ofHours(3)).toString();
    var report =
        play(
            edited(
                text ->
                    text.replace(
                        "availabilityStartTime=\"1970-01-01T00:00:00Z\"",
                        "availabilityStartTime=\"" + start + "\"")),
            0);
    assertThat(report.stalls()).isZero();
  }

  @Test
  void theFirstManifestThatIsMissingIsNamedWithItsStatus() {
    assertThatThrownBy(() -> play(_ -> Response.error(Status.NOT_FOUND), 5))
        .isInstanceOf(PlayException.class)
        .hasMessageContaining("404");
  }

  @Test
  void aManifestThatMovedToWhereNobodyIsIsAskedForAtHomeAgain() throws Exception {
    var edited =
        edited(text -> text.replace("  <Period", "<Location>/manifest.mpd?gone</Location><Period"));
    var report =
        play(
            request ->
                request.query().isPresent()
                    ? Response.error(Status.SERVICE_UNAVAILABLE)
                    : edited.handle(request),
            60);
    assertThat(report.playedMs()).isGreaterThanOrEqualTo(60_000);
    assertThat(live(report).refreshes()).isGreaterThan(live(report).failed());
  }

  @Test
  void aSegmentThatTakesLongHoldsNoRefreshUp() throws Exception {
    var origin = origin();
    var refreshed = new CountDownLatch(1);
    var meanwhile = new AtomicBoolean();
    var slow = new AtomicInteger();
    var report =
        play(
            request -> {
              if (request.path().endsWith(".mpd") && slow.get() >= 8) {
                refreshed.countDown();
              }
              if (request.path().endsWith(".m4s") && slow.incrementAndGet() == 8) {
                for (int i = 0; i < 10 && !refreshed.await(100, TimeUnit.MILLISECONDS); i++) {
                  nanos.addAndGet(Duration.ofMillis(400).toNanos());
                }
                meanwhile.set(refreshed.getCount() == 0);
              }
              return origin.handle(request);
            },
            20);
    assertThat(meanwhile).isTrue();
    assertThat(live(report).lost()).isZero();
  }

  @Test
  void aRefreshThatTakesLongHoldsNoSegmentUp() throws Exception {
    live.close();
    live = live(LiveForm.NUMBER);
    var origin = origin();
    var segments = new AtomicInteger();
    var manifests = new AtomicInteger();
    var meanwhile = new AtomicInteger();
    var edited =
        edited(
            text ->
                text.replaceFirst(
                    "minimumUpdatePeriod=\"[^\"]*\"", "minimumUpdatePeriod=\"PT1S\""));
    var report =
        play(
            request -> {
              if (request.path().endsWith(".m4s")) {
                segments.incrementAndGet();
                return origin.handle(request);
              }
              if (request.path().endsWith(".mpd") && manifests.incrementAndGet() == 5) {
                int before = segments.get();
                var never = new CountDownLatch(1);
                for (int i = 0; i < 20 && segments.get() < before + 3; i++) {
                  nanos.addAndGet(Duration.ofMillis(250).toNanos());
                  boolean _ = never.await(50, TimeUnit.MILLISECONDS);
                }
                meanwhile.set(segments.get() - before);
              }
              return edited.handle(request);
            },
            20);
    assertThat(meanwhile.get()).isGreaterThanOrEqualTo(3);
    assertThat(live(report).failed()).isZero();
    assertThat(report.stalls()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"1970-01-01T00:00:00Z", "2026-03-01T11:00:00Z", "yesterday"})
  void aClockThatIsBehindTheManifestItselfIsNotBelieved(String lie) throws Exception {
    var edited =
        edited(
            text ->
                text.replace(
                    "<UTCTiming ",
                    "<UTCTiming schemeIdUri=\"urn:mpeg:dash:utc:http-iso:2014\" value=\"/lie\"/>"
                        + "<UTCTiming "));
    var report =
        play(
            request ->
                request.path().equals("/lie")
                    ? Response.ok("text/plain", Body.of(lie.getBytes(StandardCharsets.UTF_8)))
                    : edited.handle(request),
            20);
    isSmooth(report);
    assertThat(live(report).clockAheadMs()).isCloseTo(0, within(50.0));
  }

  @Test
  void aClockThatAnswersLateIsAskedAgainAndTheQuickestAnswerCounts() throws Exception {
    var origin = origin();
    var asked = new AtomicInteger();
    var report =
        play(
            request -> {
              if (request.path().equals("/time") && asked.incrementAndGet() == 1) {
                var told = origin.handle(request);
                nanos.addAndGet(Duration.ofMillis(2_800).toNanos());
                return told;
              }
              return origin.handle(request);
            },
            20);
    assertThat(live(report).clockAheadMs()).isCloseTo(0, within(50.0));
    assertThat(asked.get()).isGreaterThan(1);
  }

  @Test
  void aDateThatACacheKeptIsAsOldAsItsAgeSays() throws Exception {
    skew = Duration.ofSeconds(30);
    var edited = edited(text -> text.replace("utc:http-iso", "utc:http-head"));
    var report =
        play(
            request ->
                request.path().equals("/time")
                    ? edited
                        .handle(request)
                        .with("Date", HttpDate.format(serverNow().minusSeconds(600)))
                        .with("Age", "600")
                    : edited.handle(request),
            10);
    assertThat(live(report).clockAheadMs()).isCloseTo(30_000, within(501.0));
  }

  @ParameterizedTest
  @ValueSource(ints = {30, -30})
  void withoutAClockTheDateOfTheManifestCounts(int seconds) throws Exception {
    skew = Duration.ofSeconds(seconds);
    var edited = edited(text -> text.replaceFirst("<UTCTiming[^>]*>", ""));
    var report =
        play(request -> edited.handle(request).with("Date", HttpDate.format(serverNow())), 20);
    assertThat(live(report).clockAheadMs()).isCloseTo(seconds * 1000.0, within(501.0));
    isSmooth(report);
  }

  @ParameterizedTest
  @ValueSource(ints = {40, -10})
  @Spec("ISO/IEC 23009-1 §5.8.4.11")
  void aClockThatIsSetOtherwiseInMidPlayIsReadAgain(int seconds) throws Exception {
    live.close();
    live = live(LiveForm.NUMBER);
    var origin = origin();
    var report =
        play(
            request -> {
              if (clock.nowMs() > 10_000) {
                skew = Duration.ofSeconds(seconds);
              }
              return origin.handle(request);
            },
            90);
    assertThat(live(report).clockAheadMs()).isCloseTo(seconds * 1000.0, within(50.0));
    assertThat(live(report).lost()).isZero();
    assertThat(live(report).jumps()).isEqualTo(seconds > 0 ? 1 : 0);
  }

  @Test
  void aClockThatIsToldToTheSecondIsNotFollowedToAndFro() throws Exception {
    var edited = edited(text -> text.replace("utc:http-iso", "utc:http-head"));
    var readings = new AtomicInteger();
    var report =
        play(
            request -> {
              if (!request.path().equals("/time")) {
                return edited.handle(request);
              }
              if (readings.incrementAndGet() > 1) {
                // To the end of a second, where the Date is half a second behind.
                nanos.addAndGet((990 - serverNow().toEpochMilli() % 1_000) * 1_000_000);
              }
              return edited.handle(request).with("Date", HttpDate.format(serverNow()));
            },
            700);
    assertThat(readings.get()).isGreaterThan(1);
    // It began at 0.3 s of a second, and Date stands for its middle.
    assertThat(live(report).clockAheadMs()).isCloseTo(200, within(10.0));
  }

  @Test
  void whatEndedLongAgoIsNotWaitedForForEver() throws Exception {
    var old = edited(text -> text);
    byte[] stale;
    try (var server = TestFilm.serve(old)) {
      stale = old.handle(Request.get(TestFilm.manifest(server).toString())).body().bytes(1 << 20);
    }
    nanos.addAndGet(Duration.ofHours(1).toNanos());
    var origin = origin();
    assertThatThrownBy(
            () ->
                play(
                    request ->
                        request.path().endsWith(".mpd")
                            ? Response.ok("application/dash+xml", Body.of(stale))
                            : origin.handle(request),
                    3_600))
        .isInstanceOf(PlayException.class)
        .hasMessageContaining("nothing new");
  }
}
