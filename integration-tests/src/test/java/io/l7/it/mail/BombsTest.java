package io.l7.it.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mails made to cost much cost little: a daemon with a heap of 64 MB takes or refuses them all. */
class BombsTest {
  /** A second on a quiet machine; this one may be busy. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir Path folder;

  /** A field of many lines, each within 998 octets. */
  private static String folded(String name, String piece, int count) {
    var out = new StringBuilder(name).append(": x");
    for (var i = 0; i < count; i++) {
      out.append(i % 40 == 0 ? "\r\n " : "").append(piece.replace("#", String.valueOf(i)));
    }
    return out.append("\r\n").toString();
  }

  private static String parts(int count, String between) {
    var out = new StringBuilder("Content-Type: multipart/mixed; boundary=b\r\n");
    for (var i = 0; i < count; i++) {
      out.append(between.replace("#", String.valueOf(i)));
    }
    return out.toString();
  }

  /** The contents, each with the reply it deserves. */
  private static Map<String, String> bombs() {
    var out = new LinkedHashMap<String, String>();
    out.put(
        "X-Bomb: x\r\n" + (" " + "x".repeat(96) + "\r\n").repeat(105_000) + "\r\n", "552 5.3.4");
    out.put("X-Bomb: one of many\r\n".repeat(100_000) + "\r\n", "552 5.3.4");
    out.put(parts(10_000, "\r\n--b\r\nContent-Type: text/plain\r\n\r\nx"), "250 ");
    out.put(parts(10_000, "\r\n--b#\r\nContent-Type: multipart/mixed; boundary=b#\r\n"), "250 ");
    out.put(folded("Content-Type", "; name*#=x", 20_000) + "\r\n", "250 ");
    out.put(folded("From", "(", 100_000) + "\r\n", "250 ");
    out.put(folded("To", "g#:a@b.example,c@d.example;,", 15_000) + "\r\n", "250 ");
    out.put(folded("Subject", " =?utf-8?Q?=41?=", 20_000) + "\r\n", "250 ");
    out.put(
        "Content-Transfer-Encoding: base64\r\n\r\n" + ("QUFB".repeat(19) + "\r\n").repeat(200_000),
        "250 ");
    out.put(
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
            + ("=41".repeat(25) + "=\r\n").repeat(200_000),
        "250 ");
    out.put("Received: from here by there\r\n".repeat(101) + "\r\n", "554 5.4.6");
    return out;
  }

  @Test
  void aDaemonWithLittleMemoryTakesOrRefusesThemAll() throws IOException {
    var small = List.of("env", "JDK_JAVA_OPTIONS=-Xmx64m");
    try (var daemon = MailDaemon.start(folder, small);
        var client = new MailClient(daemon.smtp())) {
      for (var bomb : bombs().entrySet()) {
        client.say("MAIL FROM:<a@crepes.fr>");
        client.say("RCPT TO:<" + MailDaemon.BOB + ">");
        client.say("DATA");
        var begin = System.nanoTime();
        assertThat(client.say(bomb.getKey() + "\r\n."))
            .as(bomb.getKey().substring(0, 60))
            .startsWith(bomb.getValue());
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PATIENCE);
      }
      assertThat(client.say("NOOP")).startsWith("250 ");
      var store = daemon.store().toString();
      var list = new String[] {"smtp", "mailbox", "wait", "--store", store, "--user"};
      var command = new ArrayList<>(List.of(list));
      command.addAll(List.of(MailDaemon.BOB, "--count", "8"));
      var begin = System.nanoTime();
      var ran = MailDaemon.l7(command.toArray(String[]::new));
      assertThat(ran.status()).as(ran.err()).isZero();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PATIENCE);
      assertThat(ran.out().getBytes(StandardCharsets.UTF_8).length).isLessThan(1 << 20);
    }
  }
}
