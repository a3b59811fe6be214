package io.l7.it.mail;

import static io.l7.it.mail.MailDaemon.l7;
import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.json.Json;
import io.l7.it.Ignored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queue's commands, given from another process than the daemon's, and without a daemon. */
class QueueCommandsTest {
  @TempDir Path folder;

  private MailDaemon.Ran queue(String command, String... more) {
    var arguments =
        new ArrayList<>(
            List.of("smtp", "queue", command, "--store", folder.resolve("store").toString()));
    arguments.addAll(List.of(more));
    return l7(arguments.toArray(String[]::new));
  }

  private List<Json> list() {
    var text = queue("list", "--json").out();
    return Json.parse(text) instanceof Json.Arr(var elements) ? elements : List.of();
  }

  @Test
  void mailsAreSeenHeldReleasedAndDeletedWhileTheDaemonRunsAndWhenItDoesNot() throws Exception {
    // Nobody listens where everything is relayed to.
    try (var daemon =
        MailDaemon.start(folder, "--relay-net", "127.0.0.0/8", "--relay-to", "127.0.0.1:1")) {
      send(daemon, 3);
      assertThat(list()).hasSize(3);
      var id = list().getFirst().at("id").text();

      assertThat(queue("hold", id).status()).isZero();
      assertThat(list()).filteredOn(m -> m.at("held").isTrue()).hasSize(1);
      assertThat(queue("retry").out()).contains("3 mails");
      assertThat(queue("release", id).status()).isZero();
      assertThat(list()).noneMatch(m -> m.at("held").isTrue());
      assertThat(queue("show", id).out()).contains(id, "x0@elsewhere.example");
      assertThat(queue("delete", id).status()).isZero();
      assertThat(list()).hasSize(2);
      assertThat(queue("show", id).status()).isEqualTo(1);
      assertThat(queue("show", id).err()).startsWith("l7: ").hasLineCount(1);
    }
    assertThat(list()).as("without a daemon the store's lock is taken").hasSize(2);
    assertThat(queue("hold").out()).contains("2 mails");
    try (var daemon = MailDaemon.start(folder, "--relay-to", "127.0.0.1:1")) {
      assertThat(list()).as("and it is durable").allMatch(m -> m.at("held").isTrue()).hasSize(2);
      assertThat(queue("delete").out()).contains("2 mails");
      assertThat(list()).isEmpty();
      assertThat(daemon.store()).exists();
    }
  }

  @Test
  void aHangUpReadsTheAliasesAgain() throws Exception {
    Ignored.HUP.leavesOut();
    var aliases = Files.writeString(folder.resolve("aliases"), "# none yet\n");
    try (var daemon = MailDaemon.start(folder, "--aliases", aliases.toString())) {
      Files.writeString(aliases, "sales: bob@hamburger.edu\n");
      new ProcessBuilder("kill", "-HUP", String.valueOf(daemon.pid())).start().waitFor();
      var end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (!takes("sales@hamburger.edu", daemon)) {
        assertThat(System.nanoTime()).as("not in 20 seconds").isLessThan(end);
        LockSupport.parkNanos(20_000_000);
      }
    }
  }

  private static boolean takes(String recipient, MailDaemon daemon) {
    var server = daemon.smtp().toString();
    var ran = l7("smtp", "send", "--server", server, "--to", recipient, "--quit-after", "RCPT");
    return ran.status() == 0;
  }

  @Test
  void aMailboxIsWaitedForAndReadBesideTheDaemon() throws Exception {
    try (var daemon = MailDaemon.start(folder)) {
      var waiting =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (var client = new MailClient(daemon.smtp())) {
                      client.send(MailDaemon.BOB, "Hi", "Ketchup?");
                    } catch (IOException e) {
                      throw new java.io.UncheckedIOException(e);
                    }
                  });
      var store = daemon.store().toString();
      assertThat(
              l7(
                      "smtp",
                      "mailbox",
                      "wait",
                      "--store",
                      store,
                      "--user",
                      MailDaemon.BOB,
                      "--timeout",
                      "20s")
                  .status())
          .isZero();
      waiting.join();
      assertThat(l7("smtp", "mailbox", "list", "--store", store, "--user", MailDaemon.BOB).out())
          .contains("Hi");
      assertThat(
              l7(
                      "smtp",
                      "mailbox",
                      "wait",
                      "--store",
                      store,
                      "--user",
                      "alice",
                      "--timeout",
                      "50ms")
                  .status())
          .isEqualTo(1);
    }
  }

  private static void send(MailDaemon daemon, int count) throws IOException {
    try (var client = new MailClient(daemon.smtp())) {
      for (var i = 0; i < count; i++) {
        assertThat(client.send("x" + i + "@elsewhere.example", "Hi", "hi")).startsWith("250 ");
      }
    }
  }
}
