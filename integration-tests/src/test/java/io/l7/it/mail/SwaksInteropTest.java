package io.l7.it.mail;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.smtp.testing.MailServerExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same command line to swaks and to us: the same transcript, the same exit status. */
@Tag("interop")
class SwaksInteropTest {
  @RegisterExtension MailServerExtension mail = MailServerExtension.of("hamburger.edu", "bob");

  /** What differs by nature: times, names, the cipher's bits, whose password is shown. */
  private static String normal(String transcript) {
    return transcript
        .replace("\r", "")
        .replaceAll("queued as \\w+", "queued as ID")
        .replaceAll("(?m) (Date|Message-Id|Subject|X-Mailer): .*", " $1:")
        .replaceAll("----=_(MIME_BOUNDARY_[0-9_]+\\d|L7_[0-9a-f-]+[0-9a-f])", "BOUNDARY")
        .replaceAll("(?m)^=== TLS (no local|peer) .*\n", "")
        .replaceAll("(TLSv1.\\d:\\w+):\\d+", "$1")
        .replaceAll("(?m)^( ~> )AUTH PLAIN .*", "$1****")
        .replaceAll("response in [0-9.]+s", "response in s")
        .replaceAll("(?m)(Error connecting to [0-9.:]+):.*", "$1")
        .replaceAll("(?m)^\\*\\*\\* \tIO::Socket.*\n", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--to bob@hamburger.edu",
        "--to bob@hamburger.edu,no@hamburger.edu --suppress-data",
        "--to no@hamburger.edu",
        "--to bob@hamburger.edu,no@hamburger.edu --pipeline -n",
        "--to no@hamburger.edu -S 2",
        "--to bob@hamburger.edu --tls -a PLAIN -au bob -ap wrong",
        "--to bob@hamburger.edu --tls -a PLAIN -au bob -ap secret -n",
        "--to bob@hamburger.edu --header X-A:b --h-From Hi --add-header X-C:d\\nX-E:f --body a\\nb",
        "--to bob@hamburger.edu --quit-after RCPT",
        "--quit-after CONNECT",
        "--quit-after MAIL",
        "--drop-after EHLO",
        "--to bob@hamburger.edu --drop-after-send RCPT",
        "--to bob@hamburger.edu --drop-after DATA",
        "--to bob@hamburger.edu --drop-after DOT -n",
        "--tls --quit-after FIRST-EHLO",
        "--tls --quit-after TLS",
        "--to bob@hamburger.edu --auth PLAIN -au x -ap y",
        "--to bob@hamburger.edu -ao PLAIN -au x -ap y -n",
        "--to bob@hamburger.edu --attach-type text/plain --attach-body hi --attach-type a/b"
            + " --attach-name n.bin --attach att",
        "--to bob@hamburger.edu --data Subject:x\\n\\n.dot\\nbody",
        "--to bob@hamburger.edu -ha",
        "--to bob@hamburger.edu -hr -hs",
        "--to bob@hamburger.edu -nth -n",
        "--to bob@hamburger.edu -S",
        "--to bob@hamburger.edu --protocol SMTP -n -stl",
        "--to bob@hamburger.edu -tlsos -n",
      })
  void theTranscriptIsTheSame(String options) throws Exception {
    var port = String.valueOf(mail.server().smtp().port());
    var common =
        List.of("--server", "127.0.0.1", "--port", port, "--from", "a@crepes.fr", "--helo", "me");
    var swaksItself = options.contains("-tls") ? Program.swaksWithTls() : Program.need("swaks");
    var theirs = new ArrayList<Object>(List.of(swaksItself));
    theirs.addAll(common);
    theirs.addAll(List.of(options.split(" ")));
    var swaks = Program.run(Map.of(), "", theirs.toArray());

    var arguments = new ArrayList<>(List.of("smtp", "send", "--swaks"));
    arguments.addAll(common);
    arguments.addAll(List.of(options.split(" ")));
    var ours = MailDaemon.l7(arguments.toArray(String[]::new));

    assertThat(ours.status()).isEqualTo(swaks.status());
    // the two streams of ours are apart here, so lines are compared without their order
    assertThat(normal(ours.out() + ours.err()).lines().sorted().toList())
        .isEqualTo(normal(swaks.output()).lines().sorted().toList());
  }
}
