package io.l7.common.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.framing.LineEnds;
import io.l7.common.net.Connection;
import io.l7.common.net.ConnectionHandler;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.common.net.MemoryNetwork;
import io.l7.common.net.Network;
import io.l7.common.net.TcpServer;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class GoldenDialogueTest {
  private static final String GREETING =
      """
      # A little protocol, as a textbook would print it.
      S: 220 ${server=hamburger.edu}
      C: HELO ${client=crepes.fr}
      S: 250-${server} greets ${client}
      ...
      S: 250 end
      C: four\\x20\\
      C: more
      C: QUIT
      S: 221 bye
      S closes
      """;

  private static void greet(Connection connection, String extra) throws IOException {
    connection.out().line("220 mail.example");
    connection.out().flush();
    var helo = connection.in().line(100, LineEnds.STRICT);
    if (helo.isEmpty()) return;
    connection.out().line("250-mail.example greets " + helo.get().latin1().substring(5));
    connection.out().line(extra);
    connection.out().line("250 end");
    connection.out().flush();
    assertThat(connection.in().line(100, LineEnds.STRICT).orElseThrow().latin1())
        .isEqualTo("four more");
    connection.in().line(100, LineEnds.STRICT);
    connection.out().line("221 bye");
  }

  private static TcpServer serve(Network network, ConnectionHandler handler) throws IOException {
    return TcpServer.named("greeter")
        .listen(Listener.tcp(new Endpoint("127.0.0.1", 0)))
        .network(network)
        .start(handler);
  }

  @Test
  void theClientsPartIsPlayedAgainstAServer() throws IOException {
    var network = new MemoryNetwork();
    try (var server = serve(network, connection -> greet(connection, "250-8BITMIME"))) {
      GoldenDialogue.parse("greeting", GREETING).playClient(network, server.address());
    }
  }

  @Test
  void aServerThatSaysSomethingElseIsNamedWithTheLine() throws IOException {
    var network = new MemoryNetwork();
    var dialogue = GoldenDialogue.parse("greeting", GREETING).with("server", "other.example");
    try (var server = serve(network, connection -> greet(connection, "250-8BITMIME"))) {
      assertThatThrownBy(() -> dialogue.playClient(network, server.address()))
          .isInstanceOf(AssertionError.class)
          .hasMessage(
              "greeting:2: expected \"S: 220 ${server=hamburger.edu}\" but it was \"220"
                  + " mail.example\"");
    }
  }

  @Test
  void theServersPartIsPlayedToAClient() throws IOException {
    try (var peer = GoldenDialogue.parse("greeting", GREETING).playServer();
        var client = Dialer.over(Network.real()).dial(peer.address())) {
      assertThat(client.in().line(100, LineEnds.STRICT).orElseThrow().latin1())
          .isEqualTo("220 hamburger.edu");
      client.out().line("HELO me");
      client.out().flush();
      assertThat(client.in().line(100, LineEnds.STRICT).orElseThrow().latin1())
          .isEqualTo("250-hamburger.edu greets me");
      client.out().line("four more");
      client.out().line("QUIT");
      client.out().flush();
      assertThat(peer.awaitEnd()).containsEntry("client", "me");
    }
  }

  @Test
  void aClientThatSaysTooLittleOrTooMuchFailsTheDialogue() throws IOException {
    var dialogue = GoldenDialogue.parse("short", "C: one\nC closes\n");
    try (var peer = dialogue.playServer();
        var client = Dialer.over(Network.real()).dial(peer.address())) {
      client.finish();
      assertThatThrownBy(peer::awaitEnd)
          .hasMessageContaining("short:1")
          .hasMessageContaining("end");
    }
    try (var peer = dialogue.playServer();
        var client = Dialer.over(Network.real()).dial(peer.address())) {
      client.out().line("one");
      client.out().line("two");
      client.finish();
      assertThatThrownBy(peer::awaitEnd)
          .hasMessageContaining("short:2")
          .hasMessageContaining("\"two\"");
    }
  }

  @Test
  void linesWithATildeAreSaidUnderTls() throws IOException {
    var dialogue =
        GoldenDialogue.parse("tls", "C: STARTTLS\nS: go\nC~ NOOP\nS~ 250 OK\nC closes\n")
            .identity(TlsIdentity.selfSigned("localhost"));
    try (var peer = dialogue.playServer()) {
      dialogue.trust(TlsTrust.insecure()).playClient(peer.address());
      peer.awaitEnd();
    }
  }

  @Test
  void whatIsNoLineOfADialogueIsRefused() {
    assertThatThrownBy(() -> GoldenDialogue.parse("odd", "C: one\nX: two\n"))
        .hasMessage("odd:2: not a line of a dialogue");
    assertThatThrownBy(() -> GoldenDialogue.parse("odd", "...\n")).hasMessageContaining("odd:1");
  }
}
