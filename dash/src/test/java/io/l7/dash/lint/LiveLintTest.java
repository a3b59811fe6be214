package io.l7.dash.lint;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.dash.limits.DashLimits;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What lint says of live manifests; their segments come and go, and are not read. */
class LiveLintTest {
  private static final String LISTED =
      "<SegmentTimeline><S t='3000' d='20' r='9'/></SegmentTimeline></SegmentTemplate>";
  private static final String GOOD =
      """
      <MPD profiles='urn:mpeg:dash:profile:isoff-live:2011' type='dynamic' minBufferTime='PT2S'
        availabilityStartTime='2026-03-01T12:00:00Z' publishTime='2026-03-01T12:05:00Z'
        minimumUpdatePeriod='PT2S' timeShiftBufferDepth='PT20S' suggestedPresentationDelay='PT6S'>
        <Period id='1' start='PT0S'>
          <AdaptationSet contentType='video' mimeType='video/mp4' segmentAlignment='true'>
            <Representation id='a' bandwidth='1' codecs='avc1.64001f' width='16' height='9'>
              <SegmentTemplate timescale='10' initialization='i' media='$Number$'>%s
            </Representation>
            <Representation id='b' bandwidth='2' codecs='avc1.64001f' width='16' height='9'>
              <SegmentTemplate timescale='10' initialization='i' media='$Number$'>%s
            </Representation>
          </AdaptationSet>
        </Period>
        <UTCTiming schemeIdUri='urn:mpeg:dash:utc:http-iso:2014' value='/time'/>
      </MPD>
      """
          .formatted(LISTED, LISTED);

  private static List<Finding> lint(String manifest) {
    return new Linter(
            (uri, _) -> {
              throw new IOException("nothing is to be read of what is live: " + uri);
            },
            DashLimits.defaults())
        .check(manifest.getBytes(StandardCharsets.UTF_8), URI.create("http://a.example/live.mpd"));
  }

  private static String byTheClock(String manifest) {
    return manifest
        .replace(LISTED, "</SegmentTemplate>")
        .replace("timescale='10'", "timescale='10' duration='20'");
  }

  @Test
  void aGoodOnePasses() {
    assertThat(lint(GOOD)).isEmpty();
    assertThat(lint(byTheClock(GOOD))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "availabilityStartTime, mpd-attribute, ERROR",
    "publishTime, publish-time, WARNING",
    "minimumUpdatePeriod, mpd-update, ERROR",
    "timeShiftBufferDepth, window, INFO"
  })
  @Spec("ISO/IEC 23009-1 §5.3.1.2")
  void whatIsMissingIsFound(String attribute, String rule, Finding.Severity severity) {
    assertThat(lint(GOOD.replaceFirst(attribute + "='[^']*'", "")))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.rule()).isEqualTo(rule);
              assertThat(finding.severity()).isEqualTo(severity);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "Delay='PT6S', Delay='PT21S', window, ERROR",
    "Depth='PT20S', Depth='PT5S' x='', window, ERROR",
    "minimumUpdatePeriod='PT2S', minimumUpdatePeriod='PT0S', mpd-update, INFO",
    "id='1', x='', period-id, ERROR",
    "http-iso:2014, ntp:2014, utc-timing, WARNING",
    "value='/time', value='', utc-timing, ERROR",
    "type='dynamic', type='static' mediaPresentationDuration='PT320S', live-only, WARNING"
  })
  void whatDoesNotFitIsFound(String good, String bad, String rule, Finding.Severity severity) {
    assertThat(lint(GOOD.replace(good, bad)))
        .anyMatch(f -> f.rule().equals(rule) && f.severity() == severity);
  }

  @Test
  void withoutAClockItIsAdvisedToNameOne() {
    assertThat(lint(GOOD.replaceFirst("<UTCTiming[^>]*>", "")))
        .singleElement()
        .satisfies(finding -> assertThat(finding.message()).contains("UTCTiming"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"duration='21'", "duration='10'"})
  void rungsThatAreCountedOtherwiseAreFoundThoughTheyHaveNoEnd(String other) {
    String manifest = byTheClock(GOOD);
    int second = manifest.lastIndexOf("duration='20'");
    assertThat(lint(manifest.substring(0, second) + other + manifest.substring(second + 13)))
        .anyMatch(finding -> finding.rule().equals("alignment"));
  }
}
