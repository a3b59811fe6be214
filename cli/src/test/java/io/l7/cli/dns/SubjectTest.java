package io.l7.cli.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubjectTest {
  @ParameterizedTest
  @CsvSource({
    "bücher.example, xn--bcher-kva.example.",
    "_dmarc.Bücher.example., _dmarc.xn--bcher-kva.example.",
    "Example.ORG, Example.ORG.",
    "b\\252cher.example, b\\252cher.example."
  })
  @Spec("RFC 5891 §5")
  void aNameInPeoplesLettersIsAskedForAsItStandsInTheDns(String typed, String asked) {
    assertThat(Subject.parse(List.of(typed)).question().name()).hasToString(asked);
  }

  @Test
  void aNameThatHasNoFormInTheDnsIsRefused() {
    assertThatThrownBy(() -> Subject.parse(List.of("a\u200Db.example")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("U+200D");
  }
}
