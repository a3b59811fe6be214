package io.l7.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.smtp.protocol.SmtpLimits;
import io.l7.smtp.protocol.SmtpLimitsBuilder;
import io.l7.smtp.session.Role;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that mean no good: each gets its answer, in bounded time, and costs nobody else. */
class AttacksTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir Path folder;
  private ServerFixture fixture;

  @BeforeEach
  void start() throws IOException {
    fixture = new ServerFixture(folder, SmtpLimits.defaults());
  }

  /** Takes other limits for this test. */
  private void server(UnaryOperator<SmtpLimitsBuilder> change) throws IOException {
    fixture.close();
    fixture = new ServerFixture(folder, change.apply(SmtpLimits.builder()).build());
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  /** Sends one octet after the other, slowly, until the server says something. */
  private static String drip(Talk t, String text) throws IOException {
    t.socket().setSoTimeout(20);
    for (var i = 0; i < 500; i++) {
      try {
        t.raw(text.substring(i % text.length(), i % text.length() + 1));
        return t.reply();
      } catch (SocketTimeoutException e) {
        // not yet
      }
    }
    throw new AssertionError("the server listens for ever");
  }

  @Test
  @Spec("RFC 5321 §4.3.1")
  void whoTalksBeforeTheGreetingIsRefused() throws IOException {
    server(l -> l.greetingPause(Duration.ofSeconds(5)));
    try (var t = new Talk(fixture.server.endpoint(Role.TRANSFER))) {
      t.raw("EHLO crepes.fr\r\nMAIL FROM:<a@crepes.fr>\r\n");
      assertThat(t.reply()).startsWith("554 5.5.0");
      assertThat(t.reply()).isEqualTo("closed");
    }
  }

  @Test
  @Spec("RFC 5321 §4.5.3.2.7")
  void aCommandThatDripsIsCutAtItsDeadline() throws IOException {
    server(l -> l.commandTimeout(SHORT));
    try (var t = fixture.hello()) {
      assertThat(drip(t, "NOOP ")).startsWith("421 4.4.2");
    }
  }

  @Test
  void aContentThatDripsIsCutForItsRate() throws IOException {
    server(l -> l.dataGrace(SHORT).minDataRate(1_000));
    try (var t = fixture.data()) {
      assertThat(drip(t, "x")).startsWith("421 4.4.2");
    }
    assertThat(fixture.mailsBehindAFence("bob@hamburger.edu")).isEmpty();
  }

  @Test
  @Spec("RFC 5321 §4.5.3.2.5")
  void aContentThatStopsIsCutAtItsDeadline() throws IOException {
    server(l -> l.dataBlockTimeout(SHORT));
    try (var t = fixture.data()) {
      t.raw("Subject: half");
      assertThat(t.reply()).startsWith("421 4.4.2");
    }
  }

  @Test
  void anAuthenticationThatStopsIsCutAtItsDeadline() throws IOException {
    server(l -> l.commandTimeout(SHORT));
    try (var t = fixture.secure(Role.TRANSFER)) {
      assertThat(t.say("AUTH LOGIN")).startsWith("334 ");
      assertThat(t.reply()).startsWith("421 4.4.2");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "STARTTLS"})
  void aHandshakeThatNeverComesIsCutAtItsDeadline(String first) throws IOException {
    server(l -> l.tlsTimeout(SHORT));
    try (var t =
        first.isEmpty()
            ? new Talk(
                fixture.server.bound().stream()
                    .filter(b -> b.protocol().equals("smtps"))
                    .findFirst()
                    .orElseThrow()
                    .endpoint())
            : fixture.hello()) {
      if (!first.isEmpty()) {
        assertThat(t.say(first)).startsWith("220 ");
      }
      assertThat(t.socket().getInputStream().readAllBytes().length).isLessThan(200);
    }
  }

  @Test
  @Spec("RFC 5321 §3.1")
  void aboveTheLimitOfConnectionsAClientIsToldToComeBack() throws IOException {
    server(l -> l.connectionsPerAddress(2));
    try (var one = fixture.hello()) {
      try (var two = fixture.hello();
          var three = new Talk(fixture.server.endpoint(Role.TRANSFER))) {
        assertThat(three.reply()).startsWith("421 4.7.0");
        assertThat(three.reply()).isEqualTo("closed");
        assertThat(two.say("QUIT")).startsWith("221 ");
        assertThat(two.reply()).isEqualTo("closed");
      }
      assertThat(one.say("NOOP")).startsWith("250 ");
      try (var four = fixture.hello()) {
        assertThat(four.say("NOOP")).startsWith("250 ");
      }
    }
  }

  @Test
  void aHeaderOfTenMegabytesIsRefusedOnceAndQuickly() throws IOException {
    try (var t = fixture.data()) {
      var line = "X-Bomb: " + "x".repeat(90) + "\r\n";
      var block = line.repeat(1_000);
      var start = System.nanoTime();
      for (var i = 0; i < 100; i++) {
        t.raw(block);
      }
      assertThat(t.say("\r\nbody\r\n.")).startsWith("552 5.3.4");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      assertThat(t.say("NOOP")).startsWith("250 ");
    }
    assertThat(fixture.mailsBehindAFence("bob@hamburger.edu")).isEmpty();
  }

  @Test
  void partsAndNestingAndEncodingsCostNothingBecauseNobodyHereParsesThem() throws IOException {
    try (var t = fixture.data()) {
      var bomb = new StringBuilder("Content-Type: multipart/mixed; boundary=b0\r\n");
      bomb.append("Subject: ").append("(".repeat(900)).append("\r\n\r\n");
      for (var depth = 0; depth < 10_000; depth++) {
        bomb.append("--b").append(depth).append("\r\nContent-Type: multipart/mixed; boundary=b");
        bomb.append(depth + 1).append("\r\n\r\n");
      }
      t.raw(bomb.toString());
      assertThat(t.say("\r\n.")).startsWith("250 2.0.0");
    }
    assertThat(fixture.mails("bob@hamburger.edu", 1)).hasSize(1);
  }

  @Test
  @Spec("RFC 5321 §4.5.3.1.10")
  void theRecipientAboveTheLimitComesLaterAndTheOthersGetTheMail() throws IOException {
    server(l -> l.maxRecipients(100));
    try (var t = fixture.hello()) {
      t.say("MAIL FROM:<a@crepes.fr>");
      for (var i = 0; i < 100; i++) {
        assertThat(t.say("RCPT TO:<bob+" + i + "@hamburger.edu>")).startsWith("250 ");
      }
      assertThat(t.say("RCPT TO:<alice@hamburger.edu>")).startsWith("452 4.5.3");
      t.say("DATA");
      assertThat(t.say("many\r\n.")).startsWith("250 ");
    }
    assertThat(fixture.mailsBehindAFence("bob@hamburger.edu"))
        .as("a hundred names of one mailbox are one copy")
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "BDAT 99999999999999999999, 5",
    "BDAT 18446744073709551617, 5",
    "BDAT -1, 501",
    "BDAT 0x10, 501",
    "BDAT, 501",
    "BDAT 5 FIRST, 501",
    "MAIL FROM:<a@crepes.fr> SIZE=99999999999999999999, 552",
    "MAIL FROM:<a@crepes.fr> SIZE=-1, 501",
    "MAIL FROM:<a@crepes.fr> SIZE=, 501",
    "MAIL FROM:<a@crepes.fr> SIZE=1 SIZE=2, 501",
  })
  @Spec("RFC 3030 §2")
  void hugeAndSenselessNumbersAreRefused(String command, String code) throws IOException {
    try (var t = fixture.hello()) {
      assertThat(t.say(command)).startsWith(code);
    }
  }

  @Test
  @Spec("RFC 3030 §2")
  void chunksOutOfTurnAreReadAndRefusedInStep() throws IOException {
    try (var t = fixture.hello()) {
      assertThat(t.raw("BDAT 10 LAST\r\nQUIT\r\nQUIT").reply()).startsWith("503 ");
      t.say("MAIL FROM:<a@crepes.fr>");
      assertThat(t.raw("BDAT 6\r\nRSET\r\n").reply()).startsWith("503 ");
      t.say("RCPT TO:<bob@hamburger.edu>");
      assertThat(t.raw("BDAT 6\r\nRSET\r\n").reply()).startsWith("250 ");
      assertThat(t.say("DATA")).startsWith("503 ");
      assertThat(t.say("MAIL FROM:<b@crepes.fr>")).startsWith("503 ");
      assertThat(t.raw("BDAT 0 LAST\r\n").reply()).startsWith("250 ");
      assertThat(t.raw("BDAT 4 LAST\r\nab\r\n").reply()).startsWith("503 ");
      assertThat(t.say("NOOP")).startsWith("250 ");
    }
    assertThat(fixture.mails("bob@hamburger.edu", 1).getFirst()).endsWith("\nRSET\n");
  }

  @Test
  void oneUserIsNotGuessedFromManyConnections() throws IOException {
    server(l -> l.maxAuthFailures(100));
    try (var t = fixture.secure(Role.TRANSFER)) {
      var last = "";
      for (var i = 0; i < 6; i++) {
        last = t.say("AUTH PLAIN " + base64("\0bob@hamburger.edu\0guess" + i));
      }
      assertThat(last).startsWith("454 4.7.0");
      assertThat(t.say("AUTH PLAIN " + base64("\0bob@hamburger.edu\0secret")))
          .as("nor is the right one looked at meanwhile")
          .startsWith("454 4.7.0");
    }
  }

  @Test
  @Spec("RFC 9422 §4.1")
  void aConnectionSendsSoManyMailsAndNoMore() throws IOException {
    server(l -> l.maxMessagesPerConnection(2));
    try (var t = fixture.hello()) {
      assertThat(t.say("EHLO crepes.fr")).contains("LIMITS MAILMAX=2 RCPTMAX=1000");
      for (var i = 0; i < 2; i++) {
        assertThat(t.say("MAIL FROM:<a@crepes.fr>")).startsWith("250 ");
        t.say("RSET");
      }
      assertThat(t.say("MAIL FROM:<a@crepes.fr>")).startsWith("421 4.7.0");
      assertThat(t.reply()).isEqualTo("closed");
    }
  }

  @Test
  void anAddressThatSendsTooFastIsToldToComeBack() throws IOException {
    server(l -> l.messagesPerMinute(3));
    try (var t = fixture.hello()) {
      for (var i = 0; i < 3; i++) {
        assertThat(t.say("MAIL FROM:<a@crepes.fr>")).startsWith("250 ");
        t.say("RSET");
      }
    }
    try (var another = fixture.hello()) {
      assertThat(another.say("MAIL FROM:<a@crepes.fr>")).startsWith("450 4.7.1");
    }
  }

  @Test
  void aUserWhoNamesTooManyRecipientsIsToldToComeBack() throws IOException {
    server(l -> l.recipientsPerHourPerUser(3));
    try (var t = fixture.secure(Role.SUBMISSION)) {
      assertThat(t.say("AUTH PLAIN " + base64("\0bob@hamburger.edu\0secret"))).startsWith("235 ");
      t.say("MAIL FROM:<bob@hamburger.edu>");
      for (var i = 0; i < 3; i++) {
        assertThat(t.say("RCPT TO:<x" + i + "@far.example>")).startsWith("250 ");
      }
      assertThat(t.say("RCPT TO:<x3@far.example>")).startsWith("450 4.7.1");
    }
  }

  @Test
  void aQueueThatIsFullTakesNoMore() throws IOException {
    server(l -> l.maxQueuedMails(0));
    try (var t = fixture.hello()) {
      assertThat(t.say("MAIL FROM:<a@crepes.fr>")).startsWith("452 4.3.1");
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
