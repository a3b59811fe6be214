package io.l7.http.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Spec("RFC 9110 §14.1.2")
class ByteRangesTest {
  private static String read(String field, long total) {
    return switch (ByteRanges.read(field, total)) {
      case ByteRanges.Whole _ -> "whole";
      case ByteRanges.Unsatisfiable _ -> "unsatisfiable";
      case ByteRanges.Parts parts ->
          parts.parts().stream()
              .map(p -> p.first() + "+" + p.length())
              .collect(Collectors.joining(" "));
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bytes=0-0|0+1",
        "bytes=5-|5+95",
        "bytes=-10|90+10",
        "bytes=-1000|0+100",
        "bytes=90-1000|90+10",
        "BYTES=0-9|0+10",
        "bytes= 0-9 , 20-29|0+10 20+10",
        "bytes=20-29,0-9|20+10 0+10",
        "bytes=0-9,5-14|0+15",
        "bytes=0-9,10-19|0+20",
        "bytes=0-9,200-|0+10",
        "bytes=99-|99+1",
        "bytes=0-99999999999999999999999|0+100"
      })
  void rangesAreReadAgainstTheLength(String field, String parts) {
    assertThat(read(field, 100)).isEqualTo(parts);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=-5, whole",
    "'bytes=0-,-5', whole",
    "bytes=0-, unsatisfiable",
    "bytes=-0, unsatisfiable"
  })
  @Spec("RFC 9110 §14.1.1")
  void theLastBytesOfNothingAreNothing(String field, String outcome) {
    assertThat(read(field, 0)).isEqualTo(outcome);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=100-", "bytes=-0", "bytes=200-300", "bytes=99999999999999999999-"})
  void aRangeOutsideIsUnsatisfiable(String field) {
    assertThat(read(field, 100)).isEqualTo("unsatisfiable");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=5-1",
        "bytes=a-b",
        "bytes=1",
        "bytes=0-9,x",
        "items=0-1",
        "bytes=+1-2",
        "bytes=--1",
        "bytes=0x1-2",
        "bytes=1-2-3"
      })
  void whatIsMalformedOrUnknownIsIgnored(String field) {
    assertThat(read(field, 100)).isEqualTo("whole");
  }

  @Test
  void moreThanSixteenPartsAreAnsweredWhole() {
    String field =
        "bytes="
            + IntStream.range(0, 17)
                .mapToObj(i -> 5 * i + "-" + (5 * i + 1))
                .collect(Collectors.joining(","));
    assertThat(read(field, 1000)).isEqualTo("whole");
    assertThat(read(field, 80)).startsWith("0+2 5+2");
  }

  @Test
  void aBombOfOverlapsIsOnePart() {
    assertThat(read("bytes=" + "0-,".repeat(500) + "0-", 100)).isEqualTo("0+100");
    assertThat(read("bytes=" + "0-,".repeat(5000) + "0-", 100)).isEqualTo("whole");
  }
}
