package io.l7.bittorrent.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.bittorrent.bencode.BencodeReader;
import io.l7.common.framing.WireReader;
import io.l7.common.framing.WireWriter;
import io.l7.common.json.Json;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Conformance;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The shared frames: each is read, and written again as the same bytes. */
class WireConformanceTest {
  private static final int PIECES = 12;

  /** One byte a read, as the worst network would have it. */
  private static InputStream trickle(byte[] bytes) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] target, int offset, int length) {
        return super.read(target, offset, Math.min(1, length));
      }
    };
  }

  private static List<Message> readAll(InputStream in, ByteArrayOutputStream again)
      throws IOException {
    var reader = new MessageReader(new WireReader(in), WireLimits.DEFAULT, PIECES);
    var out = new WireWriter(again);
    var writer = new MessageWriter(out);
    var messages = new ArrayList<Message>();
    for (var next = reader.read(); next.isPresent(); next = reader.read()) {
      messages.add(next.get());
      if (next.get() instanceof Message.Unknown) {
        continue;
      }
      writer.write(next.get());
      if (next.get() instanceof Message.Piece(var _, var _, int length)) {
        var block = new byte[length];
        reader.block(block, 0, length);
        out.write(block);
      }
    }
    out.flush();
    return messages;
  }

  private static List<Json> cases() throws IOException {
    var file = Conformance.required("bittorrent").resolve("wire.json");
    return Json.parse(Files.readString(file)).at("cases").elements();
  }

  @Test
  @Spec("BEP 3")
  void everyValidFrameIsReadAndWrittenAgainHoweverItArrives() throws Exception {
    var all = new ByteArrayOutputStream();
    for (var example : cases()) {
      var id = example.at("id").text();
      var bytes = HexFormat.of().parseHex(example.at("hex").text());
      boolean other = id.startsWith("udp") || id.startsWith("dht") || id.startsWith("hash-");
      if (!example.at("kind").text().equals("valid") || other) {
        continue;
      }
      if (id.startsWith("handshake")) {
        assertThat(Handshake.decode(bytes).encode()).as(id).isEqualTo(bytes);
        assertThat(Handshake.read(new WireReader(trickle(bytes)))).isPresent();
        continue;
      }
      for (var in : List.of(new ByteArrayInputStream(bytes), trickle(bytes))) {
        var again = new ByteArrayOutputStream();
        assertThat(readAll(in, again)).as(id).hasSize(1);
        assertThat(again.toByteArray()).as(id).isEqualTo(bytes);
      }
      all.writeBytes(bytes);
    }
    var again = new ByteArrayOutputStream();
    assertThat(readAll(new ByteArrayInputStream(all.toByteArray()), again)).hasSize(21);
    assertThat(again.toByteArray()).isEqualTo(all.toByteArray());
  }

  @Test
  @Spec("BEP 52")
  void aHashRequestOfVersionTwoIsPassedOver() throws Exception {
    var hex =
        cases().stream()
            .filter(c -> c.at("id").text().equals("hash-request"))
            .findFirst()
            .orElseThrow()
            .at("hex")
            .text();
    var messages =
        readAll(
            new ByteArrayInputStream(HexFormat.of().parseHex(hex)), new ByteArrayOutputStream());
    assertThat(messages).containsExactly(new Message.Unknown(21, 48));
  }

  @Test
  @Spec("BEP 10")
  void extensionMessagesKeepTheirMeaning() throws Exception {
    for (var example : cases()) {
      var id = example.at("id").text();
      if (!List.of(
              "extended-handshake",
              "ut-metadata-request",
              "ut-metadata-data",
              "ut-metadata-reject",
              "ut-pex")
          .contains(id)) {
        continue;
      }
      var frame = HexFormat.of().parseHex(example.at("hex").text());
      var payload = Arrays.copyOfRange(frame, 6, frame.length);
      var again =
          switch (id) {
            case "extended-handshake" -> ExtensionHandshake.decode(payload).encode();
            case "ut-pex" -> PexMessage.decode(payload).orElseThrow().encode();
            default -> MetadataMessage.decode(payload).encode();
          };
      assertThat(BencodeReader.decodePrefix(again, 0, again.length, BencodeReader.Mode.STRICT))
          .as(id)
          .isEqualTo(
              BencodeReader.decodePrefix(payload, 0, payload.length, BencodeReader.Mode.STRICT));
    }
  }

  @Test
  void aLengthBeyondTheLimitIsRefusedBeforeAnythingIsAllocated() {
    for (var hex : List.of("ffffffff07", "0400000007")) {
      var reader =
          new MessageReader(
              new WireReader(new ByteArrayInputStream(HexFormat.of().parseHex(hex))),
              WireLimits.DEFAULT,
              PIECES);
      assertThatThrownBy(reader::read).isInstanceOf(WireViolation.class);
    }
  }
}
