package io.l7.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.spec.Spec;
import io.l7.common.tls.TlsTrust;
import io.l7.smtp.address.AddressSyntaxException;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.BodyType;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.MailParameters.AddressEncoding;
import io.l7.smtp.protocol.RcptParameters;
import io.l7.smtp.queue.Consignment;
import io.l7.smtp.queue.Outcome;
import io.l7.smtp.store.Content;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that a program hands to the client becomes a command of its own on the wire. */
class ApiInjectionTest {
  private static final String EVIL = "RCPT TO:<evil@crepes.fr>";

  /** A server that says yes to everything and remembers each line it was told. */
  private static final class Listener implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> done =
        CompletableFuture.runAsync(this::listen, r -> Thread.ofVirtual().start(r));

    Listener() throws IOException {}

    private void listen() {
      try (var peer = socket.accept()) {
        peer.setSoTimeout(5_000);
        var in =
            new BufferedReader(
                new InputStreamReader(peer.getInputStream(), StandardCharsets.UTF_8));
        var out = peer.getOutputStream();
        out.write("220 x\r\n".getBytes(StandardCharsets.US_ASCII));
        var content = false;
        for (var line = in.readLine(); line != null; line = in.readLine()) {
          heard.add(line);
          var answer = content ? "" : "250 ok\r\n";
          if (line.startsWith("EHLO")) {
            answer = "250-x\r\n250-SMTPUTF8\r\n250-8BITMIME\r\n250 DSN\r\n";
          } else if (line.equals("DATA")) {
            answer = "354 go\r\n";
            content = true;
          } else if (line.equals(".")) {
            answer = "250 ok\r\n";
            content = false;
          }
          out.write(answer.getBytes(StandardCharsets.US_ASCII));
        }
      } catch (IOException e) {
        // the client hung up
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
      done.join();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\r\n", "\n", "\r", "\0", "\u0085", "\u2028", "\u760d", "\ud800", "\u010a\u010d"})
  @Spec("RFC 5321 §2.3.8")
  void noCharacterBecomesALineEnd(String character) throws IOException {
    var tail = character + EVIL;
    for (var place : List.of("hello", "envid", "orcpt", "content")) {
      try (var listener = new Listener()) {
        tell(new Endpoint("127.0.0.1", listener.socket.getLocalPort()), place, tail);
        listener.close();
        assertThat(listener.heard).as(place).doesNotContain(EVIL).noneMatch(l -> l.contains("\0"));
      }
    }
    assertThat(parses("a" + character + "b@crepes.fr"))
        .as("as an address: refused, or harmless text")
        .isIn(Set.of("refused", "harmless"));
  }

  private static String parses(String address) {
    try {
      var text = Mailbox.parse(address).toString().getBytes(StandardCharsets.UTF_8);
      for (var b : text) {
        if (b == '\r' || b == '\n' || b == 0) {
          return "injected";
        }
      }
      return "harmless";
    } catch (AddressSyntaxException e) {
      return "refused";
    }
  }

  private static void tell(Endpoint server, String place, String tail) {
    var options =
        RelayOptions.of(
                place.equals("hello") ? "x" + tail : "crepes.fr",
                Dialer.over(Network.real()),
                MxResolver.implicit())
            .tls(TlsPolicy.OFF, TlsTrust.insecure());
    var parameters =
        new MailParameters(
            OptionalLong.empty(),
            BodyType.SEVEN_BIT,
            AddressEncoding.SMTPUTF8,
            Optional.empty(),
            place.equals("envid") ? Optional.of("x" + tail) : Optional.empty(),
            Optional.empty());
    var rcpt =
        new RcptParameters(
            Set.of(), place.equals("orcpt") ? Optional.of("rfc822;x" + tail) : Optional.empty());
    var bob = Mailbox.of("bob@hamburger.edu");
    var recipient = List.of(new Recipient(bob, new Target.Remote(bob), rcpt));
    var content = "Subject: x" + (place.equals("content") ? "\r\n.\r\n" : "") + "\r\n\r\nhi\r\n";
    var mail =
        new Consignment(
            MailId.at(Instant.EPOCH),
            new Envelope(ReversePath.of("alice@crepes.fr"), parameters, recipient),
            recipient,
            Content.of(content.getBytes(StandardCharsets.UTF_8)));
    try (var session = new Connector(options).open(server)) {
      assertThat(MailSender.send(session, "test", mail))
          .first()
          .isInstanceOfAny(Outcome.Delivered.class, Outcome.Deferred.class);
    } catch (IOException | IllegalArgumentException e) {
      // refused before it was said: as good
    }
  }
}
