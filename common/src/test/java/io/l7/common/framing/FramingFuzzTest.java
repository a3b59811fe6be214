package io.l7.common.framing;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.l7.common.framing.WireException.Malformed;
import io.l7.common.framing.WireException.TooLong;
import io.l7.common.framing.WireException.Truncated;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Any octets are messages or a {@link WireException}: no other exception, no hang, nothing
 * allocated that was only announced, and the same whether they come at once or one by one.
 */
class FramingFuzzTest {
  private static final int MOST = 64;

  /** Reads one message; empty at the end of the stream. */
  @FunctionalInterface
  private interface Reading {
    Optional<String> next(WireReader in) throws IOException;
  }

  private static List<String> outcomes(WireReader in, Reading reading) throws IOException {
    var outcomes = new ArrayList<String>();
    while (true) {
      try {
        var message = reading.next(in);
        if (message.isEmpty()) return outcomes;
        outcomes.add(message.get());
      } catch (TooLong e) {
        outcomes.add("too long");
        if (!e.inStep()) return outcomes;
      } catch (Malformed e) {
        outcomes.add("malformed");
        if (in.atEnd()) return outcomes;
      } catch (Truncated e) {
        outcomes.add("truncated");
        return outcomes;
      }
    }
  }

  private static void assertSameHoweverItArrives(byte[] input, Reading reading) throws IOException {
    assertThat(outcomes(Splits.dripping(input), reading))
        .isEqualTo(outcomes(Splits.whole(input), reading));
  }

  private static String latin1(byte[] octets) {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }

  @FuzzTest(maxDuration = "5s")
  void linesAreLinesOrFaults(byte[] input) throws IOException {
    for (var ends : LineEnds.values())
      assertSameHoweverItArrives(input, in -> in.line(MOST, ends).map(Line::latin1));
  }

  @FuzzTest(maxDuration = "5s")
  void blocksEndAtTheirTrueEndAlone(byte[] input) throws IOException {
    assertSameHoweverItArrives(
        input,
        in -> {
          if (in.peek() < 0) return Optional.empty();
          var content = new ByteArrayOutputStream();
          var block = in.dotBlock(MOST, content);
          if (block.sound())
            assertThat(stuffedAndReadAgain(content.toByteArray()))
                .isEqualTo(ended(content.toString(StandardCharsets.ISO_8859_1)));
          var kept = block.sound() ? latin1(content.toByteArray()) : "";
          return Optional.of(block.faults() + " " + block.octets() + kept);
        });
  }

  /** The stuffer ends a last line that was open. */
  private static String ended(String text) {
    return text.isEmpty() || text.endsWith("\r\n") ? text : text + "\r\n";
  }

  private static String stuffedAndReadAgain(byte[] content) throws IOException {
    var wire = new ByteArrayOutputStream();
    var out = new WireWriter(wire);
    var stuffer = out.dotBlock();
    stuffer.write(content);
    stuffer.finish();
    out.flush();
    var back = new ByteArrayOutputStream();
    var again = new WireReader(new ByteArrayInputStream(wire.toByteArray()));
    assertThat(again.dotBlock(2 * MOST, back).sound()).isTrue();
    return back.toString(StandardCharsets.ISO_8859_1);
  }

  @FuzzTest(maxDuration = "5s")
  void countedOctetsAreCounted(byte[] input) throws IOException {
    assertSameHoweverItArrives(
        input,
        in -> {
          int count = in.read();
          if (count < 0) return Optional.empty();
          return Optional.of(latin1(in.exactly(count).readAllBytes()));
        });
  }

  @FuzzTest(maxDuration = "5s")
  void chunksAreChunksOrFaults(byte[] input) throws IOException {
    var limits = new ChunkLimits(16, 32, 3);
    for (var in : List.of(Splits.whole(input), Splits.dripping(input))) {
      var body = in.chunked(limits);
      int left = input.length;
      try {
        left -= body.readAllBytes().length;
        assertThat(body.ended()).isTrue();
      } catch (WireException e) {
        assertThat(body.ended()).isFalse();
      }
      assertThat(left).isNotNegative();
    }
    assertSameHoweverItArrives(
        input,
        in -> {
          if (in.peek() < 0) return Optional.empty();
          try {
            var body = in.chunked(limits);
            return Optional.of(latin1(body.readAllBytes()) + body.trailers());
          } catch (Malformed e) {
            throw new Truncated(e.toString()); // a chunked body is not in step behind a fault
          }
        });
  }

  @FuzzTest(maxDuration = "5s")
  void framesBehindTwoOctetsOfLengthAreFrames(byte[] input) throws IOException {
    assertSameHoweverItArrives(input, in -> in.frame16().map(FramingFuzzTest::latin1));
  }

  @FuzzTest(maxDuration = "5s")
  void framesBehindFourOctetsOfLengthAreFrames(byte[] input) throws IOException {
    assertSameHoweverItArrives(input, in -> in.frame32(MOST).map(FramingFuzzTest::latin1));
  }
}
