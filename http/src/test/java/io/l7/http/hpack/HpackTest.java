package io.l7.http.hpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HpackTest {
  private static final long SEED = 7541;
  private static final String[] NAMES = {
    ":status", ":path", "content-type", "set-cookie", "etag", "x-a", "x-a", "date", "via", "x-long"
  };

  private record Line(String name, String value) {}

  private static List<Line> list(Random random) {
    var list = new ArrayList<Line>();
    for (int lines = random.nextInt(12); lines > 0; lines--) {
      String name = NAMES[random.nextInt(NAMES.length)];
      var value = new StringBuilder();
      int length = random.nextInt(20) == 0 ? random.nextInt(5000) : random.nextInt(30);
      boolean plain = random.nextBoolean();
      for (int i = 0; i < length; i++) {
        value.append((char) (plain ? 'a' + random.nextInt(3) : random.nextInt(256)));
      }
      list.add(new Line(name, value.toString()));
    }
    return list;
  }

  private static byte[] encoded(HpackEncoder encoder, List<Line> list) {
    encoder.begin();
    list.forEach(line -> encoder.add(line.name, line.value));
    return Arrays.copyOf(encoder.octets(), encoder.length());
  }

  private static List<Line> decoded(HpackDecoder decoder, byte[] block) throws HpackException {
    var list = decoder.decode(block, 0, block.length);
    var lines = new ArrayList<Line>();
    for (int i = 0; i < list.count(); i++) {
      lines.add(new Line(list.name(i), list.value(i)));
    }
    return lines;
  }

  @Test
  void whatIsEncodedIsDecodedWhateverSizesTheTableGoesThrough() throws Exception {
    System.out.println("seed " + SEED);
    var random = new Random(SEED);
    for (int connection = 0; connection < 50; connection++) {
      var encoder = new HpackEncoder(4096);
      var decoder = new HpackDecoder(4096, 1 << 20);
      for (int block = 0; block < 40; block++) {
        for (int changes = random.nextInt(4) - 1; changes > 0; changes--) {
          encoder.allow(random.nextInt(3) == 0 ? 0 : random.nextInt(6000));
        }
        List<Line> list = list(random);
        assertThat(decoded(decoder, encoded(encoder, list))).isEqualTo(list);
        assertThat(decoder.tableSize()).isEqualTo(encoder.tableSize()).isLessThanOrEqualTo(4096);
      }
    }
  }

  @Test
  void aBlockThatIsCutAnywhereIsItsFirstFieldsOrRefused() throws Exception {
    var random = new Random(SEED + 1);
    for (int round = 0; round < 200; round++) {
      List<Line> list = list(random);
      byte[] block = encoded(new HpackEncoder(4096), list);
      for (int length = 0; length < Math.min(block.length, 300); length++) {
        try {
          List<Line> begun = decoded(new HpackDecoder(4096, 1 << 20), Arrays.copyOf(block, length));
          assertThat(list.subList(0, begun.size())).isEqualTo(begun);
        } catch (HpackException e) {
          assertThat(e).hasMessageContaining("the block ends");
        }
      }
    }
  }

  @Test
  void anyOctetsAreFieldsOrRefused() {
    var random = new Random(SEED + 2);
    for (int round = 0; round < 20_000; round++) {
      byte[] block = new byte[random.nextInt(40)];
      random.nextBytes(block);
      try {
        var list = new HpackDecoder(4096, 4096).decode(block, 0, block.length);
        assertThat(list.size()).isGreaterThanOrEqualTo(32L * list.count());
      } catch (HpackException e) {
        assertThat(e).hasMessageNotContaining("null");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80", // index 0
        "be", // of an empty dynamic table
        "7f00 0141", // a name of an index that is nowhere
        "ff80808080808001", // a number without end
        "ffffffffffff0f", // one over 32 bits
        "0085", // a string that is not there
        "007fffffff7f", // one of gigabytes
        "3fe21f", // a table over its limit
        "8220", // an update behind a field
        "0081ff0141", // padding of eight bits
        "00810041", // padding of zeros
        "0084ffffffff00", // EOS
      })
  @Spec("RFC 7541 §5")
  void whatNoEncoderMayWriteIsRefused(String hex) {
    byte[] block = HexFormat.of().parseHex(hex.replace(" ", ""));
    assertThatThrownBy(() -> new HpackDecoder(4096, 4096).decode(block, 0, block.length))
        .isInstanceOf(HpackException.class);
  }

  @Test
  @Spec("RFC 7541 §4.2")
  void aTableMayShrinkAndGrowAtTheBeginningOfABlock() throws Exception {
    byte[] block = HexFormat.of().parseHex("203fe11f82");
    assertThat(decoded(new HpackDecoder(4096, 4096), block))
        .containsExactly(new Line(":method", "GET"));
  }

  @Test
  @Spec("RFC 9113 §10.5.1")
  void aBombOfIndicesCostsNoMoreThanTheLimitOfAList() throws Exception {
    var encoder = new HpackEncoder(4096);
    encoder.begin();
    encoder.add("x-bomb", "b".repeat(4000));
    var decoder = new HpackDecoder(4096, 32 << 10);
    decoder.decode(encoder.octets(), 0, encoder.length());
    byte[] block = new byte[60_000];
    Arrays.fill(block, (byte) 0xbe);
    FieldBlock list = decoder.decode(block, 0, block.length);
    assertThat(list.isCut()).isTrue();
    assertThat(list.size()).as("what it would be").isEqualTo(60_000L * (4000 + 6 + 32));
    assertThat(list.octets()).hasSizeLessThan(128 << 10);
    assertThat(decoded(decoder, new byte[] {(byte) 0x82})).as("the table is in step").hasSize(1);
  }

  @Test
  @Spec("RFC 7541 §7.1.3")
  void whatLetsSomebodyInIsNeverIndexed() {
    var encoder = new HpackEncoder(4096);
    for (String name : List.of("set-cookie", "authorization")) {
      encoder.begin();
      encoder.add(name, "secret");
      assertThat(encoder.octets()[0] & 0xf0).isEqualTo(0x10);
    }
    assertThat(encoder.tableSize()).isZero();
  }

  @Test
  void whatDiffersEachTimeLeavesTheTableToTheRest() {
    var encoder = new HpackEncoder(4096);
    encoder.begin();
    encoder.add("server", "l7");
    int size = encoder.tableSize();
    for (int i = 0; i < 1000; i++) {
      encoder.begin();
      encoder.add("etag", "\"" + i + "\"");
      encoder.add("content-length", String.valueOf(i));
    }
    assertThat(encoder.tableSize()).isEqualTo(size).isPositive();
  }
}
