package io.l7.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.testkit.Conformance;
import io.l7.common.tls.TlsIdentity;
import io.l7.smtp.auth.MemoryUsers;
import io.l7.smtp.protocol.SmtpLimits;
import io.l7.smtp.session.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dialogues of chasquid, scored by reply codes as their README says. */
class ChasquidDialoguesTest {
  /** Any of these refuses a thing; which one is a matter of taste. */
  private static final Set<String> REFUSALS =
      Set.of("500", "501", "502", "503", "504", "521", "534", "538", "550", "553", "554");

  private static final Pattern REPEAT = Pattern.compile("'([^']*)' \\* (\\d+)");
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "auth_multi_dialog",
        "auth_not_tls",
        "auth_too_many_failures",
        "bad_data",
        "bad_data_dot",
        "bad_data_dot_2",
        "bad_data_dot_on_message_too_big",
        "bad_mail_from",
        "bad_rcpt_to",
        "data_dot_stuffing",
        "empty_helo",
        "helo",
        "line_too_long",
        "message_too_big",
        "sendmail",
        "unknown_command",
        "wrong_proto"
      })
  void aDialogueGoesAsWritten(String name) throws IOException {
    var data = Conformance.required("smtp").resolve("chasquid-dialogs");
    try (var server =
        SmtpServer.on(folder.resolve(name))
            .domains("testserver")
            .users(new MemoryUsers().with("user@testserver", "secretpassword"))
            .tls(TlsIdentity.selfSigned("testserver"))
            .limits(SmtpLimits.builder().maxMessage(1 << 20).build())
            .listen(ServerFixture.ANY)
            .smtps(ServerFixture.ANY)
            .start()) {
      play(Files.readString(data.resolve(name + ".cmy"), StandardCharsets.UTF_8), server);
      var verify = data.resolve(name + ".cmy.verify");
      var mailbox = server.mailbox("user@testserver");
      if (Files.exists(verify)) {
        var mail = mailbox.await(1, Duration.ofSeconds(5)).getFirst();
        var wanted = Files.readString(verify, StandardCharsets.UTF_8);
        var text = new String(mailbox.read(mail), StandardCharsets.UTF_8);
        assertThat(text.strip()).endsWith(wanted.strip());
      } else if (name.startsWith("bad_data_dot")) {
        assertThat(mailbox.list()).isEmpty();
      }
    }
  }

  private static void play(String script, SmtpServer server) throws IOException {
    Talk t = null;
    var reply = "";
    for (var line : script.replace("\\\n", "").split("\n", -1)) {
      if (!line.startsWith("c ")) {
        continue;
      }
      var words = line.split(" ", 3);
      var rest = words.length > 2 ? words[2] : "";
      if (words[1].endsWith("_connect")) {
        t = connect(words[1], server);
        continue;
      }
      if (t == null) {
        throw new IllegalStateException("the script does not connect");
      }
      switch (words[1]) {
        case "close" -> t.close();
        case "->" -> t.utf8(rest.replace("RCPT TO: user@testserver", "RCPT TO:<user@testserver>"));
        case "~>" -> t.raw(value(rest));
        default -> {
          reply = t.reply();
          agree(rest, reply);
        }
      }
    }
    assertThat(reply).isNotEmpty();
  }

  private static Talk connect(String how, SmtpServer server) throws IOException {
    var tls = how.startsWith("tls");
    Endpoint endpoint = server.endpoint(tls ? Role.SUBMISSION : Role.TRANSFER);
    var t = new Talk(endpoint);
    if (tls) {
      t.over(ServerFixture.handshake(t));
    }
    return t;
  }

  private static void agree(String wanted, String reply) {
    var code = wanted.substring(0, 3);
    if (wanted.contains("Error parsing message")) { // taking the mail as it is, is lawful
      assertThat(reply).matches("(250|554) .*");
      return;
    }
    if (REFUSALS.contains(code)) {
      assertThat(reply).as(wanted).matches("(?s)(5..|closed).*");
    } else if (code.equals("552")) {
      assertThat(reply).startsWith("552");
    } else {
      assertThat(reply).as(wanted).startsWith(code);
    }
  }

  /** {@code 'text'}, {@code 'text' * N}, {@code ('text' * N + 'text') * M}. */
  private static String value(String expression) {
    if (expression.startsWith("(")) {
      var close = expression.lastIndexOf(')');
      var times = Integer.parseInt(expression.substring(close + 1).replace("*", "").strip());
      return value(expression.substring(1, close)).repeat(times);
    }
    var out = new StringBuilder();
    for (var part : expression.split(" \\+ ", -1)) {
      var repeat = REPEAT.matcher(part.strip());
      var text = repeat.matches() ? repeat.group(1) : part.strip().replaceAll("^'|'$", "");
      var plain = text.replace("\\r", "\r").replace("\\n", "\n");
      out.append(repeat.matches() ? plain.repeat(Integer.parseInt(repeat.group(2))) : plain);
    }
    return out.toString();
  }
}
