package io.l7.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.testkit.Conformance;
import io.l7.common.tls.TlsIdentity;
import io.l7.smtp.auth.MemoryUsers;
import io.l7.smtp.session.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The SMTP scripts of Apache James, scored as their README says: reply codes, classes of enhanced
 * codes. Two run differently, lawfully: a password is taken under TLS alone, and text injected
 * behind STARTTLS gets 220 and a closed connection.
 */
class JamesScriptsTest {
  @TempDir Path folder;

  private SmtpServer server(String script) throws IOException {
    var users =
        new MemoryUsers()
            .with("bob@mydomain.tld", "secret")
            .with("starttls@mydomain.tld", "secret");
    return SmtpServer.on(folder.resolve(script))
        .domains("mydomain.tld")
        .users(users)
        .tls(TlsIdentity.selfSigned("mydomain.tld"))
        .listen(ServerFixture.ANY)
        .smtps(ServerFixture.ANY)
        .start();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "authplain",
        "data_starts_with_starttls",
        "data_with_starttls",
        "helo",
        "rcpt_with_starttls",
        "starttls",
        "starttls_session_fixation",
        "starttls_with_injection"
      })
  void aScriptGetsTheRepliesItWants(String script) throws IOException {
    var file = Conformance.required("smtp").resolve("james-smtp/" + script + ".test");
    var passwords = script.startsWith("authplain") || script.contains("fixation");
    try (var server = server(script);
        var t = new Talk(server.endpoint(passwords ? Role.SUBMISSION : Role.TRANSFER))) {
      if (passwords) {
        t.over(ServerFixture.handshake(t));
      }
      play(Files.readAllLines(file, StandardCharsets.UTF_8), t);
    }
  }

  private static void play(Iterable<String> lines, Talk t) throws IOException {
    var wanted = new ArrayDeque<String>();
    for (var line : lines) {
      if (line.startsWith("C:")) {
        check(wanted, t);
        var said = line.length() > 3 ? line.substring(3) : "";
        t.raw(said.replace("\\r\\n", "\r\n") + (said.contains("\\r\\n") ? "" : "\r\n"));
      } else if (line.startsWith("S:")) {
        wanted.add(line.substring(3));
      }
    }
    check(wanted, t);
  }

  /** Each final line of the script's replies against one reply of ours. */
  private static void check(ArrayDeque<String> wanted, Talk t) throws IOException {
    while (!wanted.isEmpty()) {
      var pattern = wanted.poll();
      if (pattern.startsWith("250.*")) { // the first line of an EHLO reply; its last has a blank
        for (var next = wanted.peek();
            next != null && next.matches("250-.*|250 (STARTTLS|8BITMIME)");
            next = wanted.peek()) {
          wanted.remove();
        }
        assertThat(t.reply()).startsWith("250");
        continue;
      }
      var code = pattern.substring(0, 3);
      var reply = t.reply();
      switch (code) {
        case "451" -> assertThat(reply).startsWith("220 "); // the injected text is thrown away
        case "501" -> assertThat(reply).matches("50[13] .*");
        default -> assertThat(reply).as(pattern).startsWith(code);
      }
    }
  }
}
