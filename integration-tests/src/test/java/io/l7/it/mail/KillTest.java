package io.l7.it.mail;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.smtp.mailbox.MailboxReader;
import io.l7.smtp.mailbox.Maildirs;
import io.l7.smtp.store.StoreLayout;
import io.l7.smtp.testing.MailServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The daemon killed in the middle of its work, again and again: what it acknowledged is there
 * afterwards, once. {@code -Dl7.kill.rounds=20} makes it more rounds.
 */
class KillTest {
  private static final int ROUNDS = Integer.getInteger("l7.kill.rounds", 2);
  private static final int CLIENTS = 8;

  @TempDir Path folder;

  @Test
  void nothingAcknowledgedIsLostOrDoubledWhenTheProcessIsKilled() throws Exception {
    var acknowledged = ConcurrentHashMap.<String>newKeySet();
    for (var round = 0; round < ROUNDS; round++) {
      kill(round, MailDaemon.BOB, acknowledged);
    }
    try (var daemon = MailDaemon.start(folder)) {
      var box =
          MailboxReader.of(
              new Maildirs(new StoreLayout(daemon.store()).mailboxes()), MailDaemon.BOB);
      box.await(acknowledged.size(), Duration.ofSeconds(30));
      drained(daemon);
      var subjects = box.list().stream().map(m -> m.field("subject")).toList();
      System.out.printf(
          "%d kills, %d mails acknowledged, %d in the mailbox%n",
          ROUNDS, acknowledged.size(), subjects.size());
      assertThat(subjects).containsAll(acknowledged).doesNotHaveDuplicates();
    }
    assertSound();
  }

  @Test
  void nothingAcknowledgedIsLostOnItsWayToTheNextHop() throws Exception {
    var acknowledged = ConcurrentHashMap.<String>newKeySet();
    try (var next = MailServer.start("far.example", "carol")) {
      var relay =
          new String[] {
            "--relay-net", "127.0.0.0/8", "--relay-to", next.smtp().toString(), "--relay-tls", "off"
          };
      for (var round = 0; round < ROUNDS; round++) {
        kill(round, "carol@far.example", acknowledged, relay);
      }
      try (var daemon = MailDaemon.start(folder, relay)) {
        drained(daemon);
      }
      var box = next.server().mailbox("carol@far.example");
      box.await(acknowledged.size(), Duration.ofSeconds(30));
      var subjects = box.list().stream().map(m -> m.field("subject")).toList();
      var copies = subjects.size() - Set.copyOf(subjects).size();
      System.out.printf(
          "%d kills, %d mails acknowledged, %d at the next hop, %d of them twice%n",
          ROUNDS, acknowledged.size(), subjects.size(), copies);
      assertThat(subjects).containsAll(acknowledged);
      assertThat(copies)
          .as("a copy for each connection that a kill caught before its outcome was written")
          .isLessThanOrEqualTo(20 * ROUNDS);
    }
    assertSound();
  }

  /** Starts the daemon, kills it under load, and notes what it acknowledged until then. */
  private void kill(int round, String to, Set<String> acknowledged, String... options)
      throws IOException, InterruptedException {
    var least = acknowledged.size() + 40 + new Random(6 + round).nextInt(200);
    try (var daemon = MailDaemon.start(folder, options)) {
      var enough = new CountDownLatch(1);
      var clients = new ArrayList<Thread>();
      for (var c = 0; c < CLIENTS; c++) {
        var name = round + "-" + c + "-";
        clients.add(
            Thread.ofVirtual().start(() -> load(daemon, to, name, acknowledged, least, enough)));
      }
      enough.await();
      daemon.kill();
      for (var client : clients) {
        client.join();
      }
    }
  }

  private void assertSound() {
    assertThat(MailDaemon.l7("smtp", "verify-store", "--store", folder.resolve("store").toString()))
        .extracting(MailDaemon.Ran::status)
        .isEqualTo(0);
  }

  private static void load(
      MailDaemon daemon,
      String to,
      String name,
      Set<String> acknowledged,
      int least,
      CountDownLatch enough) {
    try (var client = new MailClient(daemon.smtp())) {
      for (var i = 0; true; i++) {
        var large = i % 20 == 19 ? "x".repeat(70).concat("\r\n").repeat(20_000) : "";
        if (client.send(to, name + i, "Ketchup?\r\n" + large).startsWith("250 ")) {
          acknowledged.add(name + i);
        }
        if (acknowledged.size() >= least) {
          enough.countDown();
        }
      }
    } catch (IOException e) {
      // killed
    }
  }

  private static void drained(MailDaemon daemon) throws IOException {
    List<String> command = List.of("smtp", "queue", "list", "--store", daemon.store().toString());
    for (var i = 0; i < 2_000; i++) {
      var ran = MailDaemon.l7(command.toArray(String[]::new));
      if (ran.out().isBlank()) {
        return;
      }
      java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
    }
    throw new IOException("the queue does not empty");
  }
}
