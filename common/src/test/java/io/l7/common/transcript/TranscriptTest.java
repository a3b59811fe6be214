package io.l7.common.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.framing.LineEnds;
import io.l7.common.json.Json;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.common.net.Network;
import io.l7.common.net.TcpServer;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TranscriptTest {
  /** A dialogue with a password and STARTTLS, as the client's transcript has it. */
  private static Ring recorded() throws IOException {
    var ring = new Ring();
    var identity = TlsIdentity.selfSigned("localhost");
    try (var server =
            TcpServer.named("auth")
                .listen(Listener.tcp(Endpoint.parse("127.0.0.1:0")))
                .start(
                    connection -> {
                      connection.out().line("220 hamburger.edu");
                      connection.out().flush();
                      connection.in().line(100, LineEnds.STRICT);
                      connection.out().line("220 go ahead");
                      connection.startTls(identity);
                      connection.in().line(100, LineEnds.STRICT);
                      connection.out().line("235 fine");
                    });
        var client = Dialer.over(Network.real()).transcript(ring).dial(server.address())) {
      client.in().line(100, LineEnds.STRICT);
      client.out().line("STARTTLS");
      client.out().flush();
      client.in().line(100, LineEnds.STRICT);
      client.startTls(TlsTrust.insecure(), "localhost");
      try (var hidden = client.masked()) {
        client.out().line("AUTH PLAIN c2VjcmV0");
        client.out().flush();
      }
      client.in().line(100, LineEnds.STRICT);
    }
    return ring;
  }

  @Test
  void aDialogueReadsAsInATextbookAndASecretStaysMasked() throws IOException {
    var lines = new ArrayList<String>();
    var dialogue = new Dialogue(lines::add, Dialogue.Naming.BARE);
    recorded().events().forEach(dialogue::event);
    assertThat(lines)
        .containsSubsequence(
            "S: 220 hamburger.edu",
            "C: STARTTLS",
            "S: 220 go ahead",
            "C~ ****",
            "S~ 235 fine",
            "=== closed")
        .noneMatch(line -> line.contains("c2VjcmV0"));
  }

  @Test
  void jsonLinesCanBeReadBack() throws IOException {
    var events = recorded().events();
    var read = events.stream().map(JsonLines::line).map(Json::parse).toList();
    assertThat(read)
        .extracting(json -> json.at("event").text())
        .startsWith("opened", "spoke")
        .contains("secured")
        .endsWith("closed");
    assertThat(read.toString()).doesNotContain("c2VjcmV0");
  }

  @Test
  void aCaptureHasWellFormedBlocksOneForEachSegment() throws IOException {
    var out = new ByteArrayOutputStream();
    Pcapng.write(recorded().events(), out);
    var capture = ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    List<Integer> types = new ArrayList<>();
    while (capture.hasRemaining()) {
      int start = capture.position();
      types.add(capture.getInt());
      int length = capture.getInt();
      assertThat(length % 4).isZero();
      assertThat(capture.getInt(start + length - 4)).isEqualTo(length);
      capture.position(start + length);
    }
    assertThat(types).startsWith(0x0A0D0D0A, 1).filteredOn(type -> type == 6).hasSize(3 + 5 + 2);
  }

  @Test
  void anyNumberOfRemarksFindsRoomOrIsLeftOut() throws IOException {
    var events = new ArrayList<>(recorded().events());
    var last = events.removeLast();
    for (int i = 0; i < 5_000; i++) {
      events.add(new Event.Note(last.at(), last.connection(), "file, 1048576 octets from " + i));
    }
    events.add(last);
    var out = new ByteArrayOutputStream();
    Pcapng.write(events, out);
    var capture = ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    int longest = 0;
    while (capture.hasRemaining()) {
      int start = capture.position();
      int type = capture.getInt();
      int length = capture.getInt();
      if (type == 6) {
        int packet = capture.getInt(start + 20);
        int options = start + 28 + (packet + 3 & ~3);
        if (options < start + length - 4) {
          int comment = capture.getShort(options + 2) & 0xffff;
          assertThat(options + 4 + (comment + 3 & ~3) + 4).isEqualTo(start + length - 4);
          longest = Math.max(longest, comment);
        }
      }
      capture.position(start + length);
    }
    assertThat(longest).isBetween(60_000, 0xffff);
  }

  @Test
  void aLineOfMegabytesIsShownByItsBeginning() throws IOException {
    var lines = new ArrayList<String>();
    var dialogue = new Dialogue(lines::add, Dialogue.Naming.BARE);
    var said =
        recorded().events().stream()
            .filter(Event.Spoke.class::isInstance)
            .map(Event.Spoke.class::cast)
            .findFirst()
            .orElseThrow();
    var piece = "x".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
    var end = "\nnext\n".getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < 16; i++) {
      dialogue.event(new Event.Spoke(said.at(), said.connection(), said.by(), piece, said.cover()));
    }
    dialogue.event(new Event.Spoke(said.at(), said.connection(), said.by(), end, said.cover()));
    assertThat(lines).containsExactly("S: " + "x".repeat(500) + "…", "S: next");
  }

  @Test
  void whatIsHeardOfAConnectionAfterItsEndIsPrintedAndForgotten() throws IOException {
    var lines = new ArrayList<String>();
    var dialogue = new Dialogue(lines::add, Dialogue.Naming.BARE);
    var all = recorded().events();
    var said = (Event.Spoke) all.stream().filter(Event.Spoke.class::isInstance).findAny().get();
    all.forEach(dialogue::event);
    lines.clear();
    for (var text : List.of("250 fi", "ne")) {
      var octets = text.getBytes(StandardCharsets.US_ASCII);
      dialogue.event(
          new Event.Spoke(said.at(), said.connection(), said.by(), octets, said.cover()));
    }
    assertThat(lines).containsExactly("S: 250 fi", "S: ne");
    assertThat(dialogue.speaking()).isZero();
  }

  @Test
  void aRingForgetsTheOldestFirst() throws IOException {
    var all = recorded().events();
    var ring = new Ring(3, 1_000_000);
    all.forEach(ring::event);
    assertThat(ring.events()).isEqualTo(all.subList(all.size() - 3, all.size()));
  }
}
