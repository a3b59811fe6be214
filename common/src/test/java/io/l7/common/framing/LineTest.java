package io.l7.common.framing;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.framing.WireException.Malformed;
import io.l7.common.framing.WireException.TooLong;
import io.l7.common.framing.WireException.Truncated;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineTest {
  /** What reading lines of at most {@code max} octets to the end says, one word a line. */
  private static List<String> said(WireReader in, int max, LineEnds ends) throws IOException {
    var said = new ArrayList<String>();
    while (true) {
      try {
        var line = in.line(max, ends);
        if (line.isEmpty()) return said;
        said.add(line.get().latin1());
      } catch (Malformed e) {
        said.add("!malformed");
      } catch (TooLong e) {
        assertThat(e.inStep()).isTrue();
        said.add("!long");
      } catch (Truncated e) {
        said.add("!truncated");
        return said;
      }
    }
  }

  private static String escaped(String text) {
    return text.replace("\\r", "\r").replace("\\n", "\n");
  }

  @ParameterizedTest
  @Spec({"RFC 5321 §2.3.8", "RFC 9112 §2.2"})
  @CsvSource({
    "a\\r\\nb\\r\\n, a b",
    "\\r\\n, ''",
    "a\\nb\\r\\nc\\r\\n, !malformed c",
    "a\\rb\\r\\nc\\r\\n, !malformed c",
    "a\\r\\r\\nc\\r\\n, !malformed c",
    "\\n\\r\\nc\\r\\n, !malformed c",
    "12345678\\r\\nc\\r\\n, 12345678 c",
    "123456789\\r\\nc\\r\\n, !long c",
    "12345678901234567890123\\r\\nc\\r\\n, !long c",
    "1234567890\\n12345678901\\r\\nc\\r\\n, !long c",
    "a\\r\\nb, a !truncated",
    "a\\r, !truncated",
  })
  void aStrictLineEndsAtCrLfAloneAndStaysInStep(String input, String expected) throws IOException {
    for (var reader : Splits.of(Splits.octets(escaped(input)))) {
      assertThat(String.join(" ", said(reader, 10, LineEnds.STRICT))).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"a\\nb\\r\\n, a b, 1", "\\n\\n, ' ', 2", "a\\rb\\n, a\\rb, 1", "a\\r\\n, a, 0"})
  void aLenientLineMayEndAtABareLineFeedWhichIsCounted(String input, String expected, int bare)
      throws IOException {
    for (var reader : Splits.of(Splits.octets(escaped(input)))) {
      assertThat(String.join(" ", said(reader, 10, LineEnds.LENIENT))).isEqualTo(escaped(expected));
      assertThat(reader.bareLineEnds()).isEqualTo(bare);
    }
  }

  @Test
  void anyInputReadsTheSameHoweverItArrives() throws IOException {
    var random = Seeded.random("lines");
    var alphabet = "ab\r\n.";
    for (int round = 0; round < 2_000; round++) {
      var input = new byte[random.nextInt(1, 24)];
      for (int i = 0; i < input.length; i++)
        input[i] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
      for (var ends : LineEnds.values()) {
        List<String> whole = null;
        for (var reader : Splits.of(input)) {
          var said = said(reader, 6, ends);
          if (whole == null) whole = said;
          assertThat(said)
              .as("%s of %s", ends, new String(input, java.nio.charset.StandardCharsets.ISO_8859_1))
              .isEqualTo(whole);
        }
      }
    }
  }

  @Test
  void aVeryLongLineCostsNoMemory() throws IOException {
    var endless = new byte[3_000_000];
    java.util.Arrays.fill(endless, (byte) 'x');
    endless[endless.length - 2] = '\r';
    endless[endless.length - 1] = '\n';
    var reader = new WireReader(new java.io.ByteArrayInputStream(endless));
    assertThat(said(reader, 512, LineEnds.STRICT)).containsExactly("!long");
    assertThat(reader.buffer().length).isLessThanOrEqualTo(WireReader.BULK_CAPACITY);
  }
}
