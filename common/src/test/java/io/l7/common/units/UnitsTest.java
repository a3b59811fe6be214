package io.l7.common.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
  @ParameterizedTest
  @CsvSource({
    "1500, 1500",
    "64KiB, 65536",
    "10MB, 10000000",
    "1G, 1000000000",
    "1.5k, 1500",
    "2mib, 2097152",
    "7B, 7"
  })
  void sizesAreReadAsPeopleWriteThem(String text, long octets) {
    assertThat(Units.parseSize(text)).isEqualTo(octets);
  }

  @ParameterizedTest
  @CsvSource({
    "8Mbit/s, 1000000",
    "1MB/s, 1000000",
    "500KiB/s, 512000",
    "100kbit/s, 12500",
    "9bit/s, 1",
    "1Mbps, 125000"
  })
  void ratesBecomeOctetsASecond(String text, long octets) {
    assertThat(Units.parseRate(text)).isEqualTo(octets);
  }

  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "10s, PT10S",
    "4h, PT4H",
    "5d, PT120H",
    "1.5s, PT1.5S",
    "30, PT30S",
    "2m, PT2M"
  })
  void durationsAreReadAsPeopleWriteThem(String text, Duration duration) {
    assertThat(Units.parseDuration(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-1", "1XB", "1KiX", "99999999999999T", "1 2"})
  void whatIsNoSizeIsRefused(String text) {
    assertThatThrownBy(() -> Units.parseSize(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsPrintedIsForPeople() {
    assertThat(Units.size(1_572_864)).isEqualTo("1.50 MiB");
    assertThat(Units.rate(1_000_000)).isEqualTo("8.0 Mbit/s");
    assertThat(Units.duration(Duration.ofSeconds(302))).isEqualTo("5 min 02 s");
  }
}
