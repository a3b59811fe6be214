package io.l7.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Set;

/**
 * Any bytes are a message or a violation: no other exception, no hang, and the same whether they
 * come at once or one by one.
 */
class WireFuzzTest {
  private record Outcome(Progress progress, String what) {}

  private static Outcome outcome(RequestParser parser, Progress progress, byte[] buffer) {
    return switch (progress) {
      case INCOMPLETE -> new Outcome(progress, "");
      case REFUSED -> new Outcome(progress, parser.violation().label());
      case COMPLETE -> {
        try {
          yield new Outcome(progress, parser.length() + " " + parser.head(buffer, 0));
        } catch (ViolationException e) {
          yield new Outcome(progress, e.violation().label());
        }
      }
    };
  }

  @FuzzTest(maxDuration = "5s")
  void headsAreHeadsOrViolations(byte[] input) {
    var whole = new RequestParser(HttpLimits.DEFAULTS, Set.of());
    Outcome atOnce = outcome(whole, whole.parse(input, 0, input.length), input);
    var dripped = new RequestParser(HttpLimits.DEFAULTS, Set.of());
    Progress progress = Progress.INCOMPLETE;
    for (int limit = 1; limit <= input.length && progress == Progress.INCOMPLETE; limit++) {
      progress = dripped.parse(input, 0, limit);
    }
    Outcome bitByBit = outcome(dripped, progress, input);
    assertThat(bitByBit.progress()).isEqualTo(atOnce.progress());
  }

  @FuzzTest(maxDuration = "5s")
  void chunksAreChunksOrViolations(byte[] input) {
    String atOnce = decode(input, input.length);
    assertThat(decode(input, 1)).isEqualTo(atOnce);
  }

  private static String decode(byte[] input, int step) {
    var decoder = new ChunkedDecoder(HttpLimits.DEFAULTS);
    int position = 0;
    try {
      for (int limit = Math.min(step, input.length);
          limit <= input.length && !decoder.isDone();
          limit += step) {
        while (position < limit && !decoder.isDone()) {
          position = decoder.advance(input, position, limit);
          if (decoder.isInData()) {
            int taken = (int) Math.min(decoder.remaining(), limit - position);
            position += taken;
            decoder.consumed(taken);
          }
        }
        if (step == 0 || limit == input.length) {
          break;
        }
      }
    } catch (ViolationException e) {
      return e.violation().label();
    }
    return decoder.isDone() ? "done at " + position : "more";
  }
}
