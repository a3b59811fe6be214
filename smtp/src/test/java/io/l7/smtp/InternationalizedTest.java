package io.l7.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Cidr;
import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.auth.MemoryUsers;
import io.l7.smtp.policy.Aliases;
import io.l7.smtp.session.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What needs SMTPUTF8 on its way, and what only says so. */
class InternationalizedTest {
  private static final Endpoint ANY = Endpoint.parse("127.0.0.1:0");
  private static final Endpoint NOBODY = Endpoint.parse("127.0.0.1:1");

  @TempDir Path folder;

  private SmtpServerBuilder server(String name) {
    return SmtpServer.on(folder.resolve(name))
        .domains("hamburger.edu")
        .users(new MemoryUsers().with("bob@hamburger.edu", "secret"))
        .relayNets(List.of(Cidr.parse("127.0.0.0/8")))
        .listen(ANY);
  }

  @ParameterizedTest
  @CsvSource({
    "a@crepes.fr, b@crepes.fr, 'Subject: x', false",
    "a@crepes.fr, b@crepes.fr, 'Subject: x\r\n\r\nÇa va', false",
    "a@crepes.fr, b@crepes.fr, 'Subject: Ça', true",
    "é@crepes.fr, b@crepes.fr, 'Subject: x', true",
    "a@crepes.fr, é@crepes.fr, 'Subject: x', true",
    "a@crepes.fr, b@crêpes.fr, 'Subject: x', true",
  })
  @Spec("RFC 6531 §3.2")
  void aMailNeedsOfOthersWhatIsInItAndNotWhatItWasAnnouncedAs(
      String from, String to, String content, boolean needed) throws IOException {
    try (var server = server("store").relay(o -> o.smarthost(NOBODY, Optional.empty())).start();
        var talk = new Talk(server.endpoint(Role.TRANSFER))) {
      talk.reply();
      talk.say("EHLO crepes.fr");
      assertThat(talk.utf8("MAIL FROM:<" + from + "> SMTPUTF8 BODY=8BITMIME").reply())
          .startsWith("250");
      assertThat(talk.utf8("RCPT TO:<" + to + ">").reply()).startsWith("250");
      talk.say("DATA");
      assertThat(talk.utf8(content + "\r\n\r\n.").reply()).startsWith("250");
      assertThat(server.queue().list())
          .singleElement()
          .satisfies(m -> assertThat(m.envelope().parameters().smtpUtf8()).isEqualTo(needed));
    }
  }

  @Test
  @Spec("RFC 6531 §3.4")
  void anAliasToAnInternationalizedAddressIsAnnouncedAsOne() throws IOException {
    var elsewhere = List.of(Mailbox.of("élise@hamburger.edu"));
    try (var next =
            server("next").users(new MemoryUsers().with("élise@hamburger.edu", "secret")).start();
        var server =
            server("store")
                .domains("crepes.fr")
                .aliases(new Aliases(Map.of("elise@crepes.fr", elsewhere)))
                .relay(o -> o.smarthost(next.endpoint(Role.TRANSFER), Optional.empty()))
                .start();
        var talk = new Talk(server.endpoint(Role.TRANSFER))) {
      talk.reply();
      talk.say("EHLO crepes.fr");
      talk.say("MAIL FROM:<>");
      talk.say("RCPT TO:<elise@crepes.fr>");
      talk.say("DATA");
      talk.say("Subject: x\r\n\r\n.");
      assertThat(next.mailbox("élise@hamburger.edu").await(1, Duration.ofSeconds(5))).hasSize(1);
    }
  }

  @Test
  @Spec("RFC 6531 §3.7.1")
  void aServerOfAnInternationalizedDomainGreetsInAscii() throws IOException {
    try (var server = server("store").domains("straße.example").start();
        var talk = new Talk(server.endpoint(Role.TRANSFER))) {
      assertThat(talk.reply()).startsWith("220 xn--strae-oqa.example ");
      assertThat(talk.say("EHLO crepes.fr")).startsWith("250-xn--strae-oqa.example ");
      assertThat(talk.utf8("MAIL FROM:<a@straße.example> SMTPUTF8").reply()).startsWith("250");
    }
  }
}
