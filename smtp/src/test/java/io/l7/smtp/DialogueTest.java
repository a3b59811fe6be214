package io.l7.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.smtp.protocol.SmtpLimits;
import io.l7.smtp.session.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DialogueTest {
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

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BLURDYBLOOP|500 5.5.2",
        "MAIL FROM:a@crepes.fr|501 5.1.7",
        "MAIL FROM:<a@crepes.fr> COLOUR=red|555 5.5.4",
        "MAIL FROM:<a@crepes.fr> SIZE=99999999|552 5.3.4",
        "MAIL FROM:<a@crepes.fr> SIZE=1 SIZE=2|501 5.5.4",
        "MAIL FROM:<ä@crepes.fr>|553 5.6.7",
        "RCPT TO:<bob@hamburger.edu>|503 5.5.1",
        "DATA|503 5.5.1",
        "EXPN list|502 5.5.1",
        "VRFY bob|252 2.5.2",
        "AUTH PLAIN AGJvYgBzZWNyZXQ=|538 5.7.11",
        "NOOP anything|250 2.0.0",
        "LHLO x|500 5.5.1",
        "DATA now|501 5.5.4",
        "EHLO|501 5.5.4"
      })
  @Spec("RFC 5321 §4.2.4")
  void aWrongCommandGetsItsReplyAndTheSessionLivesOn(String command, String reply)
      throws IOException {
    try (var t = fixture.hello()) {
      t.utf8(command);
      assertThat(t.reply()).startsWith(reply);
      assertThat(t.say("MAIL FROM:<a@crepes.fr>")).startsWith("250 2.1.0");
    }
  }

  @Test
  @Spec("RFC 5321 §4.5.3.1.4")
  void aLineOf512OctetsIsTakenAndOneOf64KbRefused() throws IOException {
    try (var t = fixture.hello()) {
      assertThat(t.say("NOOP " + "x".repeat(505))).startsWith("250 ");
      assertThat(t.say("NOOP " + "x".repeat(65_536))).startsWith("500 5.5.2 ");
      assertThat(t.say("NOOP")).startsWith("250 ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<x@crepes.fr>",
        "<bob%crepes.fr@hamburger.edu>",
        "<\"bob@crepes.fr\"@hamburger.edu>",
        "<@hamburger.edu:x@crepes.fr>",
        "<crepes.fr!bob@hamburger.edu>",
        "<x@[127.0.0.1]>",
        "<x@[IPv6:::1]>",
        "<x@hamburger.edu.>",
        "<x@HAMBURGER.EDU>",
        "<x@hamburger.edu.crepes.fr>",
        "<x@hamburger.edu@crepes.fr>"
      })
  @Spec("RFC 5321 §7.9")
  void noSpellingOpensTheRelay(String path) throws IOException {
    try (var t = fixture.hello()) {
      t.say("MAIL FROM:<bob@hamburger.edu>");
      assertThat(t.say("RCPT TO:" + path)).startsWith("5");
    }
  }

  @Test
  @Spec("RFC 5321 §4.5.1")
  void thePostmasterIsAlwaysThere() throws IOException {
    try (var t = fixture.hello()) {
      t.say("MAIL FROM:<>");
      assertThat(t.say("RCPT TO:<Postmaster>")).startsWith("250 ");
      assertThat(t.say("RCPT TO:<postMaster@Hamburger.EDU>")).startsWith("250 ");
      assertThat(t.say("RCPT TO:<bob+shop@hamburger.edu>")).startsWith("250 ");
      assertThat(t.say("RCPT TO:<carol@hamburger.edu>")).startsWith("550 5.1.1 ");
    }
  }

  @Test
  @Spec("RFC 2920 §3.1")
  void aGroupOfCommandsGetsItsRepliesInOrder() throws IOException {
    try (var t = fixture.hello()) {
      t.raw(
          "MAIL FROM:<a@crepes.fr>\r\nRCPT TO:<bob@hamburger.edu>\r\nRCPT TO:<x@y.fr>\r\nDATA\r\n");
      assertThat(t.reply()).startsWith("250 2.1.0");
      assertThat(t.reply()).startsWith("250 2.1.5");
      assertThat(t.reply()).startsWith("550 5.7.1");
      assertThat(t.reply()).startsWith("354 ");
      assertThat(t.say(".")).startsWith("250 2.0.0");
    }
  }

  @Test
  @Spec("RFC 2920 §3.1")
  void contentBeforeItWasAskedForEndsTheSession() throws IOException {
    try (var t = fixture.hello()) {
      t.raw("MAIL FROM:<a@crepes.fr>\r\nRCPT TO:<bob@hamburger.edu>\r\nDATA\r\nhello\r\n.\r\n");
      t.reply();
      t.reply();
      assertThat(t.reply()).startsWith("554 5.5.0");
      assertThat(t.reply()).isEqualTo("closed");
    }
  }

  @Test
  void aBrowserIsShownTheDoor() throws IOException {
    try (var t = fixture.talk(Role.TRANSFER)) {
      assertThat(t.say("POST / HTTP/1.1")).startsWith("502 ");
      assertThat(t.reply()).isEqualTo("closed");
    }
  }

  @Test
  @Spec("RFC 3207 §4.2")
  void whatWasInjectedBehindStartTlsIsNeverAnswered() throws IOException {
    try (var t = fixture.hello()) {
      t.raw("STARTTLS\r\nMAIL FROM:<evil@crepes.fr>\r\n");
      assertThat(t.reply()).startsWith("220 ");
      assertThat(t.reply()).isEqualTo("closed");
    }
  }

  @Test
  @Spec("RFC 3207 §4.2")
  void startTlsForgetsWhatWasSaidInTheClear() throws IOException {
    try (var t = fixture.hello()) {
      t.say("MAIL FROM:<a@crepes.fr>");
      assertThat(t.say("STARTTLS")).startsWith("220 ");
      t.over(ServerFixture.handshake(t));
      assertThat(t.say("RCPT TO:<bob@hamburger.edu>")).startsWith("503 ");
      assertThat(t.say("EHLO crepes.fr")).contains("AUTH ").doesNotContain("STARTTLS");
      assertThat(t.say("STARTTLS")).startsWith("503 ");
    }
  }

  @Test
  @Spec("RFC 4954 §4")
  void passwordsAreTakenUnderTlsAlone() throws IOException {
    try (var t = fixture.hello()) {
      assertThat(t.say("EHLO crepes.fr")).doesNotContain("AUTH");
    }
    try (var t = fixture.secure(Role.SUBMISSION)) {
      assertThat(t.say("MAIL FROM:<bob@hamburger.edu>")).startsWith("530 5.7.0");
      assertThat(t.say("AUTH PLAIN")).startsWith("334 ");
      assertThat(t.say("*")).startsWith("501 ");
      assertThat(t.say("AUTH PLAIN !!!")).startsWith("501 5.5.2");
      assertThat(t.say("AUTH PLAIN " + base64("\0bob\0secret"))).startsWith("235 2.7.0");
      assertThat(t.say("AUTH PLAIN " + base64("\0bob\0secret"))).startsWith("503 5.5.1");
      t.say("MAIL FROM:<bob@hamburger.edu>");
      assertThat(t.say("RCPT TO:<x@elsewhere.example>")).startsWith("250 ");
    }
  }

  @Test
  void loginAsksForNameAndPassword() throws IOException {
    try (var t = fixture.secure(Role.TRANSFER)) {
      assertThat(t.say("AUTH LOGIN")).isEqualTo("334 VXNlcm5hbWU6");
      assertThat(t.say(base64("bob@hamburger.edu"))).isEqualTo("334 UGFzc3dvcmQ6");
      assertThat(t.say(base64("secret"))).startsWith("235 ");
    }
  }

  @Test
  void guessersAreSentAway() throws IOException {
    try (var t = fixture.secure(Role.TRANSFER)) {
      assertThat(t.say("AUTH PLAIN " + base64("\0bob\0a"))).startsWith("535 5.7.8");
      assertThat(t.say("AUTH PLAIN " + base64("\0nobody\0b"))).startsWith("535 5.7.8");
      assertThat(t.say("AUTH PLAIN " + base64("\0bob\0c"))).startsWith("421 4.7.0");
      assertThat(t.reply()).isEqualTo("closed");
    }
  }

  @Test
  @Spec("RFC 3030 §2")
  void chunksMakeOneMail() throws IOException {
    try (var t = fixture.hello()) {
      t.say("MAIL FROM:<a@crepes.fr>");
      t.say("RCPT TO:<bob@hamburger.edu>");
      t.raw("BDAT 12\r\nSubject: x\r\n");
      assertThat(t.reply()).startsWith("250 2.0.0");
      assertThat(t.say("DATA")).startsWith("503 ");
      t.raw("BDAT 12 LAST\r\n\r\n.not end\r\n");
      assertThat(t.reply()).startsWith("250 2.0.0");
    }
    assertThat(fixture.mails("bob@hamburger.edu", 1).getFirst())
        .endsWith("Subject: x\n\n.not end\n");
  }

  @Test
  @Spec("RFC 2033 §4.2")
  void lmtpAnswersForEachRecipient() throws IOException {
    try (var t = fixture.talk(Role.LMTP)) {
      assertThat(t.say("EHLO crepes.fr")).startsWith("500 ");
      assertThat(t.say("LHLO crepes.fr")).startsWith("250-");
      t.say("MAIL FROM:<>");
      t.say("RCPT TO:<bob@hamburger.edu>");
      t.say("RCPT TO:<alice@hamburger.edu>");
      assertThat(t.say("RCPT TO:<x@elsewhere.example>")).startsWith("550 5.7.1");
      t.say("DATA");
      assertThat(t.say("hello\r\n.")).startsWith("250 ");
      assertThat(t.reply()).startsWith("250 ");
      assertThat(t.say("QUIT")).startsWith("221 ");
    }
    assertThat(fixture.mails("alice@hamburger.edu", 1)).hasSize(1);
  }

  @Test
  void everyOctetButNulArrivesAsItWasSent() throws IOException {
    var body = new StringBuilder();
    for (var c = 1; c < 256; c++) {
      if (c != '\r' && c != '\n') {
        body.append((char) c);
      }
    }
    body.append(" trailing blanks  \t \r\n").append("x".repeat(998)).append("\r\n\r\n\r\n");
    try (var t = fixture.data()) {
      t.raw("subject:  odd   spacing \r\nX-Empty:\r\n\r\n" + body + ".\r\n");
      assertThat(t.reply()).startsWith("250 ");
    }
    assertThat(fixture.mails("bob@hamburger.edu", 1).getFirst())
        .endsWith("subject:  odd   spacing \nX-Empty:\n\n" + body.toString().replace("\r\n", "\n"));
  }

  @Test
  @Spec("RFC 5321 §6.3")
  void aMailThatLoopsIsRefused() throws IOException {
    try (var t = fixture.data()) {
      t.raw("Received: from a by b; now\r\n".repeat(100) + "\r\nround and round\r\n.\r\n");
      assertThat(t.reply()).startsWith("554 5.4.6");
    }
  }

  @Test
  void tooManyErrorsEndTheSession() throws IOException {
    try (var t = fixture.hello()) {
      for (var i = 1; i < SmtpLimits.defaults().maxErrors(); i++) {
        assertThat(t.say("WHAT")).startsWith("500 ");
      }
      assertThat(t.say("WHAT")).startsWith("421 4.7.0");
      assertThat(t.reply()).isEqualTo("closed");
    }
  }

  @Test
  @Spec("RFC 5321 §3.8")
  void drainingSaysGoodbyeToTheIdle() throws IOException {
    try (var t = fixture.hello()) {
      fixture.server.drain(Duration.ofSeconds(2));
      assertThat(t.reply()).startsWith("421 4.3.2");
    }
  }
}
