package io.l7.bittorrent.bencode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.l7.bittorrent.bencode.BencodeReader.Mode;
import io.l7.common.json.Json;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Conformance;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class BencodeTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  @Spec("BEP 3")
  void theSharedCasesAreReadAsTheySay() throws Exception {
    var file = Conformance.required("bittorrent").resolve("bencode.json");
    for (var example : Json.parse(Files.readString(file)).at("cases").elements()) {
      var id = example.at("id").text();
      var in = HexFormat.of().parseHex(example.at("hex").text());
      switch (example.at("expect").text()) {
        case "accept" -> {
          for (var mode : Mode.values()) {
            var value = BencodeReader.decode(in, mode);
            assertThat(value).as(id).isEqualTo(value(example.at("value")));
            assertThat(value(example.at("value")).encoded()).as(id).isEqualTo(in);
          }
        }
        case "strict-reject" -> {
          assertThatThrownBy(() -> BencodeReader.decode(in, Mode.STRICT))
              .as(id)
              .isInstanceOf(BencodeException.class);
          var lenient = BencodeReader.decode(in, Mode.LENIENT);
          if (!example.at("lenient_value").isNull()) {
            assertThat(lenient).as(id).isEqualTo(value(example.at("lenient_value")));
          }
        }
        default -> {
          for (var mode : Mode.values()) {
            assertThatThrownBy(() -> BencodeReader.decode(in, mode))
                .as(id)
                .isInstanceOfSatisfying(
                    BencodeException.class,
                    e -> assertThat(e.offset()).as(id).isBetween(0, in.length));
          }
        }
      }
    }
  }

  @Test
  void theSharedGeneratedCasesKeepToTheLimits() throws Exception {
    var file = Conformance.required("bittorrent").resolve("bencode.json");
    for (var example : Json.parse(Files.readString(file)).at("generated").elements()) {
      var in = build(example.at("build"));
      var items = example.at("options").at("max_items");
      var limits =
          items.isNull()
              ? BencodeLimits.DEFAULT
              : new BencodeLimits(BencodeLimits.DEFAULT.depth(), (int) items.longValue());
      if (example.at("expect").text().equals("accept")) {
        assertThat(BencodeReader.decode(in, Mode.STRICT, limits).encoded())
            .as(example.at("id").text())
            .isEqualTo(in);
      } else {
        assertThatThrownBy(() -> BencodeReader.decode(in, Mode.LENIENT, limits))
            .as(example.at("id").text())
            .isInstanceOf(BencodeException.class);
      }
    }
  }

  private static byte[] build(Json build) {
    var out = new ByteArrayOutputStream();
    for (var part : build.at("repeat").elements()) {
      var unit = HexFormat.of().parseHex(part.elements().get(0).text());
      for (long i = 0; i < part.elements().get(1).longValue(); i++) {
        out.writeBytes(unit);
      }
    }
    var ints = build.at("list_of_ints").elements();
    if (!ints.isEmpty()) {
      out.write('l');
      for (long i = ints.get(0).longValue(); i <= ints.get(1).longValue(); i++) {
        out.writeBytes(bytes("i" + i + "e"));
      }
      out.write('e');
    }
    var keys = build.at("dict_of_ints").elements();
    if (!keys.isEmpty()) {
      out.write('d');
      for (long i = keys.get(0).longValue(); i <= keys.get(1).longValue(); i++) {
        out.writeBytes(bytes(String.format("4:%04di%de", i, i)));
      }
      out.write('e');
    }
    return out.toByteArray();
  }

  private static BValue value(Json json) {
    if (!json.at("i").isNull()) {
      return new BInteger(Long.parseLong(json.at("i").text()));
    }
    if (!json.at("s").isNull()) {
      return BString.of(HexFormat.of().parseHex(json.at("s").text()));
    }
    if (!json.at("l").isNull()) {
      return new BList(json.at("l").elements().stream().map(BencodeTest::value).toList());
    }
    var entries = new LinkedHashMap<BString, BValue>();
    for (var pair : json.at("d").elements()) {
      entries.put(
          BString.of(HexFormat.of().parseHex(pair.elements().get(0).text())),
          value(pair.elements().get(1)));
    }
    var raw = BencodeWriter.encodeEntries(entries);
    return new BDictionary(entries, raw, 0, raw.length);
  }

  @Test
  void ofADuplicateKeyTheFirstValueCountsWhenLenient() throws Exception {
    var value = BencodeReader.decode(bytes("d1:ai1e1:ai2ee"), Mode.LENIENT);
    assertThat(((BDictionary) value).integer("a")).contains(1L);
  }

  @Test
  void aDecodedDictionaryKeepsTheBytesItWasReadFrom() throws Exception {
    var root = (BDictionary) BencodeReader.decode(bytes("d4:infod1:bi1e1:ai2eee"), Mode.LENIENT);
    assertThat(root.dictionary("info").orElseThrow().encoded()).isEqualTo(bytes("d1:bi1e1:ai2ee"));
  }

  @Test
  void aPrefixSaysWhereItEnds() throws Exception {
    var prefix = BencodeReader.decodePrefix(bytes("xxi7eyyy"), 2, 8, Mode.STRICT);
    assertThat(prefix.value()).isEqualTo(new BInteger(7));
    assertThat(prefix.end()).isEqualTo(5);
  }

  @Test
  void aBuiltDictionaryIsSortedAsRawBytes() {
    var dictionary = BencodeWriter.dictionary().put("é", 1).put("z", 2).put("a", "x").encode();
    assertThat(dictionary).isEqualTo("d1:a1:x1:zi2e2:éi1ee".getBytes(StandardCharsets.UTF_8));
    assertThat(List.of(BString.of("a"), BString.of("aa"), BString.of("b"))).isSorted();
  }

  @FuzzTest(maxDuration = "5s")
  void whatIsAcceptedStrictlyEncodesToTheSameBytes(byte[] in) throws Exception {
    BValue value;
    try {
      value = BencodeReader.decode(in, Mode.STRICT);
    } catch (BencodeException _) {
      return;
    }
    assertThat(value.encoded()).isEqualTo(in);
    assertThat(BencodeReader.decode(in, Mode.LENIENT)).isEqualTo(value);
  }
}
