package io.l7.common.units;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.l7.common.net.Cidr;
import io.l7.common.net.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** What a user types is understood or refused with a sentence; nothing else happens. */
class UnitsFuzzTest {
  private static void understoodOrRefused(Function<String, Object> parser, String text) {
    try {
      assertThat(parser.apply(text)).isNotNull();
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining(" ");
    }
  }

  @FuzzTest(maxDuration = "5s")
  void whatIsTypedIsUnderstoodOrRefused(byte[] input) {
    var text = new String(input, StandardCharsets.UTF_8);
    understoodOrRefused(Units::parseSize, text);
    understoodOrRefused(Units::parseRate, text);
    understoodOrRefused(Units::parseDuration, text);
    understoodOrRefused(Endpoint::parse, text);
    understoodOrRefused(Cidr::parse, text);
  }
}
