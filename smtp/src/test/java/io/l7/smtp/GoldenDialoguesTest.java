package io.l7.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.GoldenDialogue;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.client.Connector;
import io.l7.smtp.client.Credentials;
import io.l7.smtp.client.Dialect;
import io.l7.smtp.client.MailSender;
import io.l7.smtp.client.MxResolver;
import io.l7.smtp.client.RelayOptions;
import io.l7.smtp.client.TlsPolicy;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.BodyType;
import io.l7.smtp.protocol.DsnNotify;
import io.l7.smtp.protocol.DsnReturn;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.MailParameters.AddressEncoding;
import io.l7.smtp.protocol.RcptParameters;
import io.l7.smtp.queue.Consignment;
import io.l7.smtp.queue.Outcome;
import io.l7.smtp.session.Role;
import io.l7.smtp.store.Content;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Written dialogues, each played against our server and, with the parts swapped, our client. */
class GoldenDialoguesTest {
  private static final String KETCHUP = "Do you like ketchup?\r\nHow about pickles?\r\n";
  private static final TlsIdentity IDENTITY = TlsIdentity.selfSigned("hamburger.edu", "localhost");

  @TempDir Path folder;
  private ServerFixture fixture;

  @BeforeEach
  void start() throws IOException {
    fixture = new ServerFixture(folder);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private static GoldenDialogue dialogue(String file) {
    return GoldenDialogue.resource(GoldenDialoguesTest.class, file + ".txt");
  }

  @ParameterizedTest
  @CsvSource({
    "textbook, TRANSFER",
    "helo, TRANSFER",
    "dots, TRANSFER",
    "one-refused, TRANSFER",
    "dsn, TRANSFER",
    "starttls, TRANSFER",
    "submission, SUBMISSION",
    "smtputf8, TRANSFER",
    "lmtp, LMTP",
    "too-big, TRANSFER",
  })
  void ourServerPlaysItsPart(String file, Role role) throws IOException {
    dialogue(file).playClient(fixture.server.endpoint(role).toSocketAddress());
  }

  /** Sends a mail to a server that plays the dialogue. */
  private static List<Outcome> send(
      String file, Consignment mail, UnaryOperator<RelayOptions> change) throws IOException {
    var dialer = Dialer.over(Network.real());
    var options =
        change.apply(
            RelayOptions.of("crepes.fr", dialer, MxResolver.implicit())
                .tls(TlsPolicy.OFF, TlsTrust.insecure()));
    try (var peer = dialogue(file).identity(IDENTITY).playServer()) {
      List<Outcome> outcomes;
      try (var session = new Connector(options).open(Endpoint.of(peer.address()))) {
        outcomes = MailSender.send(session, "golden", mail);
      }
      peer.awaitEnd();
      return outcomes;
    }
  }

  private static Consignment mail(String content, String from, Recipient... recipients) {
    var utf8 = from.chars().anyMatch(c -> c > 127);
    var none = MailParameters.NONE;
    return mail(
        content,
        from,
        new MailParameters(
            none.size(),
            none.body(),
            utf8 ? AddressEncoding.SMTPUTF8 : AddressEncoding.ASCII,
            none.ret(),
            none.envelopeId(),
            none.auth()),
        recipients);
  }

  private static Consignment mail(
      String content, String from, MailParameters parameters, Recipient... recipients) {
    var all = List.of(recipients);
    return new Consignment(
        MailId.at(Instant.EPOCH),
        new Envelope(ReversePath.of(from), parameters, all),
        all,
        Content.of(content.getBytes(StandardCharsets.UTF_8)));
  }

  private static Recipient to(String address) {
    return to(address, RcptParameters.NONE);
  }

  private static Recipient to(String address, RcptParameters parameters) {
    var mailbox = Mailbox.of(address);
    return new Recipient(mailbox, new Target.Remote(mailbox), parameters);
  }

  private static List<Boolean> delivered(List<Outcome> outcomes) {
    return Stream.of(outcomes.toArray(Outcome[]::new))
        .map(Outcome.Delivered.class::isInstance)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"textbook", "old-server"})
  @Spec("RFC 5321 §3.2")
  void ourClientTellsTheTextbooksStory(String file) throws IOException {
    var mail = mail(KETCHUP, "alice@crepes.fr", to("bob@hamburger.edu"));
    assertThat(delivered(send(file, mail, o -> o))).containsExactly(true);
  }

  @Test
  @Spec("RFC 5321 §4.5.2")
  void ourClientStuffsDots() throws IOException {
    var mail =
        mail(
            ".\r\n.leading\r\nin. the middle\r\n..\r\n",
            "alice@crepes.fr",
            to("bob@hamburger.edu"));
    assertThat(delivered(send("dots", mail, o -> o))).containsExactly(true);
  }

  @Test
  @Spec("RFC 5321 §3.3")
  void ourClientGoesOnWithoutARefusedRecipient() throws IOException {
    var mail =
        mail(KETCHUP, "alice@crepes.fr", to("bob@hamburger.edu"), to("nobody@hamburger.edu"));
    assertThat(delivered(send("one-refused", mail, o -> o))).containsExactly(true, false);
  }

  @Test
  @Spec("RFC 3461 §4")
  void ourClientPassesTheSendersWishesOn() throws IOException {
    var none = MailParameters.NONE;
    var parameters =
        new MailParameters(
            none.size(),
            none.body(),
            none.encoding(),
            Optional.of(DsnReturn.HDRS),
            Optional.of("QQ+314159"),
            none.auth());
    var wishes =
        new RcptParameters(
            EnumSet.of(DsnNotify.SUCCESS, DsnNotify.FAILURE),
            Optional.of("rfc822;bob+old@hamburger.edu"));
    var mail = mail(KETCHUP, "alice@crepes.fr", parameters, to("bob@hamburger.edu", wishes));
    assertThat(send("dsn", mail, o -> o))
        .singleElement()
        .isInstanceOfSatisfying(
            Outcome.Delivered.class, d -> assertThat(d.dsn()).isEqualTo(Outcome.DsnDuty.PASSED_ON));
  }

  @Test
  @Spec("RFC 3207 §4.2")
  void ourClientBeginsAnewUnderTls() throws IOException {
    var mail = mail(KETCHUP, "alice@crepes.fr", to("bob@hamburger.edu"));
    assertThat(
            delivered(send("starttls", mail, o -> o.tls(TlsPolicy.REQUIRED, TlsTrust.insecure()))))
        .containsExactly(true);
  }

  @Test
  @Spec("RFC 6409 §3.1")
  void ourClientSubmits() throws IOException {
    var mail = mail(KETCHUP, "bob@hamburger.edu", to("alice@hamburger.edu"));
    assertThat(
            delivered(
                send(
                    "submission",
                    mail,
                    o ->
                        o.tls(TlsPolicy.REQUIRED, TlsTrust.insecure())
                            .credentials(new Credentials("bob@hamburger.edu", "secret")))))
        .containsExactly(true);
  }

  @Test
  @Spec("RFC 6531 §3.4")
  void ourClientAnnouncesInternationalizedMail() throws IOException {
    var mail = mail(KETCHUP, "élise@crepes.fr", to("bob@hamburger.edu"));
    assertThat(delivered(send("smtputf8", mail, o -> o))).containsExactly(true);
  }

  @Test
  @Spec("RFC 2033 §4.2")
  void ourClientReadsAReplyForEachRecipientOfLmtp() throws IOException {
    var mail =
        mail(
            KETCHUP,
            "alice@crepes.fr",
            to("bob@hamburger.edu"),
            to("nobody@hamburger.edu"),
            to("alice@hamburger.edu"));
    assertThat(delivered(send("lmtp", mail, o -> o.dialect(Dialect.LMTP))))
        .containsExactly(true, false, true);
  }

  @Test
  @Spec("RFC 6152 §3")
  void eightBitContentIsReturnedWhereItCannotGo() throws IOException {
    var eightBit = MailParameters.NONE.body(BodyType.EIGHT_BIT_MIME);
    var mail = mail("Subject: Ça\r\n\r\n", "alice@crepes.fr", eightBit, to("bob@hamburger.edu"));
    assertThat(send("nothing-offered", mail, o -> o))
        .singleElement()
        .isInstanceOfSatisfying(
            Outcome.Failed.class, f -> assertThat(f.status()).hasToString("5.6.3"));
  }

  @Test
  @Spec("RFC 6531 §3.6")
  void internationalizedMailIsReturnedWhereItCannotGo() throws IOException {
    var mail = mail(KETCHUP, "élise@crepes.fr", to("bob@hamburger.edu"));
    assertThat(send("nothing-offered", mail, o -> o))
        .singleElement()
        .isInstanceOfSatisfying(
            Outcome.Failed.class, f -> assertThat(f.status()).hasToString("5.6.7"));
  }
}
