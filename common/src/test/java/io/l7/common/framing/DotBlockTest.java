package io.l7.common.framing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.framing.WireException.Truncated;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DotBlockTest {
  private static String escaped(String text) {
    return text.replace("\\r", "\r").replace("\\n", "\n");
  }

  @ParameterizedTest
  @Spec({"RFC 5321 §4.1.1.4", "RFC 5321 §4.5.2"})
  @CsvSource({
    // what arrives, what it means, what is wrong with it; NEXT must be left for the next command
    "a\\r\\n.\\r\\nNEXT, a\\r\\n, []",
    ".\\r\\nNEXT, '', []",
    "..a\\r\\n...\\r\\n.\\r\\nNEXT, .a\\r\\n..\\r\\n, []",
    ".a\\r\\n.\\r\\nNEXT, a\\r\\n, []",
    // smuggling: none of these ends the block
    "a\\n.\\nb\\r\\n.\\r\\nNEXT, a\\n.\\nb\\r\\n, [BARE_LF]",
    "a\\r\\n.\\nb\\r\\n.\\r\\nNEXT, a\\r\\n\\nb\\r\\n, [BARE_LF]",
    "a\\n.\\r\\nb\\r\\n.\\r\\nNEXT, a\\n.\\r\\nb\\r\\n, [BARE_LF]",
    "a\\r.\\r\\nb\\r\\n.\\r\\nNEXT, a\\r.\\r\\nb\\r\\n, [BARE_CR]",
    "a\\r\\n.\\r\\r\\nb\\r\\n.\\r\\nNEXT, a\\r\\n\\r\\r\\nb\\r\\n, [BARE_CR]",
    "a\\r\\n.\\rb\\r\\n.\\r\\nNEXT, a\\r\\n\\rb\\r\\n, [BARE_CR]",
    "a\\r\\r\\n.\\r\\nNEXT, a\\r\\r\\n, [BARE_CR]",
  })
  void onlyCrLfDotCrLfEndsABlock(String input, String content, String faults) throws IOException {
    for (var reader : Splits.of(Splits.octets(escaped(input)))) {
      var sink = new ByteArrayOutputStream();
      var block = reader.dotBlock(1000, sink);
      assertThat(sink.toString(StandardCharsets.ISO_8859_1)).isEqualTo(escaped(content));
      assertThat(block.faults().toString()).isEqualTo(faults);
      assertThat(block.octets()).isEqualTo(sink.size());
      assertThat(new String(reader.peek(10), StandardCharsets.ISO_8859_1)).isEqualTo("NEXT");
    }
  }

  @Test
  void aBlockOverTheLimitIsReadToItsTrueEnd() throws IOException {
    for (var reader : Splits.of(Splits.octets("0123456789\r\n.\r\nNEXT"))) {
      var sink = new ByteArrayOutputStream();
      var block = reader.dotBlock(5, sink);
      assertThat(block.faults()).containsExactly(DotBlock.Fault.TOO_LONG);
      assertThat(block.octets()).isEqualTo(12);
      assertThat(sink.size()).isLessThanOrEqualTo(5);
      assertThat(new String(reader.peek(10), StandardCharsets.ISO_8859_1)).isEqualTo("NEXT");
    }
  }

  @Test
  void aSinkThatFailsLeavesTheStreamInStep() throws IOException {
    var full =
        new OutputStream() {
          @Override
          public void write(int octet) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    for (var reader : Splits.of(Splits.octets("one\r\ntwo\r\n.\r\nNEXT"))) {
      var block = reader.dotBlock(1000, full);
      assertThat(block.sound()).isFalse();
      assertThat(block.sinkFailure())
          .hasValueSatisfying(e -> assertThat(e).hasMessageContaining("No space"));
      assertThat(new String(reader.peek(10), StandardCharsets.ISO_8859_1)).isEqualTo("NEXT");
    }
  }

  @Test
  void anEndInsideABlockIsTruncation() {
    var reader = new WireReader(new ByteArrayInputStream(Splits.octets("a\r\n.\r")));
    assertThatThrownBy(() -> reader.dotBlock(1000, OutputStream.nullOutputStream()))
        .isInstanceOf(Truncated.class);
  }

  @Test
  void whatIsStuffedComesBackAsItWas() throws IOException {
    var random = Seeded.random("dot stuffing");
    for (int round = 0; round < 2_000; round++) {
      var text = new StringBuilder();
      int lines = random.nextInt(6);
      for (int i = 0; i < lines; i++)
        text.append(".a..".substring(random.nextInt(5))).append("\r\n");
      var wire = new ByteArrayOutputStream();
      var writer = new WireWriter(wire);
      var stuffer = writer.dotBlock();
      stuffer.write(Splits.octets(text.toString()));
      stuffer.finish();
      writer.flush();
      var back = new ByteArrayOutputStream();
      var block = new WireReader(new ByteArrayInputStream(wire.toByteArray())).dotBlock(1000, back);
      assertThat(block.sound()).isTrue();
      assertThat(back.toString(StandardCharsets.ISO_8859_1)).isEqualTo(text.toString());
    }
  }

  @ParameterizedTest
  @Spec("RFC 5321 §2.3.8")
  @CsvSource({
    "a\\nb, a\\r\\nb\\r\\n",
    "a\\rb\\r\\n, a\\r\\nb\\r\\n",
    "a\\r\\r\\n, a\\r\\n\\r\\n",
    ".\\n, ..\\r\\n"
  })
  void noBareLineEndEverReachesTheWire(String text, String expected) throws IOException {
    var wire = new ByteArrayOutputStream();
    var writer = new WireWriter(wire);
    var stuffer = writer.dotBlock();
    stuffer.write(Splits.octets(escaped(text)));
    stuffer.finish();
    writer.flush();
    assertThat(wire.toString(StandardCharsets.ISO_8859_1)).isEqualTo(escaped(expected) + ".\r\n");
  }
}
