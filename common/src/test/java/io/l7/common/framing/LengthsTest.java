package io.l7.common.framing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.framing.WireException.Malformed;
import io.l7.common.framing.WireException.TooLong;
import io.l7.common.framing.WireException.Truncated;
import io.l7.common.spec.Spec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LengthsTest {
  private static WireReader reader(String text) {
    return new WireReader(new ByteArrayInputStream(Splits.octets(text)));
  }

  @Test
  @Spec("RFC 1035 §4.2.2")
  void framesOfTwoOctetLengthComeWholeHoweverTheyArrive() throws IOException {
    for (var reader : Splits.of(Splits.octets("\0\3abc\0\0\0\1z"))) {
      assertThat(reader.frame16())
          .hasValueSatisfying(f -> assertThat(f).asString().isEqualTo("abc"));
      assertThat(reader.frame16()).hasValueSatisfying(f -> assertThat(f).isEmpty());
      assertThat(reader.frame16()).hasValueSatisfying(f -> assertThat(f).asString().isEqualTo("z"));
      assertThat(reader.frame16()).isEmpty();
    }
  }

  @Test
  @Spec("BEP 3")
  void framesOfFourOctetLengthComeWholeHoweverTheyArrive() throws IOException {
    for (var reader : Splits.of(Splits.octets("\0\0\0\3abc\0\0\0\0\0\0\0\1z"))) {
      assertThat(reader.frame32(3))
          .hasValueSatisfying(f -> assertThat(f).asString().isEqualTo("abc"));
      assertThat(reader.frame32(3)).hasValueSatisfying(f -> assertThat(f).isEmpty());
      assertThat(reader.frame32(3))
          .hasValueSatisfying(f -> assertThat(f).asString().isEqualTo("z"));
      assertThat(reader.frame32(3)).isEmpty();
    }
  }

  @Test
  @Spec("BEP 3")
  void aFrameOverTheLimitIsRefusedBeforeItIsAllocated() {
    assertThatThrownBy(() -> reader("\377\377\377\377").frame32(1000)).isInstanceOf(TooLong.class);
    assertThatThrownBy(() -> reader("\0\0\0\5ab").frame32(1000)).isInstanceOf(Truncated.class);
    assertThatThrownBy(() -> reader("\0\0").frame32(1000)).isInstanceOf(Truncated.class);
  }

  @Test
  void framesWrittenAreTheFramesRead() throws IOException {
    var wire = new ByteArrayOutputStream();
    var writer = new WireWriter(wire);
    writer.frame16(Splits.octets("dns"), 0, 3);
    writer.frame32(Splits.octets("peer"), 0, 4);
    writer.flush();
    var reader = new WireReader(new ByteArrayInputStream(wire.toByteArray()));
    assertThat(reader.frame16()).hasValueSatisfying(f -> assertThat(f).asString().isEqualTo("dns"));
    assertThat(reader.frame32(10))
        .hasValueSatisfying(f -> assertThat(f).asString().isEqualTo("peer"));
  }

  @Test
  void countedOctetsEndWhereTheyWereSaidTo() throws IOException {
    for (var reader : Splits.of(Splits.octets("bodyNEXT"))) {
      assertThat(new String(reader.exactly(4).readAllBytes(), StandardCharsets.ISO_8859_1))
          .isEqualTo("body");
      assertThat(reader.peek()).isEqualTo('N');
    }
    assertThatThrownBy(() -> reader("bo").exactly(4).readAllBytes()).isInstanceOf(Truncated.class);
  }

  @Test
  @Spec({"RFC 9112 §7.1", "RFC 9112 §7.1.1", "RFC 9112 §7.1.2"})
  void chunksTheirExtensionsAndTrailersAreRead() throws IOException {
    for (var reader :
        Splits.of(
            Splits.octets(
                "4;a=b;c=\"d;\\\"e\"\r\nWiki\r\n00A\r\n0123456789\r\n0\r\nX: y\r\n\r\nNEXT"))) {
      var body = reader.chunked(ChunkLimits.defaults());
      assertThat(new String(body.readAllBytes(), StandardCharsets.ISO_8859_1))
          .isEqualTo("Wiki0123456789");
      assertThat(body.trailers()).extracting(Line::latin1).containsExactly("X: y");
      assertThat(reader.peek()).isEqualTo('N');
    }
  }

  @ParameterizedTest
  @Spec("RFC 9112 §7.1")
  @ValueSource(
      strings = {
        "5 \r\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n", "-1\r\n", "0_5\r\nhello\r\n",
            "5;\r\nhello\r\n0\r\n\r\n",
        "11111111111111111\r\n", "5\nhello\r\n0\r\n\r\n", "5;a\nb\r\nhello\r\n",
            "5\r\nhelloXX0\r\n\r\n", "\r\n",
        "5;a=\"\n\"\r\nhello\r\n", "5\rhello\r\n0\r\n\r\n", "ffffffffffffffff\r\n",
            "5;=b\r\nhello\r\n"
      })
  void aChunkThatCouldBeReadInTwoWaysIsMalformed(String body) {
    for (var reader : Splits.of(Splits.octets(body))) {
      assertThatThrownBy(() -> reader.chunked(ChunkLimits.defaults()).readAllBytes())
          .isInstanceOf(Malformed.class);
    }
  }

  @Test
  void endlessExtensionsAndTrailersAreCut() {
    var extension = "1;" + "a".repeat(17 * 1024);
    assertThatThrownBy(() -> reader(extension).chunked(ChunkLimits.defaults()).readAllBytes())
        .isInstanceOf(TooLong.class);
    var trailers = "0\r\n" + "a: b\r\n".repeat(51) + "\r\n";
    assertThatThrownBy(() -> reader(trailers).chunked(ChunkLimits.defaults()).readAllBytes())
        .isInstanceOf(TooLong.class);
  }
}
