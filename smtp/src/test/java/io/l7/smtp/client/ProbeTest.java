package io.l7.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.tls.TlsTrust;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.client.ProbePlan.Ending;
import io.l7.smtp.client.ProbePlan.Greeting;
import io.l7.smtp.client.ProbePlan.Login;
import io.l7.smtp.client.ProbePlan.Need;
import io.l7.smtp.client.ProbePlan.Pace;
import io.l7.smtp.client.ProbePlan.Point;
import io.l7.smtp.client.ProbePlan.Stop;
import io.l7.smtp.client.ProbeResult.End;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.Command;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.RcptParameters;
import io.l7.smtp.queue.Consignment;
import io.l7.smtp.store.Content;
import io.l7.smtp.testing.Faults;
import io.l7.smtp.testing.MailServer;
import io.l7.smtp.testing.MailServerExtension;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A transaction goes as far as it is told, and names the step that went wrong. */
class ProbeTest {
  @RegisterExtension MailServerExtension mail = MailServerExtension.of("hamburger.edu", "bob");

  private final List<String> complaints = new ArrayList<>();
  private TlsPolicy tls = TlsPolicy.OFF;
  private Login login = Login.NONE;
  private Pace pace = Pace.STEP_BY_STEP;
  private Optional<Stop> stop = Optional.empty();
  private String password = MailServer.PASSWORD;

  private ProbeResult probe(Endpoint server, String... to) {
    var options =
        RelayOptions.of("crepes.fr", Dialer.over(Network.real()), MxResolver.implicit())
            .tls(tls, TlsTrust.insecure())
            .credentials(new Credentials("bob", password));
    var recipients =
        Stream.of(to)
            .map(Mailbox::of)
            .map(r -> new Recipient(r, new Target.Remote(r), RcptParameters.NONE))
            .toList();
    var envelope = new Envelope(ReversePath.of("a@crepes.fr"), MailParameters.NONE, recipients);
    var content = Content.of("Subject: Hi\r\n\r\n.dot\r\n".getBytes(StandardCharsets.US_ASCII));
    var consignment = new Consignment(new MailId(1), envelope, recipients, content);
    var plan =
        new ProbePlan(
            server, options, Greeting.EXTENDED, login, pace, stop, Optional.of(consignment));
    return new Probe(plan, complaints::add).run();
  }

  private End end(String... to) {
    return probe(mail.server().smtp(), to).end();
  }

  @ParameterizedTest
  @EnumSource(Pace.class)
  void aMailIsSentInEitherPace(Pace either) {
    pace = either;
    assertThat(end("bob@hamburger.edu", "no@hamburger.edu")).isEqualTo(End.DONE);
    assertThat(mail.server().await("bob", 1).getFirst().body()).isEqualTo(".dot\n");
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of((Consumer<Faults>) f -> f.onConnect().answer("421 4.3.2 no"), End.BANNER),
        Arguments.of(
            (Consumer<Faults>) f -> f.onCommand(Command.Ehlo.class).answer("451 4.3.0 no"),
            End.HELO),
        Arguments.of(
            (Consumer<Faults>) f -> f.onCommand(Command.Mail.class).answer("550 5.7.1 no"),
            End.MAIL),
        Arguments.of(
            (Consumer<Faults>) f -> f.onCommand(Command.Rcpt.class).answer("450 4.2.1 no"),
            End.RCPT),
        Arguments.of(
            (Consumer<Faults>) f -> f.onCommand(Command.Data.class).answer("451 4.3.0 no"),
            End.DATA),
        Arguments.of(
            (Consumer<Faults>) f -> f.onCommand(Command.Quit.class).answer("500 5.5.2 no"),
            End.QUIT));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void theStepThatIsRefusedIsNamed(Consumer<Faults> fault, End step) {
    fault.accept(mail.server().faults());
    assertThat(end("bob@hamburger.edu")).isEqualTo(step);
  }

  @ParameterizedTest
  @EnumSource(
      value = Pace.class,
      names = {"STEP_BY_STEP", "GROUPED"})
  void whereNobodyIsTakenNothingIsSent(Pace either) {
    pace = either;
    assertThat(end("no@hamburger.edu")).isEqualTo(End.RCPT);
    assertThat(mail.server().mails("bob")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "BANNER, 220",
    "FIRST_HELO, 250",
    "TLS, 250",
    "HELO, 250",
    "AUTH, 250",
    "MAIL, '250 2.1.0'",
    "RCPT, '250 2.1.5'"
  })
  void itEndsWhereItIsTold(Point point, String reply) {
    for (var ending : Ending.values()) {
      stop = Optional.of(new Stop(point, ending));
      var result = probe(mail.server().smtp(), "bob@hamburger.edu");
      assertThat(result.end()).isEqualTo(End.DONE);
      if (ending == Ending.DROP) {
        assertThat(result.reply()).startsWith(reply);
      }
    }
    assertThat(mail.server().mails("bob")).isEmpty();
  }

  @Test
  void droppedBehindTheDotTheMailArrivesAllTheSame() {
    stop = Optional.of(new Stop(Point.DOT, Ending.DROP_UNANSWERED));
    assertThat(end("bob@hamburger.edu")).isEqualTo(End.DONE);
    assertThat(mail.server().await("bob", 1)).hasSize(1);
  }

  @Test
  void droppedBehindDataNothingArrives() {
    stop = Optional.of(new Stop(Point.DATA, Ending.DROP));
    assertThat(end("bob@hamburger.edu")).isEqualTo(End.DONE);
    assertThat(mail.server().mails("bob")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"'', DONE", "PLAIN, DONE", "LOGIN, DONE", "'CRAM-MD5', AUTH"})
  void itLogsInByTheMechanismsItIsTold(String mechanism, End step) {
    tls = TlsPolicy.REQUIRED;
    login =
        new Login(Need.REQUIRED, mechanism.isEmpty() ? List.of() : List.of("XOAUTH2", mechanism));
    assertThat(probe(mail.server().submission(), "bob@hamburger.edu").end()).isEqualTo(step);
  }

  @ParameterizedTest
  @CsvSource({"REQUIRED, AUTH", "WHERE_OFFERED, AUTH", "OPTIONAL, DONE"})
  void aWrongPasswordCountsAsMuchAsTheLoginIsNeeded(Need need, End step) {
    tls = TlsPolicy.REQUIRED;
    password = "wrong";
    login = new Login(need, List.of("PLAIN"));
    assertThat(end("bob@hamburger.edu")).isEqualTo(step);
    assertThat(complaints).containsExactly("No authentication type succeeded");
  }

  @ParameterizedTest
  @CsvSource({"REQUIRED, AUTH", "WHERE_OFFERED, DONE", "OPTIONAL, DONE"})
  void soDoesAServerThatOffersNoWay(Need need, End step) {
    login = new Login(need, List.of());
    assertThat(end("bob@hamburger.edu")).isEqualTo(step);
    assertThat(complaints).containsExactly("Host did not advertise authentication");
  }

  @Test
  void tlsThatFailsIsAnErrorOfItsOwn() {
    tls = TlsPolicy.REQUIRED;
    mail.server().faults().onCommand(Command.StartTls.class).breakTls();
    assertThat(end("bob@hamburger.edu")).isEqualTo(End.TLS);
  }

  @Test
  void soIsAServerThatHangsUpAndOneThatIsNotThere() {
    mail.server().faults().onCommand(Command.Rcpt.class).drop();
    assertThat(end("bob@hamburger.edu")).isEqualTo(End.CLOSED);
    assertThat(probe(Endpoint.parse("127.0.0.1:1"), "bob@hamburger.edu").end())
        .isEqualTo(End.UNREACHABLE);
  }
}
