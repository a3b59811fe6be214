package io.l7.http.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples of RFC 7541 Appendix C, octet for octet. */
class HpackExamplesTest {
  private static byte[] octets(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  static List<String> lines(FieldBlock block) {
    var lines = new ArrayList<String>();
    for (int line = 0; line < block.count(); line++) {
      lines.add(block.name(line) + ": " + block.value(line));
    }
    return lines;
  }

  private static List<String> decoded(HpackDecoder decoder, String hex) throws HpackException {
    byte[] octets = octets(hex);
    return lines(decoder.decode(octets, 0, octets.length));
  }

  @Test
  @Spec("RFC 7541 §C.2")
  void literalsAndIndices() throws Exception {
    var decoder = new HpackDecoder(4096, 4096);
    assertThat(decoded(decoder, "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572"))
        .containsExactly("custom-key: custom-header");
    assertThat(decoder.tableSize()).isEqualTo(55);
    assertThat(decoded(decoder, "040c 2f73 616d 706c 652f 7061 7468"))
        .containsExactly(":path: /sample/path");
    assertThat(decoded(decoder, "1008 7061 7373 776f 7264 0673 6563 7265 74"))
        .containsExactly("password: secret");
    assertThat(decoded(decoder, "82")).containsExactly(":method: GET");
    assertThat(decoder.tableSize()).as("nothing but the first was indexed").isEqualTo(55);
  }

  private static final List<List<String>> REQUESTS =
      List.of(
          List.of(":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"),
          List.of(
              ":method: GET",
              ":scheme: http",
              ":path: /",
              ":authority: www.example.com",
              "cache-control: no-cache"),
          List.of(
              ":method: GET",
              ":scheme: https",
              ":path: /index.html",
              ":authority: www.example.com",
              "custom-key: custom-value"));

  private static final List<String> REQUESTS_IN_HUFFMAN_CODE =
      List.of(
          "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
          "8286 84be 5886 a8eb 1064 9cbf",
          "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf");

  @Test
  @Spec("RFC 7541 §C.3")
  void requestsWithoutHuffmanCode() throws Exception {
    inOrder(
        4096,
        REQUESTS,
        List.of(
            "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
            "8286 84be 5808 6e6f 2d63 6163 6865",
            "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65"),
        List.of(57, 110, 164));
  }

  @Test
  @Spec("RFC 7541 §C.4")
  void requestsWithHuffmanCode() throws Exception {
    inOrder(4096, REQUESTS, REQUESTS_IN_HUFFMAN_CODE, List.of(57, 110, 164));
  }

  private static final List<List<String>> RESPONSES =
      List.of(
          List.of(
              ":status: 302",
              "cache-control: private",
              "date: Mon, 21 Oct 2013 20:13:21 GMT",
              "location: https://www.example.com"),
          List.of(
              ":status: 307",
              "cache-control: private",
              "date: Mon, 21 Oct 2013 20:13:21 GMT",
              "location: https://www.example.com"),
          List.of(
              ":status: 200",
              "cache-control: private",
              "date: Mon, 21 Oct 2013 20:13:22 GMT",
              "location: https://www.example.com",
              "content-encoding: gzip",
              "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"));

  @Test
  @Spec("RFC 7541 §C.5")
  void responsesWithoutHuffmanCodeInASmallTable() throws Exception {
    inOrder(
        256,
        RESPONSES,
        List.of(
            "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133"
                + "2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861"
                + "6d70 6c65 2e63 6f6d",
            "4803 3330 37c1 c0bf",
            "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d"
                + "54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f"
                + "5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572"
                + "7369 6f6e 3d31"),
        List.of(222, 222, 215));
  }

  @Test
  @Spec("RFC 7541 §C.6")
  void responsesWithHuffmanCodeInASmallTable() throws Exception {
    inOrder(
        256,
        RESPONSES,
        List.of(
            "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6"
                + "2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
            "4883 640e ffc1 c0bf",
            "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab"
                + "77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5"
                + "291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07"),
        List.of(222, 222, 215));
  }

  private static void inOrder(
      int table, List<List<String>> lists, List<String> blocks, List<Integer> sizes)
      throws HpackException {
    var decoder = new HpackDecoder(table, 4096);
    for (int i = 0; i < lists.size(); i++) {
      assertThat(decoded(decoder, blocks.get(i))).isEqualTo(lists.get(i));
      assertThat(decoder.tableSize()).isEqualTo(sizes.get(i));
    }
  }

  @Test
  @Spec("RFC 7541 §C.4")
  void ourEncoderWritesTheSameBlocks() {
    var encoder = new HpackEncoder(4096);
    for (int i = 0; i < REQUESTS.size(); i++) {
      encoder.begin();
      for (String line : REQUESTS.get(i)) {
        int colon = line.indexOf(": ");
        encoder.add(line.substring(0, colon), line.substring(colon + 2));
      }
      assertThat(HexFormat.of().formatHex(encoder.octets(), 0, encoder.length()))
          .isEqualTo(REQUESTS_IN_HUFFMAN_CODE.get(i).replace(" ", ""));
    }
  }
}
