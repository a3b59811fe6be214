package io.l7.http.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.http.message.Fields;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheControlTest {
  private static CacheControl parse(String... lines) {
    return CacheControl.parse(List.of(lines));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max-age=60 | 60",
        "MAX-AGE=60 | 60",
        "max-age=\"60\" | 60",
        "public,max-age=60 | 60",
        ", ,max-age=60, | 60",
        "max-age=60, max-age=90 | 60",
        "max-age=0060 | 60",
        "max-age=99999999999999999999 | 2147483648",
        "max-age=-1 | 0",
        "max-age=1.5 | 0",
        "max-age=60s | 0",
        "max-age= | 0",
        "max-age | 0",
        "x=\"max-age=7\", max-age=60 | 60",
      })
  @Spec("RFC 9111 §1.2.2")
  void secondsAreDigitsAloneAndTheFirstOfARepeatedDirectiveCounts(String field, long seconds) {
    assertThat(parse(field).seconds("max-age")).isEqualTo(OptionalLong.of(seconds));
  }

  @Test
  void whatIsNotThereHasNoSeconds() {
    assertThat(parse("no-cache").seconds("max-age")).isEmpty();
    assertThat(parse("max-age-x=5, xmax-age=5").has("max-age")).isFalse();
    assertThat(parse().isEmpty()).isTrue();
  }

  @Test
  void linesAreOneList() {
    var control = parse("public, max-age=60", "no-transform");
    assertThat(control.has("public")).isTrue();
    assertThat(control.has("no-transform")).isTrue();
  }

  @Test
  @Spec("RFC 9111 §5.2.2.4")
  void aQualifiedDirectiveNamesFieldsAndIsNotTheBareOne() {
    var control = parse("no-cache=\"Set-Cookie, X-A\", private");
    assertThat(control.hasBare("no-cache")).isFalse();
    assertThat(control.fieldNames("no-cache")).containsExactly("Set-Cookie", "X-A");
    assertThat(control.hasBare("private")).isTrue();
    assertThat(control.fieldNames("private")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max-age=10 | 10 | CDN-Cache-Control",
        "max-age=\"10\" | | CDN-Cache-Control",
        "max-age=10, | 60 | ",
        "MAX-AGE=10 | 60 | ",
        "max-age=10; x=1 | 10 | CDN-Cache-Control",
        "'' | 60 | ",
        "max-age=1.5 | | CDN-Cache-Control",
        "no-store=?0, max-age=10 | 10 | CDN-Cache-Control",
      })
  @Spec("RFC 9213 §2.1")
  void aTargetedFieldIsADictionaryOrCountsAsAbsent(String cdn, Long seconds, String target) {
    var control =
        CacheControl.ofResponse(Fields.of("Cache-Control", "max-age=60", "CDN-Cache-Control", cdn));
    assertThat(control.seconds("max-age"))
        .isEqualTo(seconds == null ? OptionalLong.empty() : OptionalLong.of(seconds));
    assertThat(control.target().orElse(null)).isEqualTo(target);
    assertThat(control.has("no-store")).isFalse();
  }
}
