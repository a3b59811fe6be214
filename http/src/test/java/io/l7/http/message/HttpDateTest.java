package io.l7.http.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDateTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant EXAMPLE = Instant.parse("1994-11-06T08:49:37Z");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994"
      })
  void allThreeFormatsAreRead(String text) {
    assertThat(HttpDate.parse(text, NOW)).contains(EXAMPLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "-1",
        "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 32 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:99 GMT",
        "Xxx, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994",
        "Sunday, 06-Nov-1994 08:49:37 GMT"
      })
  void anUnreadableDateIsNone(String text) {
    assertThat(HttpDate.parse(text, NOW)).isEmpty();
  }

  @Test
  void aTwoDigitYearOverFiftyYearsAheadIsInThePast() {
    assertThat(HttpDate.parse("Monday, 06-Nov-76 00:00:00 GMT", NOW))
        .contains(Instant.parse("2076-11-06T00:00:00Z"));
    assertThat(HttpDate.parse("Monday, 06-Nov-77 00:00:00 GMT", NOW))
        .contains(Instant.parse("1977-11-06T00:00:00Z"));
  }

  @Test
  void whatIsWrittenIsImfFixdate() {
    assertThat(HttpDate.format(EXAMPLE)).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
  }
}
