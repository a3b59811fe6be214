package io.l7.dash.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.mpd.Mpd;
import io.l7.dash.mpd.MpdParser;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The availability arithmetic, at moments of a clock that is nobody's. */
class LiveTimesTest {
  /** Noon, in ms since 1970. */
  private static final double NOON = 1_772_366_400_000.0;

  private static final String NUMBER =
      "<SegmentTemplate timescale='10' duration='20' startNumber='7' media='$Number$'/>";
  private static final String LISTED =
      "<SegmentTemplate timescale='10' presentationTimeOffset='50' media='$Number$'>"
          + "<SegmentTimeline><S t='50' d='20' r='4'/></SegmentTimeline></SegmentTemplate>";

  private static Mpd mpd(String attributes, String period, String template) throws Exception {
    String text =
        "<MPD type='dynamic' availabilityStartTime='2026-03-01T12:00:00Z' "
            + attributes
            + "><Period start='PT100S' "
            + period
            + "><AdaptationSet mimeType='video/mp4'><Representation id='a' bandwidth='1'>"
            + template
            + "</Representation></AdaptationSet></Period></MPD>";
    return parse(text);
  }

  private static Mpd parse(String text) throws Exception {
    return new MpdParser(DashLimits.defaults())
        .parse(text.getBytes(StandardCharsets.UTF_8), URI.create("http://a.example/m.mpd"));
  }

  private static LiveTimes times(Mpd mpd) throws Exception {
    return LiveTimes.of(mpd, Optional.empty());
  }

  private static LiveTimes.Segments segments(Mpd mpd) throws Exception {
    var period = mpd.periods().getFirst();
    var representation = period.sets().getFirst().representations().getFirst();
    return times(mpd).segments(period, representation);
  }

  @ParameterizedTest
  @CsvSource({
    // seconds after noon, last; -1: none. Segments of 2 s from second 100.
    "0, -1",
    "101.9, -1",
    "102, 0",
    "103.9, 0",
    "104, 1",
    "112, 5",
    "113, 5",
    "1000, 449"
  })
  @Spec("ISO/IEC 23009-1 §5.3.9.5.3")
  void countedByTheClockASegmentIsThereOnceItHasHappened(double seconds, long last)
      throws Exception {
    var segments = segments(mpd("timeShiftBufferDepth='PT10S'", "", NUMBER));
    double now = NOON + seconds * 1000;
    assertThat(segments.last(now).orElse(-1)).isEqualTo(last);
    assertThat(segments.availableMs(last + 1)).isGreaterThan(now);
    if (last >= 0) {
      assertThat(segments.availableMs(last)).isLessThanOrEqualTo(now);
    }
  }

  @Test
  @Spec("ISO/IEC 23009-1 §A.3.4")
  void aSegmentIsGoneItsDurationAfterItHasLeftTheWindow() throws Exception {
    var segments = segments(mpd("timeShiftBufferDepth='PT10S'", "", NUMBER));
    assertThat(segments.goneMs(0)).isEqualTo(NOON + 114_000);
    assertThat(segments.goneMs(449)).isEqualTo(NOON + 1_012_000);
  }

  @ParameterizedTest
  @CsvSource({"101, -1", "102, 0", "109.9, 3", "110, 4", "500, 4"})
  void ofAListNothingIsThereBeforeItsTimeNorBehindItsEnd(double seconds, long last)
      throws Exception {
    var segments = segments(mpd("", "", LISTED));
    assertThat(segments.last(NOON + seconds * 1000).orElse(-1)).isEqualTo(last);
    assertThat(segments.startMs(0)).isEqualTo(NOON + 100_000);
    assertThat(segments.goneMs(0)).isInfinite();
  }

  @Test
  void whatFollowsIsFoundByTimeNotByNumber() throws Exception {
    var segments = segments(mpd("", "", LISTED));
    assertThat(segments.following(NOON)).hasValue(0);
    assertThat(segments.following(NOON + 102_000)).hasValue(1);
    assertThat(segments.following(NOON + 101_999.999)).hasValue(1);
    assertThat(segments.following(NOON + 102_000.001)).hasValue(1);
    // Another representation's cuts, a little later.
    assertThat(segments.following(NOON + 102_400)).hasValue(1);
    assertThat(segments.following(NOON + 110_000)).isEmpty();
  }

  @Test
  void aPeriodEndsItsSegments() throws Exception {
    var segments = segments(mpd("", "duration='PT5S'", NUMBER));
    assertThat(segments.following(NOON + 104_000)).hasValue(2);
    assertThat(segments.following(NOON + 105_000)).isEmpty();
    assertThat(segments.last(NOON + 500_000)).hasValue(2);
  }

  @Test
  void whatIsListedBehindThePeriodsEndIsNotPlayedAndNothingTwice() throws Exception {
    var segments = segments(mpd("", "duration='PT5S'", LISTED));
    assertThat(segments.following(NOON + 104_000)).hasValue(2);
    assertThat(segments.following(NOON + 106_000)).isEmpty();
    assertThat(segments.following(NOON + 200_000)).isEmpty();
    assertThat(segments.last(NOON + 500_000)).hasValue(2);
  }

  @ParameterizedTest
  @CsvSource({
    "<S t='50' d='20'/><S t='10' d='20'/>, 102",
    "<S t='50' d='20'/><S t='0' d='1'/><S t='1' d='1' r='9'/>, 102",
    "<S t='90' d='20' r='2'/><S t='50' d='20' r='1'/>, 108"
  })
  void aTimelineThatGoesBackLeadsNowhereRatherThanRound(String list, double until)
      throws Exception {
    var segments =
        segments(
            mpd(
                "",
                "",
                LISTED.replaceFirst("<S t=.*/></SegmentTimeline>", list + "</SegmentTimeline>")));
    double at = NOON + until * 1000;
    for (int step = 0; step < 20; step++) {
      var next = segments.following(at);
      if (next.isEmpty()) {
        return;
      }
      assertThat(segments.endMs(next.getAsLong())).isGreaterThan(at);
      at = segments.endMs(next.getAsLong());
    }
    throw new AssertionError("it has no end");
  }

  @Test
  void aShortLastSegmentDoesNotMakeTheDelayShort() throws Exception {
    var mpd = mpd("", "", LISTED.replace("r='4'/>", "r='4'/><S d='1'/>"));
    assertThat(segments(mpd).durationMs()).isBetween(1_500.0, 2_000.0);
  }

  @Test
  void theDelayIsWhatIsAskedForAndStaysInTheWindow() throws Exception {
    var asks = times(mpd("suggestedPresentationDelay='PT7S'", "", NUMBER));
    assertThat(asks.delayMs(OptionalDouble.empty(), 2_000)).isEqualTo(7_000);
    assertThat(asks.delayMs(OptionalDouble.of(3_000), 2_000)).isEqualTo(3_000);
    var silent = times(mpd("minBufferTime='PT4S'", "", NUMBER));
    assertThat(silent.delayMs(OptionalDouble.empty(), 2_000)).isEqualTo(6_000);
    var narrow = times(mpd("timeShiftBufferDepth='PT5S'", "", NUMBER));
    assertThat(narrow.delayMs(OptionalDouble.of(60_000), 2_000)).isEqualTo(3_000);
  }

  @Test
  void aManifestThatHasBecomeStaticKeepsItsZeroAndLosesItsWindow() throws Exception {
    var live = times(mpd("timeShiftBufferDepth='PT10S'", "", LISTED));
    String text =
        "<MPD type='static' mediaPresentationDuration='PT110S'><Period start='PT100S'>"
            + "<AdaptationSet mimeType='video/mp4'><Representation id='a' bandwidth='1'>"
            + LISTED
            + "</Representation></AdaptationSet></Period></MPD>";
    var over = LiveTimes.of(parse(text), Optional.of(live));
    assertThat(over.isOver()).isTrue();
    assertThat(over.endMs()).hasValue(NOON + 110_000);
    assertThat(over.windowStartMs(NOON + 900_000)).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void withoutAStartThereIsNoTime() throws Exception {
    var mpd = parse("<MPD type='dynamic'><Period/></MPD>");
    assertThatThrownBy(() -> times(mpd))
        .isInstanceOf(PlayException.class)
        .hasMessageContaining("availabilityStartTime");
  }

  @ParameterizedTest
  @CsvSource({
    "publishTime='2026-03-01T12:00:05Z', publishTime='2026-03-01T12:00:06Z', FOLLOW",
    "publishTime='2026-03-01T12:00:05Z', publishTime='2026-03-01T12:00:05Z', FOLLOW",
    "publishTime='2026-03-01T12:00:05Z', publishTime='2026-03-01T12:00:04Z', BACK_IN_TIME",
    "'', publishTime='2026-03-01T12:00:04Z', FOLLOW"
  })
  void whatWasMadeEarlierIsNotFollowed(String before, String after, MpdUpdate verdict)
      throws Exception {
    assertThat(MpdUpdate.judge(mpd(before, "", LISTED), mpd(after, "", LISTED))).isEqualTo(verdict);
  }

  @Test
  void aListThatEndsEarlierIsOlderWhereNobodySaysWhenItWasMade() throws Exception {
    var longer = mpd("", "", LISTED);
    var shorter = mpd("", "", LISTED.replace("r='4'", "r='3'"));
    assertThat(MpdUpdate.judge(longer, shorter)).isEqualTo(MpdUpdate.BACK_IN_TIME);
    assertThat(MpdUpdate.judge(shorter, longer)).isEqualTo(MpdUpdate.FOLLOW);
  }

  @Test
  @Spec("ISO/IEC 23009-1 §5.3.2.1")
  void aPeriodWithoutAStartBehindAnOpenOneIsNotThereYet() throws Exception {
    String set =
        "<AdaptationSet mimeType='video/mp4'><Representation id='a' bandwidth='1'>"
            + NUMBER
            + "</Representation></AdaptationSet></Period>";
    var mpd =
        parse(
            "<MPD type='dynamic' availabilityStartTime='2026-03-01T12:00:00Z'><Period start='PT0S'>"
                + set
                + "<Period>"
                + set
                + "</MPD>");
    assertThat(mpd.periods()).hasSize(1);
  }
}
