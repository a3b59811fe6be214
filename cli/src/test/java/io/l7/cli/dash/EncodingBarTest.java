package io.l7.cli.dash;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EncodingBarTest {
  @Test
  void itTellsHowFarHowFastAndHowLongStill() {
    assertThat(EncodingBar.line(Duration.ofSeconds(30), 2.5, 120_000).stripTrailing())
        .isEqualTo("encoding [======                  ] 30.0 s 2.5x 36.0 s left");
  }

  @Test
  void whatIsNotKnownIsNotTold() {
    assertThat(EncodingBar.line(Duration.ofSeconds(30), 0, 120_000)).doesNotContain("left");
    assertThat(EncodingBar.line(Duration.ofSeconds(30), 2, 0))
        .contains("[" + " ".repeat(24) + "]")
        .doesNotContain("left");
  }

  @Test
  void theEndFillsTheBarAndEveryLineWritesOverTheOneBefore() {
    String end = EncodingBar.line(Duration.ofSeconds(121), 2, 120_000);
    assertThat(end).contains("[" + "=".repeat(24) + "]").doesNotContain("left");
    assertThat(end).hasSameSizeAs(EncodingBar.line(Duration.ofSeconds(1), 0.1, 3_600_000));
  }
}
