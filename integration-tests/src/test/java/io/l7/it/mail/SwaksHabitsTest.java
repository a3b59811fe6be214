package io.l7.it.mail;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.smtp.testing.MailServer;
import io.l7.smtp.testing.MailServerExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** swaks's options, marks and exit statuses of {@code l7 smtp send}. */
class SwaksHabitsTest {
  @RegisterExtension MailServerExtension mail = MailServerExtension.of("hamburger.edu", "bob");

  private MailDaemon.Ran send(String... more) {
    var port = String.valueOf(mail.server().smtp().port());
    var arguments =
        new ArrayList<>(
            List.of("smtp", "send", "-s", "127.0.0.1", "-p", port, "-f", "a@crepes.fr"));
    arguments.addAll(List.of(more));
    return MailDaemon.l7(arguments.toArray(String[]::new));
  }

  @Test
  void theTranscriptHasItsMarks() {
    var ran = send("--swaks", "-t", "no@hamburger.edu,bob@hamburger.edu", "-tls", "-n");
    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(ran.out())
        .startsWith("=== Trying 127.0.0.1:")
        .contains("\n<-  220 hamburger.edu ", "\n -> EHLO ", "\n<-  250-STARTTLS\n")
        .contains("\n -> STARTTLS\n", "\n=== TLS started with cipher TLSv1.3:")
        .contains("\n ~> MAIL FROM:<a@crepes.fr>\n<~  250 2.1.0")
        .contains("\n ~> 11 lines sent\n<~  250 2.0.0")
        .endsWith("\n ~> QUIT\n<~  221 2.0.0 Goodbye\n=== Connection closed with remote host.\n");
    assertThat(ran.err()).isEqualTo("<~* 550 5.1.1 No such user here\n");
    assertThat(mail.server().await("bob", 1).getFirst().body()).startsWith("This is a test mail");
  }

  @ParameterizedTest
  @CsvSource({
    "2, -p 1",
    "24, -t no@hamburger.edu",
    "28, -t bob@hamburger.edu --tls --auth PLAIN -au bob -ap wrong",
    "28, -t bob@hamburger.edu -a -au bob -ap secret",
    "0, -t no@hamburger.edu -q MAIL",
    "0, -q EHLO",
    "0, -t bob@hamburger.edu --tls -a LOGIN -au bob -ap secret",
  })
  void theExitStatusNamesTheStep(int status, String options) {
    var port = options.equals("-p 1") ? "1" : String.valueOf(mail.server().smtp().port());
    var arguments =
        new ArrayList<>(
            List.of("smtp", "send", "--swaks", "-s", "127.0.0.1", "-p", port, "-f", "a@b.example"));
    arguments.addAll(List.of((status == 2 ? "-t bob@hamburger.edu" : options).split(" ")));
    var ran = MailDaemon.l7(arguments.toArray(String[]::new));
    assertThat(ran.status()).as(ran.out() + ran.err()).isEqualTo(status);
  }

  @Test
  void aFileGoesOutOctetForOctetWhateverItsCharset(@TempDir Path folder) throws IOException {
    var octets = "Subject: Caf\u00e9\n\nCr\u00e8me\n".getBytes(StandardCharsets.ISO_8859_1);
    var file = Files.write(folder.resolve("latin.eml"), octets);
    var ran = send("--swaks", "-t", "bob@hamburger.edu", "-d", "@" + file, "--h-X-Name", "José");
    assertThat(ran.status()).as(ran.err()).isZero();
    var stored = mail.server().await("bob", 1).getFirst().octets();
    assertThat(new String(stored, StandardCharsets.ISO_8859_1))
        .contains("Subject: Caf\u00e9\n", "\nCr\u00e8me\n", "X-Name: Jos\u00c3\u00a9\n");
  }

  @Test
  void aHeaderWithoutALineEndEnds() {
    assertThat(
            send(
                    "--swaks",
                    "--dump-mail",
                    "-t",
                    "b@c.example",
                    "-d",
                    "S: x%NEW_HEADERS%\\n\\nb",
                    "--header",
                    "A: b")
                .out())
        .contains("A: b");
  }

  @Test
  void withoutTheModeTheContractHolds() {
    var stopped = send("--to", "bob@hamburger.edu", "--quit-after", "RCPT");
    assertThat(stopped.out()).isEqualTo("250 2.1.5 Recipient ok\n");
    assertThat(stopped.status()).isZero();
    var refused = send("--to", "no@hamburger.edu", "--quit-after", "RCPT");
    assertThat(refused.err()).contains(": RCPT: 550 5.1.1").hasLineCount(1);
    assertThat(refused.status()).isEqualTo(1);
    assertThat(send("--quit-after", "DINNER").status()).isEqualTo(2);
    assertThat(send("--quit-after", "RCPT").err()).contains("'--to=B'");
    assertThat(send("--to", "bob@hamburger.edu", "--no-such-option").err())
        .contains("Unknown option: '--no-such-option'");
    assertThat(mail.server().mails("bob")).isEmpty();
  }

  @Test
  void aServersReplyToALoginIsShownAndThePasswordIsNot() {
    var ran = send("--swaks", "-q", "AUTH", "--tls", "-a", "PLAIN", "-au", "bob", "-ap", "secret");
    assertThat(ran.out()).contains(" ~> ****\n<~  235 2.7.0 ").doesNotContain("AGJvYgBzZWNyZXQ");
  }

  @Test
  void aContentIsMadeOfTokensFieldsAndParts(@TempDir Path folder) throws IOException {
    var file = Files.write(folder.resolve("menu.bin"), new byte[] {0, 1, 13, 10, (byte) 200});
    var ran =
        send(
            "--swaks",
            "-t",
            "bob@hamburger.edu",
            "--pipeline",
            "--h-Subject",
            "Ketchup",
            "--header",
            "X-New: 1",
            "--add-header",
            "X-One: 1\\nX-Two: 2",
            "--attach-body",
            "plain\\ntext",
            "--attach-type",
            "text/html",
            "--attach-body",
            "<b>html</b>",
            "--attach",
            "@" + file);
    assertThat(ran.status()).as(ran.err()).isZero();
    var got = mail.server().await("bob", 1).getFirst();
    assertThat(got.subject()).isEqualTo("Ketchup");
    assertThat(got.text())
        .contains("\nTo: bob@hamburger.edu\nFrom: a@crepes.fr\nSubject: Ketchup\n")
        .contains("\nX-One: 1\nX-Two: 2\nX-New: 1\n")
        .contains("multipart/alternative", "\n\nplain\ntext\n--", "\n\n<b>html</b>\n--")
        .contains("application/octet-stream; name=\"menu.bin\"", "\n\nAAENCsg=\n");
  }

  @Test
  void aWholeContentIsTakenAsItIs() {
    var data = "From someone\\nSubject: to %TO_ADDRESS%\\n\\n.dot\\n..two\\n.\\n";
    assertThat(send("-t", "bob@hamburger.edu", "--data", data).status()).isZero();
    var got = mail.server().await("bob", 1).getFirst();
    assertThat(got.subject()).isEqualTo("to bob@hamburger.edu");
    assertThat(got.body()).isEqualTo(".dot\n..two\n");
    assertThat(send("-t", "bob@hamburger.edu", "--data", data, "--dump-mail").out())
        .startsWith("Subject: to bob@hamburger.edu\n\n.dot\n..two");
  }

  @ParameterizedTest
  @CsvSource({"LMTP, lmtp, LMTP", "ESMTPSA, submission, ESMTPSA", "SMTP, smtp, SMTP"})
  void aProtocolStandsForItsGreetingTlsAndLogin(String name, String listener, String with) {
    var server =
        switch (listener) {
          case "lmtp" -> mail.server().lmtp();
          case "submission" -> mail.server().submission();
          default -> mail.server().smtp();
        };
    var arguments =
        new ArrayList<>(
            List.of("smtp", "send", "--swaks", "--server", server.toString(), "--protocol", name));
    arguments.addAll(List.of("-t", "bob@hamburger.edu", "-f", "bob@hamburger.edu"));
    if (name.endsWith("A")) {
      arguments.addAll(List.of("-au", "bob", "-ap", MailServer.PASSWORD));
    }
    var ran = MailDaemon.l7(arguments.toArray(String[]::new));
    assertThat(ran.status()).as(ran.out() + ran.err()).isZero();
    assertThat(mail.server().await("bob", 1).getFirst().field("Received"))
        .contains(" with " + with + " ");
  }

  @Test
  void silenceIsOfThreeKinds() {
    assertThat(send("--swaks", "-q", "EHLO", "-S").out()).isEmpty();
    var second = send("--swaks", "-t", "no@hamburger.edu", "-S", "2");
    assertThat(second.out()).isEmpty();
    assertThat(second.err()).isEqualTo("<** 550 5.1.1 No such user here\n");
    assertThat(send("--swaks", "-t", "no@hamburger.edu", "-S", "1").out()).contains("=== Trying");
    var third = send("--swaks", "-t", "no@hamburger.edu", "-ha");
    assertThat(third.out() + third.err()).isEmpty();
    assertThat(third.status()).isEqualTo(24);
  }
}
