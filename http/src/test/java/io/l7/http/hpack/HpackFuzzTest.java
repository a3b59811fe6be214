package io.l7.http.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.List;

/** Any octets are a list of fields or a fault; a list is the same when it was encoded again. */
class HpackFuzzTest {
  private static final int TABLE = 4096;
  private static final int LIST = 16 << 10;

  private final HpackEncoder encoder = new HpackEncoder(TABLE);
  private final HpackDecoder again = new HpackDecoder(TABLE, LIST);

  private static List<String> lines(FieldBlock block) {
    var all = new ArrayList<String>();
    for (int line = 0; line < block.count(); line++) {
      all.add(block.name(line) + "\n" + block.value(line));
    }
    return all;
  }

  /** Blocks, each behind an octet that tells its length. */
  @FuzzTest(maxDuration = "5s")
  void blocksAreListsOrFaults(byte[] input) throws HpackException {
    var decoder = new HpackDecoder(TABLE, LIST);
    int at = 0;
    while (at < input.length) {
      int length = Math.min(input[at] & 0xff, input.length - at - 1);
      FieldBlock block;
      try {
        block = decoder.decode(input, at + 1, length);
      } catch (HpackException _) {
        return; // the connection would be over
      }
      assertThat(decoder.tableSize()).isBetween(0, TABLE);
      assertThat(block.isCut()).isEqualTo(block.size() > LIST);
      encodeAgain(block);
      at += 1 + length;
    }
  }

  private void encodeAgain(FieldBlock block) throws HpackException {
    encoder.begin();
    for (int line = 0; line < block.count(); line++) {
      encoder.add(block.name(line), block.value(line));
    }
    FieldBlock copy = again.decode(encoder.octets(), 0, encoder.length());
    assertThat(lines(copy)).isEqualTo(lines(block));
    assertThat(encoder.tableSize()).isEqualTo(again.tableSize());
  }

  @FuzzTest(maxDuration = "5s")
  void aHuffmanCodeIsTextOrAFault(byte[] input) {
    byte[] text = new byte[Huffman.MOST_GROWTH * input.length];
    int length;
    try {
      length = Huffman.decode(input, 0, input.length, text);
    } catch (HpackException _) {
      return;
    }
    var decoded = new String(text, 0, length, java.nio.charset.StandardCharsets.ISO_8859_1);
    assertThat(Huffman.length(decoded)).isEqualTo(input.length);
    byte[] coded = new byte[input.length];
    assertThat(Huffman.encode(decoded, coded, 0)).isEqualTo(input.length);
    assertThat(coded).isEqualTo(input);
  }
}
