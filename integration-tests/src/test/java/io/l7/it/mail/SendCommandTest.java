package io.l7.it.mail;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.smtp.testing.MailServerExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code l7 smtp send}, as people use swaks. */
class SendCommandTest {
  @RegisterExtension MailServerExtension mail = MailServerExtension.of("hamburger.edu", "bob");

  private MailDaemon.Ran send(String... more) {
    var arguments =
        new ArrayList<>(
            List.of(
                "smtp",
                "send",
                "--server",
                mail.server().smtp().toString(),
                "--from",
                "alice@crepes.fr"));
    arguments.addAll(List.of(more));
    return MailDaemon.l7(arguments.toArray(String[]::new));
  }

  @Test
  void aMailWithFieldsAndAnAttachmentArrives(@TempDir Path folder) throws IOException {
    var file = Files.writeString(folder.resolve("menu.txt"), "pickles");
    var ran =
        send(
            "--to",
            "bob@hamburger.edu",
            "--subject",
            "Ça va",
            "--header",
            "X-Mood: hungry",
            "--body",
            "Ketchup?",
            "--attach",
            file.toString(),
            "--starttls");
    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(ran.out()).contains("bob@hamburger.edu: 250 2.0.0");
    var got = mail.server().await("bob", 1).getFirst();
    assertThat(got.field("X-Mood")).isEqualTo("hungry");
    assertThat(got.text()).contains("ESMTPS", "filename=menu.txt", "Ketchup?");
  }

  @Test
  @Spec("RFC 2047 §5")
  void ofAnAddressTheNameAloneIsEncoded() {
    var ran =
        send(
            "--to=bob@hamburger.edu",
            "--header=Reply-To: Jürgen Groß <j@crepes.fr>, \"É, Z\" <z@crepes.fr>, x@y.example",
            "--header=X-Mood: très bien <ça>",
            "--header=X-Long: " + "word ".repeat(300));
    assertThat(ran.status()).as(ran.err()).isZero();
    var got = mail.server().await("bob", 1).getFirst();
    assertThat(got.field("Reply-To"))
        .contains("=?UTF-8?", "<j@crepes.fr>", "<z@crepes.fr>", ", x@y.example");
    assertThat(got.field("X-Mood")).startsWith("=?UTF-8?").endsWith("?=");
    assertThat(got.text().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(999));
  }

  @Test
  void aRefusalIsOneLineAndStatusOne() {
    var ran = send("--to", "nobody@hamburger.edu", "--body", "x");
    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.err()).startsWith("l7: nobody@hamburger.edu: 550 5.1.1").hasLineCount(1);
  }

  @Test
  void noOptionBecomesAFieldOfItsOwn() {
    for (var option :
        List.of(
            List.of("--subject", "Hi\r\nBcc: evil@crepes.fr"),
            List.of("--header", "X-Mood: fine\nBcc: evil@crepes.fr"),
            List.of("--header", "no colon"),
            List.of("--to", "bob@hamburger.edu\r\nDATA"))) {
      var more = new ArrayList<>(List.of("--to", "bob@hamburger.edu", "--body", "x"));
      more.addAll(option);
      assertThat(send(more.toArray(String[]::new)).status()).as(option.toString()).isEqualTo(2);
    }
    assertThat(mail.server().mails("bob")).isEmpty();
  }

  @Test
  void whoDoesNotSayWhereToIsAsked() {
    var ran = MailDaemon.l7("smtp", "send", "--to", "bob@hamburger.edu");
    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err()).startsWith("l7: say where to: --server HOST:PORT, or --mx\n");
  }
}
