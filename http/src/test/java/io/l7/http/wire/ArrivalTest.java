package io.l7.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a line is the same however its octets arrive. */
class ArrivalTest {
  @ParameterizedTest
  @ValueSource(strings = {" y\ry\r\n", " y\u0000\r\n", "\ty\n", " ", " y\r\n"})
  @Spec("RFC 9112 §5.2")
  void aFoldedLineIsOneWhateverElseIsWrongWithIt(String line) {
    byte[] octets = ("A: b\r\n" + line).getBytes(StandardCharsets.ISO_8859_1);
    for (int step = 1; step <= octets.length; step++) {
      var section = new FieldSection(1000, 10, Set.of());
      Progress progress = Progress.INCOMPLETE;
      for (int limit = step; progress == Progress.INCOMPLETE; limit += step) {
        progress = section.parse(octets, 0, Math.min(limit, octets.length));
      }
      assertThat(progress).as("in steps of %d", step).isEqualTo(Progress.REFUSED);
      assertThat(section.violation()).as("in steps of %d", step).isEqualTo(Violation.FOLDED_LINE);
    }
  }
}
