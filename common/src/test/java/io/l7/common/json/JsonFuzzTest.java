package io.l7.common.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Any text is a value that is written and read back the same, or it is refused. */
class JsonFuzzTest {
  @FuzzTest(maxDuration = "5s")
  void textIsAValueOrRefused(byte[] input) {
    Json value;
    try {
      value = Json.parse(new String(input, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return;
    }
    assertThat(Json.parse(value.toString())).hasToString(value.toString());
    assertThat(Json.parse(value.pretty())).hasToString(value.toString());
  }
}
