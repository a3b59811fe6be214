package io.l7.smtp.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.spec.Spec;
import io.l7.common.tls.TlsTrust;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.client.Connector;
import io.l7.smtp.client.Credentials;
import io.l7.smtp.client.MailSender;
import io.l7.smtp.client.MxResolver;
import io.l7.smtp.client.RelayOptions;
import io.l7.smtp.client.TlsPolicy;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.Command;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.RcptParameters;
import io.l7.smtp.queue.Consignment;
import io.l7.smtp.queue.Outcome;
import io.l7.smtp.queue.QueueOptions;
import io.l7.smtp.queue.RetrySchedule;
import io.l7.smtp.store.Content;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MailServerTest {
  @RegisterExtension
  MailServerExtension mail = MailServerExtension.of("hamburger.edu", "bob", "al");

  private RelayOptions options() {
    return RelayOptions.of("crepes.fr", Dialer.over(Network.real()), MxResolver.implicit());
  }

  private List<Outcome> send(RelayOptions options, Endpoint to, String body, String... recipients)
      throws IOException {
    var list =
        Stream.of(recipients)
            .map(Mailbox::of)
            .map(a -> new Recipient(a, new Target.Remote(a), RcptParameters.NONE))
            .toList();
    var envelope = new Envelope(ReversePath.of("alice@crepes.fr"), MailParameters.NONE, list);
    var content = Content.of(("Subject: Hi\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8));
    try (var session = new Connector(options).open(to)) {
      return MailSender.send(
          session, "test", new Consignment(new MailId(1), envelope, list, content));
    }
  }

  @Test
  void aMailSentIsAMailAwaited() throws IOException {
    var outcomes = send(options(), mail.server().smtp(), "Ketchup?\r\n", "bob@hamburger.edu");
    assertThat(outcomes).singleElement().isInstanceOf(Outcome.Delivered.class);
    var received = mail.server().await("bob", 1).getFirst();
    assertThat(received.subject()).isEqualTo("Hi");
    assertThat(received.body()).isEqualTo("Ketchup?\n");
    assertThat(received.sender()).isEqualTo("alice@crepes.fr");
    assertThat(received.field("Received")).contains(" with ESMTPS ");
  }

  @Test
  @Spec("RFC 5802 §3")
  void scramBoundToTheChannelSubmits() throws IOException {
    var trust = TlsTrust.of(mail.server().identity().certificates());
    var login =
        options().tls(TlsPolicy.REQUIRED, trust).credentials(new Credentials("bob", "secret"));
    send(login, mail.server().submission(), "x\r\n", "al@hamburger.edu");
    assertThat(mail.server().await("al", 1).getFirst().field("Received"))
        .contains(" with ESMTPSA ");
  }

  @Test
  void oneRecipientRefusedDoesNotStopTheOthers() throws IOException {
    mail.server().faults().onCommand(Command.Rcpt.class).nth(2).answer("451 4.3.0 later");
    var outcomes =
        send(
            options(),
            mail.server().smtp(),
            "x",
            "bob@hamburger.edu",
            "al@hamburger.edu",
            "no@hamburger.edu");
    assertThat(outcomes)
        .extracting(o -> o.getClass().getSimpleName())
        .containsExactly("Delivered", "Deferred", "Failed");
    assertThat(mail.server().await("bob", 1)).hasSize(1);
    assertThat(mail.server().mails("al")).isEmpty();
  }

  @Test
  @Spec("RFC 5321 §2.3.8")
  void noBareLineEndLeavesTheClient() throws IOException {
    send(options(), mail.server().smtp(), "a\nb\rc\r\n.\r\n..\nend", "bob@hamburger.edu");
    assertThat(mail.server().await("bob", 1).getFirst().body()).isEqualTo("a\nb\nc\n.\n..\nend\n");
  }

  @Test
  void aRelayTriesAgainAfterAFaultAndDeliversOnce() throws IOException {
    mail.server().faults().onContent().nth(1).drop();
    mail.server().faults().onConnect().nth(2).answer("421 4.3.2 busy");
    var soon =
        QueueOptions.defaults()
            .schedule(
                new RetrySchedule(
                    Duration.ofMillis(50),
                    1.1,
                    Duration.ofMillis(60),
                    0,
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(1)));
    try (var relay =
        MailServer.start(
            "crepes.fr",
            List.of("alice"),
            b -> b.queue(soon).relay(o -> o.smarthost(mail.server().smtp(), Optional.empty())))) {
      var login =
          options()
              .tls(TlsPolicy.REQUIRED, TlsTrust.insecure())
              .credentials(new Credentials("alice", MailServer.PASSWORD));
      send(login, relay.submission(), "Ketchup?\r\n", "bob@hamburger.edu");
      assertThat(mail.server().await("bob", 1)).hasSize(1);
      assertThat(mail.server().await("bob", 1).getFirst().text())
          .contains("by hamburger.edu", "by crepes.fr");
    }
  }

  @Test
  @Spec("RFC 6409 §4.3")
  void aRelayLogsInAtItsSmarthost() throws IOException {
    var account = Optional.of(new Credentials("bob", MailServer.PASSWORD));
    try (var relay =
        MailServer.start(
            "crepes.fr",
            List.of("alice"),
            b ->
                b.relay(
                    o ->
                        o.tls(TlsPolicy.REQUIRED, TlsTrust.insecure())
                            .smarthost(mail.server().submission(), account)))) {
      var login =
          options()
              .tls(TlsPolicy.REQUIRED, TlsTrust.insecure())
              .credentials(new Credentials("alice", MailServer.PASSWORD));
      send(login, relay.submission(), "Ketchup?\r\n", "al@hamburger.edu");
      assertThat(mail.server().await("al", 1).getFirst().field("Received"))
          .contains("by hamburger.edu with ESMTPSA");
    }
  }

  @Test
  void aPlaintextServerIsNotEnoughWhereTlsIsRequired() {
    try (var plain = MailServer.start("plain.example", List.of("bob"), b -> {})) {
      plain.faults().onCommand(Command.StartTls.class).answer("454 4.7.0 no TLS today");
      var strict = options().tls(TlsPolicy.REQUIRED, TlsTrust.insecure());
      assertThatThrownBy(() -> send(strict, plain.smtp(), "x", "bob@plain.example"))
          .hasMessageContaining("STARTTLS: 454");
      assertThat(plain.mails("bob")).isEmpty();
    }
  }
}
