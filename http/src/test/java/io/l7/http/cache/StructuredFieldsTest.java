package io.l7.http.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.http.cache.StructuredFields.Item;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StructuredFieldsTest {
  private static Map<String, Item> read(String... lines) {
    return StructuredFields.dictionary(List.of(lines)).orElseThrow();
  }

  @Test
  @Spec("RFC 9651 §4.2.2")
  void membersHaveTypes() {
    assertThat(read("a=1, b=1.5, c=\"x\\\"y\", d=tok/en, e, f=?0, g=:aGk=:, h=(1 2);p=3, *i=-7"))
        .isEqualTo(
            Map.of(
                "a", new Item.Int(1),
                "b", new Item.Decimal("1.5"),
                "c", new Item.Str("x\"y"),
                "d", new Item.Token("tok/en"),
                "e", new Item.Bool(true),
                "f", new Item.Bool(false),
                "g", new Item.Other(),
                "h", new Item.Other(),
                "*i", new Item.Int(-7)));
  }

  @Test
  @Spec("RFC 9651 §4.2.10")
  void datesAndTextsForReadersAreWellFormedToo() {
    assertThat(read("a=@-5, b=%\"f%c3%bc \\\", c=%\"\""))
        .isEqualTo(Map.of("a", new Item.Other(), "b", new Item.Other(), "c", new Item.Other()));
  }

  @Test
  void theLastOfARepeatedKeyCountsAndLinesAreJoined() {
    assertThat(read("a=1", "b=2, a=3"))
        .isEqualTo(Map.of("a", new Item.Int(3), "b", new Item.Int(2)));
  }

  @Test
  void parametersAreCheckedAndDropped() {
    assertThat(read("a;x;y=\"z\", b=2;q=1.5")).hasSize(2);
    assertThat(StructuredFields.dictionary(List.of("a;X"))).isEmpty();
  }

  @Test
  void emptyIsAnEmptyDictionary() {
    assertThat(read("")).isEmpty();
    assertThat(read("  ")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a,",
        ",a",
        "a,,b",
        "A=1",
        "1=a",
        "a = 1",
        "a=",
        "a=1 b=2",
        "a=\"x",
        "a=\"\u00e4\"",
        "a='x'",
        "a=1234567890123456",
        "a=1.2345",
        "a=1.",
        "a=--1",
        "a=?2",
        "a=(1",
        "a=(1,2)",
        "a=:a b:",
        "a=@1.5",
        "a=%x",
        "a=%\"x",
        "a=%\"%C3%BC\"",
        "a=%\"%f\"",
      })
  @Spec("RFC 9651 §4.2")
  void oneFaultAnywhereAndThereIsNoDictionary(String text) {
    assertThat(StructuredFields.dictionary(List.of(text))).isEmpty();
  }

  @Test
  @Spec("RFC 9110 §5.6.1")
  void membersOfAnOrdinaryListAreSplitOutsideQuotes() {
    assertThat(StructuredFields.members(List.of("a, b=\"c, d\" ,, e", "f")))
        .containsExactly("a", "b=\"c, d\"", "e", "f");
  }
}
