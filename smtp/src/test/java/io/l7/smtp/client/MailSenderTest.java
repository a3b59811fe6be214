package io.l7.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.MemoryNetwork;
import io.l7.common.spec.Spec;
import io.l7.smtp.SmtpServer;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.auth.MemoryUsers;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.Command;
import io.l7.smtp.protocol.DsnNotify;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.RcptParameters;
import io.l7.smtp.queue.Consignment;
import io.l7.smtp.queue.Outcome;
import io.l7.smtp.store.Content;
import io.l7.smtp.testing.Faults;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the client makes of servers that answer oddly, or not at all. */
class MailSenderTest {
  private static final Endpoint SERVER = new Endpoint("10.0.0.1", 25);

  @TempDir private Path folder;
  private final MemoryNetwork network = new MemoryNetwork();
  private final Faults faults = new Faults();

  private SmtpServer server() throws IOException {
    return SmtpServer.on(folder.resolve("store"))
        .domains("hamburger.edu")
        .users(new MemoryUsers().with("bob@hamburger.edu", "x").with("carol@hamburger.edu", "x"))
        .network(network)
        .faults(faults)
        .listen(SERVER)
        .start();
  }

  private static Recipient recipient(String address) {
    var mailbox = Mailbox.of(address);
    var parameters =
        new RcptParameters(
            EnumSet.of(DsnNotify.FAILURE), Optional.of("rfc822;" + "x".repeat(400) + address));
    return new Recipient(mailbox, new Target.Remote(mailbox), parameters);
  }

  private List<Outcome> send(List<Recipient> to) {
    var dialer = Dialer.over(network).connectTimeout(Duration.ofSeconds(5));
    var options =
        RelayOptions.of("crepes.fr", dialer, MxResolver.implicit())
            .smarthost(SERVER, Optional.empty())
            .timeouts(ClientTimeouts.of(Duration.ofSeconds(1)));
    var mail =
        new Consignment(
            MailId.at(Instant.EPOCH),
            new Envelope(ReversePath.of("alice@crepes.fr"), MailParameters.NONE, to),
            to,
            Content.of("Subject: Hi\r\n\r\nhi\r\n".getBytes(StandardCharsets.US_ASCII)));
    try (var courier = new RelayTransport(options).courier("hamburger.edu")) {
      return courier.deliver(mail);
    }
  }

  @Test
  @Spec("RFC 5321 §4.2.1")
  void aServerThatSaysOkToDataHasNotGotTheMail() throws IOException {
    faults.onCommand(Command.Data.class).answer("250 2.0.0 fine");
    try (var server = server()) {
      assertThat(send(List.of(recipient("bob@hamburger.edu"))))
          .singleElement()
          .isInstanceOf(Outcome.Deferred.class);
      assertThat(server.mailbox("bob@hamburger.edu").list()).isEmpty();
    }
  }

  @Test
  @Spec("RFC 5321 §4.2.1")
  void a354InPlaceOfTheLastReplyIsNoSuccess() throws IOException {
    faults.onContent().answer("354 go on");
    try (var server = server()) {
      assertThat(send(List.of(recipient("bob@hamburger.edu"))))
          .singleElement()
          .isInstanceOf(Outcome.Deferred.class);
    }
  }

  @Test
  @Spec("RFC 5321 §4.5.3.1.10")
  void tooManyRecipientsSaidWith552AreTriedAgain() throws IOException {
    faults.onCommand(Command.Rcpt.class).nth(2).answer("552 too many recipients");
    try (var server = server()) {
      var outcomes =
          send(List.of(recipient("bob@hamburger.edu"), recipient("carol@hamburger.edu")));
      assertThat(outcomes.getFirst()).isInstanceOf(Outcome.Delivered.class);
      assertThat(outcomes.getLast())
          .isInstanceOfSatisfying(
              Outcome.Deferred.class, d -> assertThat(d.status()).hasToString("4.5.3"));
    }
  }

  @Test
  @Spec("RFC 5321 §4.5.3.1.10")
  void aFullMailboxSaidWith552IsTheEnd() throws IOException {
    faults.onCommand(Command.Rcpt.class).nth(2).answer("552 5.2.2 mailbox full");
    try (var server = server()) {
      var outcomes =
          send(List.of(recipient("bob@hamburger.edu"), recipient("carol@hamburger.edu")));
      assertThat(outcomes.getLast()).isInstanceOf(Outcome.Failed.class);
    }
  }

  @Test
  @Timeout(20)
  @Spec("RFC 5321 §4.5.3.2")
  void aServerThatReadsNothingMoreHoldsNobodyForEver() throws IOException {
    try (var acceptor =
        network.listen(new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 25))) {
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  var peer = acceptor.accept();
                  peer.getOutputStream()
                      .write(
                          "220 mx\r\n250-mx\r\n250-PIPELINING\r\n250 DSN\r\n"
                              .getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                  // the test is over
                }
              });
      var many =
          IntStream.range(0, 100)
              .mapToObj(
                  i ->
                      recipient(
                          "u"
                              + i
                              + "."
                              + "y".repeat(50)
                              + "@"
                              + "z".repeat(60)
                              + "."
                              + "hamburger.edu".repeat(10)))
              .toList();
      assertThat(send(many)).hasSize(100).allMatch(Outcome.Deferred.class::isInstance);
    }
  }
}
