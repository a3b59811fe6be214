package io.l7.http.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.json.Json;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Conformance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of fields from real sites, and what eleven other encoders made of them. */
class HpackStoriesTest {
  private static final int LIST_LIMIT = 64 << 10;

  private static Json lists() throws IOException {
    return Json.parse(Files.readString(folder().resolve("headers.json")));
  }

  private static Path folder() {
    return Conformance.required("http").resolve("hpack");
  }

  private static List<String> lines(Json list) {
    var lines = new ArrayList<String>();
    for (Json line : list.elements()) {
      lines.add(line.elements().get(0).text() + ": " + line.elements().get(1).text());
    }
    return lines;
  }

  @Test
  @Spec("RFC 7541 §3.2")
  void blocksOfOtherEncodersAreDecoded() throws Exception {
    Json lists = lists();
    int blocks = 0;
    try (var files = Files.newDirectoryStream(folder(), "*.tsv")) {
      for (Path file : files) {
        String story = "";
        var decoder = new HpackDecoder(4096, LIST_LIMIT);
        for (String row : Files.readAllLines(file)) {
          String[] columns = row.split("\t", -1);
          if (!columns[0].equals(story)) {
            story = columns[0];
            decoder = new HpackDecoder(16_384, LIST_LIMIT);
          }
          byte[] block = HexFormat.of().parseHex(columns[3]);
          assertThat(HpackExamplesTest.lines(decoder.decode(block, 0, block.length)))
              .as(file.getFileName() + " " + row)
              .isEqualTo(lines(lists.at(story).elements().get(Integer.parseInt(columns[1]))));
          blocks++;
        }
      }
    }
    assertThat(blocks).isEqualTo(13_696);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4096, 16_384})
  void ourOwnBlocksAreDecodedWhateverTheTable(int table) throws Exception {
    Json lists = lists();
    for (int number = 0; number < 32; number++) {
      var encoder = new HpackEncoder(table);
      var decoder = new HpackDecoder(Math.max(4096, table), LIST_LIMIT);
      encoder.allow(table);
      for (Json list : lists.at(String.format("%02d", number)).elements()) {
        encoder.begin();
        for (Json line : list.elements()) {
          encoder.add(line.elements().get(0).text(), line.elements().get(1).text());
        }
        assertThat(HpackExamplesTest.lines(decoder.decode(encoder.octets(), 0, encoder.length())))
            .isEqualTo(lines(list));
      }
      assertThat(encoder.tableSize()).isLessThanOrEqualTo(table);
    }
  }
}
