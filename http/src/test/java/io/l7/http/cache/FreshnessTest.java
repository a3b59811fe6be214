package io.l7.http.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.http.message.Fields;
import io.l7.http.message.Status;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sums of RFC 9111 §4.2. */
class FreshnessTest {
  private static final Instant ASKED = Instant.parse("2026-01-01T12:00:00Z");
  private static final Instant CAME = ASKED.plusSeconds(2);
  private static final String DATE = "Thu, 01 Jan 2026 12:00:00 GMT";

  private static Freshness of(int status, String... fields) {
    Fields all = Fields.of(fields);
    return Freshness.of(
        Status.of(status), all, CacheControl.ofResponse(all), ASKED, CAME, CacheLimits.defaults());
  }

  private static Freshness of(String... fields) {
    return of(200, fields);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s-maxage=10, max-age=20 | 10 | S_MAXAGE",
        "max-age=20 | 20 | MAX_AGE",
        "max-age=x | 0 | MAX_AGE",
        "public | 60 | EXPIRES",
      })
  @Spec("RFC 9111 §4.2.1")
  void theNearestLifetimeCounts(String control, long seconds, Freshness.Source source) {
    var freshness =
        of("Date", DATE, "Cache-Control", control, "Expires", "Thu, 01 Jan 2026 12:01:00 GMT");
    assertThat(freshness.lifetime()).isEqualTo(Duration.ofSeconds(seconds));
    assertThat(freshness.source()).isEqualTo(source);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 0",
        "-1 | 0",
        "yesterday | 0",
        "Thu, 01 Jan 2026 11:00:00 GMT | 0",
        "Thursday, 01-Jan-26 12:00:30 GMT | 30",
        "Thu Jan  1 12:00:30 2026 | 30",
        "thu, 01 jan 2026 12:00:30 gmt | 30"
      })
  @Spec("RFC 9111 §5.3")
  void anInvalidExpiresIsInThePast(String expires, long seconds) {
    assertThat(of("Date", DATE, "Expires", expires).lifetime())
        .isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void ofTwoExpiresNoneIsBelieved() {
    String later = "Thu, 01 Jan 2026 13:00:00 GMT";
    assertThat(of("Date", DATE, "Expires", later, "Expires", later).lifetime()).isZero();
  }

  @Test
  @Spec("RFC 9111 §4.2.2")
  void withoutALifetimeATenthOfItsAgeAtMostADay() {
    assertThat(of("Date", DATE, "Last-Modified", "Thu, 01 Jan 2026 11:50:00 GMT").lifetime())
        .isEqualTo(Duration.ofMinutes(1));
    assertThat(of("Date", DATE, "Last-Modified", "Wed, 01 Jan 2020 00:00:00 GMT").lifetime())
        .isEqualTo(Duration.ofDays(1));
    assertThat(of("Date", DATE, "Last-Modified", "Thu, 01 Jan 2026 12:50:00 GMT").source())
        .as("modified after it was sent")
        .isEqualTo(Freshness.Source.NONE);
    assertThat(
            of("Date", DATE, "Last-Modified", "Thu, 01 Jan 2026 11:00:00 GMT", "Set-Cookie", "a=b")
                .source())
        .isEqualTo(Freshness.Source.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "200, true", "203, true", "204, true", "206, true", "300, true", "301, true", "308, true",
    "404, true", "405, true", "410, true", "414, true", "501, true", "201, false", "302, false",
    "307, false", "400, false", "403, false", "500, false", "503, false"
  })
  @Spec("RFC 9110 §15.1")
  void onlySomeStatusesAreKeptUntold(int status, boolean kept) {
    var freshness = of(status, "Date", DATE, "Last-Modified", "Thu, 01 Jan 2026 11:00:00 GMT");
    assertThat(freshness.lifetime().isPositive()).isEqualTo(kept);
    assertThat(
            of(
                    status,
                    "Cache-Control",
                    "public",
                    "Date",
                    DATE,
                    "Last-Modified",
                    "Thu, 01 Jan 2026 11:00:00 GMT")
                .lifetime()
                .isPositive())
        .as("public allows any")
        .isTrue();
  }

  /** The origin's clock is 5 s behind ours, the response took 2 s and was 10 s old on the way. */
  @Test
  @Spec("RFC 9111 §4.2.3")
  void theAgeIsTheGreaterOfWhatTheClocksSayAndWhatWasTold() {
    var told =
        of("Date", "Thu, 01 Jan 2026 11:59:57 GMT", "Age", "10", "Cache-Control", "max-age=60");
    assertThat(told.apparentAge()).isEqualTo(Duration.ofSeconds(5));
    assertThat(told.initialAge())
        .as("10 s told and 2 s on the way")
        .isEqualTo(Duration.ofSeconds(12));
    assertThat(told.currentAge(CAME.plusSeconds(30))).isEqualTo(Duration.ofSeconds(42));
    assertThat(told.isFresh(CAME.plusSeconds(47))).isTrue();
    assertThat(told.isFresh(CAME.plusSeconds(48))).as("as old as its lifetime is stale").isFalse();
    assertThat(told.timeToLive(CAME.plusSeconds(50))).isEqualTo(Duration.ofSeconds(-2));
    var slow = of("Date", "Thu, 01 Jan 2026 11:59:00 GMT", "Cache-Control", "max-age=60");
    assertThat(slow.initialAge()).as("the clocks say 62 s").isEqualTo(Duration.ofSeconds(62));
    assertThat(slow.isFresh(CAME)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"7 | 7", "7, 900 | 7", "-7 | 0", "7.5 | 0", "x | 0", "99999999999 | 2147483648"})
  @Spec("RFC 9111 §5.1")
  void ofAnOddAgeTheFirstNumberCounts(String age, long seconds) {
    assertThat(of("Date", DATE, "Age", age).ageValue()).isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void aClockAheadOfOursMakesNobodyYoungerThanNothing() {
    var future = of("Date", "Thu, 01 Jan 2026 13:00:00 GMT", "Cache-Control", "max-age=60");
    assertThat(future.apparentAge()).isZero();
    assertThat(future.currentAge(CAME)).isEqualTo(Duration.ofSeconds(2));
    assertThat(future.currentAge(CAME.minusMillis(900))).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void aClockSetBackSinceLeavesNothingFresh() {
    var fresh = of("Cache-Control", "max-age=60");
    assertThat(fresh.isFresh(CAME)).isTrue();
    assertThat(fresh.isFresh(CAME.minusSeconds(100))).isFalse();
  }
}
