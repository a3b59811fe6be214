package io.l7.bittorrent.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.l7.common.framing.WireException;
import io.l7.common.framing.WireReader;
import io.l7.common.framing.WireWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Any bytes are messages or a violation: no other exception, the same whether they come at once or
 * one by one, and what was read is written again as the same bytes.
 */
class WireFuzzTest {
  private static final int PIECES = 12;
  private static final byte[] PROTOCOL =
      "\u0013BitTorrent protocol".getBytes(StandardCharsets.US_ASCII);

  /** What was read, as it would be written, and how it ended. */
  private record Outcome(byte[] again, boolean known, String end) {}

  private static InputStream trickle(byte[] bytes) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] target, int offset, int length) {
        return super.read(target, offset, Math.min(1, length));
      }
    };
  }

  private static Outcome read(InputStream in) throws IOException {
    var reader = new MessageReader(new WireReader(in), WireLimits.DEFAULT, PIECES);
    var again = new ByteArrayOutputStream();
    var out = new WireWriter(again);
    var writer = new MessageWriter(out);
    boolean known = true;
    var end = "clean";
    try {
      for (var next = reader.read(); next.isPresent(); next = reader.read()) {
        switch (next.get()) {
          case Message.Unknown _ -> known = false;
          case Message.Piece piece -> {
            var block = new byte[piece.length()];
            reader.block(block, 0, block.length);
            writer.write(piece);
            out.write(block);
          }
          case Message message -> writer.write(message);
        }
      }
    } catch (WireViolation | WireException e) {
      end = "broken";
    }
    out.flush();
    return new Outcome(again.toByteArray(), known, end);
  }

  @FuzzTest(maxDuration = "5s")
  void framesAreMessagesOrViolations(byte[] in) throws Exception {
    var whole = read(new ByteArrayInputStream(in));
    var split = read(trickle(in));
    assertThat(split.again()).isEqualTo(whole.again());
    assertThat(split.end()).isEqualTo(whole.end());
    if (whole.known()) {
      assertThat(whole.again()).isEqualTo(Arrays.copyOf(in, whole.again().length));
      assertThat(whole.end().equals("clean")).isEqualTo(whole.again().length == in.length);
    }
  }

  @Test
  void aConnectionThatEndsInsideAMessageIsNoMessage() throws Exception {
    var frames =
        Stream.of(
            new Message.Have(7),
            new Message.Request(1, 2, 3),
            new Message.Piece(1, 2, 3),
            new Message.Port(9),
            new Message.Extended(1, new byte[] {'d', 'e'}));
    for (var frame : frames.toList()) {
      var bytes = new ByteArrayOutputStream();
      var out = new WireWriter(bytes);
      new MessageWriter(out).write(frame);
      out.flush();
      for (int length = 1; length < bytes.size(); length++) {
        var cut = Arrays.copyOf(bytes.toByteArray(), length);
        assertThat(read(new ByteArrayInputStream(cut)))
            .as(frame + " cut to " + length)
            .satisfies(o -> assertThat(o.again()).isEmpty())
            .satisfies(o -> assertThat(o.end()).isEqualTo("broken"));
      }
    }
  }

  @FuzzTest(maxDuration = "5s")
  void handshakesAreHandshakesOrViolations(byte[] in) throws Exception {
    String atOnce = handshake(new ByteArrayInputStream(in));
    assertThat(handshake(trickle(in))).isEqualTo(atOnce);
    assertThat(atOnce.startsWith("Handshake"))
        .isEqualTo(in.length >= Handshake.LENGTH && Arrays.equals(in, 0, 20, PROTOCOL, 0, 20));
  }

  private static String handshake(InputStream in) throws IOException {
    try {
      var handshake = Handshake.read(new WireReader(in));
      if (handshake.isPresent()) {
        assertThat(Handshake.decode(handshake.get().encode())).isEqualTo(handshake.get());
      }
      return handshake.map(Handshake::toString).orElse("nothing");
    } catch (WireViolation | WireException e) {
      return e.getClass().getSimpleName();
    }
  }

  @FuzzTest(maxDuration = "5s")
  void extensionHandshakesAreReadAsTheyAreWritten(byte[] in) throws Exception {
    ExtensionHandshake handshake;
    try {
      handshake = ExtensionHandshake.decode(in);
    } catch (WireViolation _) {
      return;
    }
    assertThat(handshake.messages().values()).allMatch(id -> id >= 0 && id <= 255);
    assertThat(ExtensionHandshake.decode(handshake.encode())).isEqualTo(handshake);
  }

  @FuzzTest(maxDuration = "5s")
  void metadataMessagesAreReadAsTheyAreWritten(byte[] in) throws Exception {
    MetadataMessage message;
    try {
      message = MetadataMessage.decode(in);
    } catch (WireViolation _) {
      return;
    }
    if (!(message instanceof MetadataMessage.Unknown)) {
      var written = message.encode();
      assertThat(MetadataMessage.decode(written).encode()).isEqualTo(written);
    }
  }

  @FuzzTest(maxDuration = "5s")
  void exchangedPeersAreReadAsTheyAreWritten(byte[] in) {
    var message = PexMessage.decode(in);
    if (message.isPresent()) {
      assertThat(message.get().added().size() + message.get().dropped().size())
          .isLessThanOrEqualTo(in.length / CompactPeers.IPV4);
      var again = PexMessage.decode(message.get().encode()).orElseThrow();
      assertThat(again.added()).containsExactlyInAnyOrderElementsOf(message.get().added());
      assertThat(again.dropped()).containsExactlyInAnyOrderElementsOf(message.get().dropped());
    }
  }
}
