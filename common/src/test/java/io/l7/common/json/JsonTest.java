package io.l7.common.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  @Spec("RFC 8259 §7")
  void whatIsWrittenIsReadBackTheSame() {
    var json =
        Json.object()
            .put("text", "a\"b\\c\nd\u0001\u2028é😀")
            .put("whole", 42)
            .put("part", 1.5)
            .put("list", List.of(1, "two", false))
            .put("none", Optional.empty())
            .build();
    assertThat(Json.parse(json.toString())).isEqualTo(json);
    assertThat(Json.parse(json.pretty())).isEqualTo(json);
    assertThat(json.toString())
        .startsWith("{\"text\":\"a\\\"b\\\\c\\nd\\u0001\\u2028é😀\",\"whole\":42,\"part\":1.5");
  }

  @ParameterizedTest
  @CsvSource({
    "1e2, 100",
    "0.001, 0.001",
    "9e55, 9e55",
    "-12.5e60, -125e59",
    "1e-300, 1e-300",
    "123456789012345678901234567890123456e99, 123456789012345678901234567890123456e99"
  })
  void aNumberThatCanBeReadCanBeReadAgain(String typed, String written) {
    var number = Json.parse(typed);
    assertThat(number).hasToString(written);
    assertThat(Json.parse(number.toString())).isEqualTo(Json.parse(written));
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        0,
        -0.0,
        1,
        -3,
        0.1,
        1.5,
        100,
        0.372,
        1e-5,
        4.9e-324,
        9007199254740994.0,
        1e17,
        1e300,
        -2.5e22
      })
  void aDoubleIsWrittenShortlyAndReadBackTheSame(double value) {
    var number = Json.of(value);
    assertThat(number.number()).isEqualTo(value + 0.0);
    assertThat(Json.parse(number.toString())).isEqualTo(number);
    assertThat(number.toString()).doesNotEndWith(".0").doesNotContain("E");
  }

  @Test
  void whatIsNoNumberIsNull() {
    assertThat(Json.of(Double.NaN).isNull()).isTrue();
    assertThat(Json.of(Float.NEGATIVE_INFINITY).isNull()).isTrue();
    assertThat(Json.of(Long.MIN_VALUE).longValue()).isEqualTo(Long.MIN_VALUE);
  }

  @ParameterizedTest
  @Spec("RFC 8259 §2")
  @ValueSource(
      strings = {
        "",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "nul",
        "\"\n\"",
        "\"\\u00\uff14\uff11\"",
        "\"\\x\"",
        "[1] 2",
        "{a:1}",
        "'a'",
        "1e999999999",
        "\"\\ud8\""
      })
  void whatIsNoJsonIsRefused(String text) {
    assertThatThrownBy(() -> Json.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("JSON");
  }

  @Test
  void aPathIsItsText() {
    assertThat(Json.of(java.nio.file.Path.of("a/b")).toString()).isEqualTo("\"a/b\"");
  }

  @Test
  void deepNestingEndsInAnErrorAndNotInTheStack() {
    assertThatThrownBy(() -> Json.parse("[".repeat(100_000))).hasMessageContaining("levels");
  }
}
