package io.l7.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Cidr;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.MemoryNetwork;
import io.l7.common.spec.Spec;
import io.l7.smtp.SmtpServer;
import io.l7.smtp.SmtpServerBuilder;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.auth.MemoryUsers;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.Command;
import io.l7.smtp.protocol.Ehlo;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.RcptParameters;
import io.l7.smtp.protocol.SmtpLimits;
import io.l7.smtp.queue.Consignment;
import io.l7.smtp.queue.Outcome;
import io.l7.smtp.store.Content;
import io.l7.smtp.testing.Faults;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of a mail over several hosts of a network in memory. */
class RelayTest {
  private static final Map<String, List<String>> ADDRESSES =
      Map.of(
          "mx1.hamburger.edu", List.of("10.0.0.1", "10.0.0.2"),
          "mx2.hamburger.edu", List.of("10.0.0.3"));

  @TempDir Path folder;
  private final MemoryNetwork network = new MemoryNetwork();

  private static List<InetAddress> resolve(String host) throws UnknownHostException {
    var found = ADDRESSES.get(host);
    if (found == null) {
      throw new UnknownHostException(host);
    }
    return found.stream().map(InetAddress::ofLiteral).toList();
  }

  private SmtpServerBuilder server(String address, String domain) {
    return SmtpServer.on(folder.resolve(address))
        .domains(domain)
        .users(new MemoryUsers().with("bob@" + domain, "secret"))
        .network(network)
        .listen(new Endpoint(address, 25));
  }

  private static Consignment mail(String from, String to) {
    var mailbox = Mailbox.of(to);
    var recipient =
        List.of(new Recipient(mailbox, new Target.Remote(mailbox), RcptParameters.NONE));
    return new Consignment(
        MailId.at(Instant.EPOCH),
        new Envelope(ReversePath.of(from), MailParameters.NONE, recipient),
        recipient,
        Content.of("Subject: Hi\r\n\r\nhi\r\n".getBytes(StandardCharsets.US_ASCII)));
  }

  private Outcome relay() {
    var hosts = List.of(new MxHost(20, "mx2.hamburger.edu"), new MxHost(10, "mx1.hamburger.edu"));
    var dialer =
        Dialer.over(network).names(RelayTest::resolve).connectTimeout(Duration.ofSeconds(5));
    var options = RelayOptions.of("crepes.fr", dialer, domain -> new MxAnswer.Hosts(hosts));
    try (var courier = new RelayTransport(options).courier("hamburger.edu")) {
      return courier.deliver(mail("alice@crepes.fr", "bob@hamburger.edu")).getFirst();
    }
  }

  @Test
  @Spec("RFC 5321 §5.1")
  void theSecondAddressOfTheFirstExchangerComesBeforeTheSecondExchanger() throws IOException {
    try (var second = server("10.0.0.2", "hamburger.edu").start();
        var other = server("10.0.0.3", "hamburger.edu").start()) {
      assertThat(relay()).isInstanceOf(Outcome.Delivered.class);
      assertThat(second.mailbox("bob@hamburger.edu").await(1, Duration.ofSeconds(5))).hasSize(1);
      assertThat(other.mailbox("bob@hamburger.edu").list()).isEmpty();
    }
  }

  @Test
  @Spec("RFC 5321 §5.1")
  void whereNobodyOfTheFirstAnswersOrWantsMailTheNextIsTried() throws IOException {
    var faults = new Faults();
    faults.onConnect().answer("554 5.3.2 no service here");
    try (var refusing = server("10.0.0.1", "hamburger.edu").faults(faults).start();
        var other = server("10.0.0.3", "hamburger.edu").start()) {
      assertThat(relay()).isInstanceOf(Outcome.Delivered.class);
      assertThat(other.mailbox("bob@hamburger.edu").await(1, Duration.ofSeconds(5))).hasSize(1);
      assertThat(refusing.mailbox("bob@hamburger.edu").list()).isEmpty();
    }
  }

  @Test
  @Spec("RFC 5321 §4.5.4.1")
  void whereNobodyAnswersTheMailWaits() {
    assertThat(relay())
        .isInstanceOfSatisfying(
            Outcome.Deferred.class, d -> assertThat(d.status()).hasToString("4.4.1"));
  }

  @Test
  @Spec("RFC 5321 §6.3")
  void twoServersThatPointAtEachOtherGiveTheMailBackToItsSender() throws IOException {
    var limits = SmtpLimits.builder().maxReceived(10).build();
    var everyone = List.of(Cidr.parse("0.0.0.0/0"));
    try (var one =
            server("10.0.0.1", "one.example")
                .limits(limits)
                .relayNets(everyone)
                .relay(o -> o.smarthost(new Endpoint("10.0.0.2", 25), Optional.empty()))
                .start();
        var two =
            server("10.0.0.2", "two.example")
                .limits(limits)
                .relayNets(everyone)
                .relay(o -> o.smarthost(new Endpoint("10.0.0.1", 25), Optional.empty()))
                .start()) {
      var options = RelayOptions.of("crepes.fr", Dialer.over(network), MxResolver.implicit());
      try (var session = new Connector(options).open(new Endpoint("10.0.0.1", 25))) {
        MailSender.send(session, "one", mail("bob@one.example", "x@elsewhere.example"));
      }
      var box = one.mailbox("bob@one.example");
      var bounce = box.await(1, Duration.ofSeconds(10));
      assertThat(bounce).hasSize(1);
      assertThat(new String(box.read(bounce.getFirst()), StandardCharsets.UTF_8))
          .contains("Status: 5.4.6", "Final-Recipient: rfc822; x@elsewhere.example");
      assertThat(two.mailbox("bob@two.example").list()).isEmpty();
    }
  }

  private List<Outcome> relayTwice(SmtpServerBuilder server) throws IOException {
    var dialer = Dialer.over(network).connectTimeout(Duration.ofSeconds(5));
    var options = RelayOptions.of("crepes.fr", dialer, MxResolver.implicit());
    var mail = mail("alice@crepes.fr", "bob@hamburger.edu");
    try (var running = server.start();
        var courier = new RelayTransport(options).courier("[10.0.0.1]")) {
      var first = courier.deliver(mail).getFirst();
      return List.of(first, courier.deliver(mail).getFirst());
    }
  }

  @Test
  void aServerThatHasHadEnoughOfAConnectionGetsTheNextMailOverAnother() throws IOException {
    var limits = SmtpLimits.builder().maxMessagesPerConnection(1).build();
    assertThat(relayTwice(server("10.0.0.1", "hamburger.edu").limits(limits)))
        .hasOnlyElementsOfType(Outcome.Delivered.class);
  }

  @Test
  void aKeptConnectionThatIsGoneSaysNothingAboutTheMail() throws IOException {
    var faults = new Faults();
    faults.onCommand(Command.Mail.class).nth(2).drop();
    assertThat(relayTwice(server("10.0.0.1", "hamburger.edu").faults(faults)))
        .hasOnlyElementsOfType(Outcome.Delivered.class);
  }

  @Test
  void aMailWhoseContentMayHaveArrivedIsNotSentAgainAtOnce() throws IOException {
    var faults = new Faults();
    faults.onContent().nth(2).drop();
    assertThat(relayTwice(server("10.0.0.1", "hamburger.edu").faults(faults)))
        .last()
        .isInstanceOf(Outcome.Deferred.class);
  }

  @Test
  @Spec("RFC 5321 §4.5.3.1.8")
  void aServerThatDoesNotSayHowManyRecipientsItTakesGetsAHundredAtATime() throws IOException {
    // a server that keeps its limit to itself: 100 is what every one has to take
    var limits = SmtpLimits.builder().maxRecipients(100).build();
    var users = new MemoryUsers();
    var recipients = new ArrayList<Recipient>();
    for (var i = 0; i < 250; i++) {
      users.with("u" + i + "@hamburger.edu", "secret");
      var mailbox = Mailbox.of("u" + i + "@hamburger.edu");
      recipients.add(new Recipient(mailbox, new Target.Remote(mailbox), RcptParameters.NONE));
    }
    var one = mail("alice@crepes.fr", "bob@hamburger.edu");
    var many = new Consignment(one.id(), one.envelope(), recipients, one.content());
    try (var running = server("10.0.0.1", "hamburger.edu").users(users).limits(limits).start();
        var session =
            new Connector(RelayOptions.of("crepes.fr", Dialer.over(network), MxResolver.implicit()))
                .open(new Endpoint("10.0.0.1", 25))) {
      session.offered(new Ehlo(Map.of("PIPELINING", "")));
      assertThat(MailSender.send(session, "mx", many))
          .hasSize(250)
          .hasOnlyElementsOfType(Outcome.Delivered.class);
    }
  }

  @Test
  void whatAServerSaysIsKeptShortAndWithoutControls() throws IOException {
    var faults = new Faults();
    faults.onConnect().answer("451 4.3.0 \u001b[2J\u0007" + "long ".repeat(700));
    try (var refusing = server("10.0.0.3", "hamburger.edu").faults(faults).start()) {
      assertThat(relay().reason())
          .startsWith("451 4.3.0  [2J long ")
          .hasSizeLessThan(1_100)
          .doesNotContain("\u001b", "\u0007");
    }
  }
}
