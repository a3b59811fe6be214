package io.l7.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.auth.MemoryUsers;
import io.l7.smtp.control.StoreLock;
import io.l7.smtp.policy.Aliases;
import io.l7.smtp.session.Role;
import io.l7.smtp.store.StoreLayout;
import java.io.IOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmtpServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @TempDir Path folder;
  private SmtpServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        SmtpServer.on(folder.resolve("store"))
            .domains("hamburger.edu")
            .users(new MemoryUsers().with("bob@hamburger.edu", "secret"))
            .listen(Endpoint.parse("127.0.0.1:0"))
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Talk talk() throws IOException {
    return new Talk(server.endpoint(Role.TRANSFER));
  }

  @Test
  void aServerThatCannotListenLeavesNothingBehind() throws Exception {
    var store = folder.resolve("other");
    var before = ownThreads();
    var builder =
        SmtpServer.on(store)
            .domains("hamburger.edu")
            .users(new MemoryUsers())
            .listen(Endpoint.parse("127.0.0.1:0"))
            .listen(server.endpoint(Role.TRANSFER)); // which is taken
    assertThatThrownBy(builder::start).isInstanceOf(BindException.class);
    for (var thread : ownThreads()) { // those that were told to end may still be about it
      assertThat(before.contains(thread) || thread.join(PATIENCE)).as(thread.getName()).isTrue();
    }
    assertThat(new StoreLayout(store).control()).isEmptyDirectory();
    try (var lock = StoreLock.tryTake(new StoreLayout(store)).orElseThrow()) {
      assertThat(lock).isNotNull();
    }
  }

  private static Set<Thread> ownThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("l7-smtp-"))
        .collect(Collectors.toSet());
  }

  @Test
  void aliasesChangeWhileItRuns() throws IOException {
    try (var t = talk()) {
      t.reply();
      t.say("HELO crepes.fr");
      t.say("MAIL FROM:<alice@crepes.fr>");
      assertThat(t.say("RCPT TO:<sales@hamburger.edu>")).startsWith("550 5.1.1");
      var bob = List.of(Mailbox.of("bob@hamburger.edu"));
      server.aliases(new Aliases(Map.of("sales@hamburger.edu", bob)));
      assertThat(t.say("RCPT TO:<sales@hamburger.edu>")).startsWith("250 ");
    }
  }

  @Test
  @Spec("RFC 5321 §3.3")
  void theTextbookDialogueDeliversAMail() throws IOException {
    try (var t = talk()) {
      assertThat(t.reply()).startsWith("220 hamburger.edu");
      assertThat(t.say("HELO crepes.fr")).startsWith("250 ").contains("crepes.fr");
      assertThat(t.say("MAIL FROM: <alice@crepes.fr>")).startsWith("250 ");
      assertThat(t.say("RCPT TO: <bob@hamburger.edu>")).startsWith("250 ");
      assertThat(t.say("DATA")).startsWith("354 ");
      t.raw("Do you like ketchup?\r\nHow about pickles?\r\n");
      assertThat(t.say(".")).startsWith("250 2.0.0 ");
      assertThat(t.say("QUIT")).startsWith("221 ");
      assertThat(t.reply()).isEqualTo("closed");
    }
    var mails = server.mailbox("bob@hamburger.edu").await(1, Duration.ofSeconds(5));
    assertThat(mails).hasSize(1);
    var text =
        new String(
            server.mailbox("bob@hamburger.edu").read(mails.getFirst()), StandardCharsets.UTF_8);
    assertThat(text)
        .startsWith("Return-Path: <alice@crepes.fr>\nDelivered-To: bob@hamburger.edu\nReceived: ")
        .endsWith("\nDo you like ketchup?\nHow about pickles?\n");
  }
}
