package io.l7.dns.zone;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SerialTest {
  @ParameterizedTest
  @Spec("RFC 1982 §3.2")
  @CsvSource({
    "1, 0, true",
    "0, 1, false",
    "44, 44, false",
    "100, 44, true",
    "0, 4294967295, true",
    "4294967295, 0, false",
    "2147483647, 0, true",
    "2147483648, 0, false", // undefined: neither is after the other
    "0, 2147483648, false",
    "2147483649, 0, false",
    "0, 2147483649, true",
    "2026010100, 2025123199, true",
  })
  void oneSerialComesAfterAnother(long a, long b, boolean after) {
    assertThat(Serial.isAfter(a, b)).isEqualTo(after);
  }

  @Test
  @Spec("RFC 1982 §3.1")
  void additionGoesAroundAndLeavesOutZero() {
    assertThat(Serial.next(7)).isEqualTo(8);
    assertThat(Serial.next(4_294_967_294L)).isEqualTo(4_294_967_295L);
    assertThat(Serial.next(4_294_967_295L)).isEqualTo(1);
    assertThat(Serial.isAfter(Serial.next(4_294_967_295L), 4_294_967_295L)).isTrue();
  }
}
