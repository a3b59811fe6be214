package io.l7.http.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntityTagTest {
  /** The table of the standard. */
  @ParameterizedTest
  @CsvSource({
    "W/\"1\", W/\"1\", false, true",
    "W/\"1\", W/\"2\", false, false",
    "W/\"1\", \"1\", false, true",
    "\"1\", \"1\", true, true"
  })
  @Spec("RFC 9110 §8.8.3.2")
  void tagsAreComparedStronglyOrWeakly(String one, String two, boolean strongly, boolean weakly) {
    EntityTag first = EntityTag.parse(one).orElseThrow();
    EntityTag second = EntityTag.parse(two).orElseThrow();
    assertThat(first.matchesStrongly(second)).isEqualTo(strongly);
    assertThat(second.matchesStrongly(first)).isEqualTo(strongly);
    assertThat(first.matchesWeakly(second)).isEqualTo(weakly);
    assertThat(second.matchesWeakly(first)).isEqualTo(weakly);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "\"1", "w/\"1\"", "W/1", "\"a\"b\"", "'1'", "W/ \"1\""})
  @Spec("RFC 9110 §8.8.3")
  void whatIsNoTagIsNone(String text) {
    assertThat(EntityTag.parse(text)).isEmpty();
  }

  @Test
  void aListMayHoldCommasInTags() {
    assertThat(EntityTag.parseList("\"a,b\", W/\"c\" ,, \"\""))
        .containsExactly(EntityTag.strong("a,b"), EntityTag.weak("c"), EntityTag.strong(""));
  }

  @Test
  void aTagIsWrittenAsItWasRead() {
    assertThat(EntityTag.parse("W/\"x\"").orElseThrow()).hasToString("W/\"x\"");
    assertThat(EntityTag.strong("x")).hasToString("\"x\"");
  }
}
