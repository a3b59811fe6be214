package io.l7.it.mail;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.smtp.SmtpServer;
import io.l7.smtp.auth.MemoryUsers;
import io.l7.smtp.session.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code l7 smtp mailbox} beside a server. */
class MailboxCommandTest {
  @TempDir private Path store;

  @Test
  void aMailboxIsFoundInEverySpellingOfItsUser() throws IOException {
    try (var server =
        SmtpServer.on(store)
            .domains("straße.example")
            .users(new MemoryUsers().with("bob@straße.example", "secret"))
            .listen(Endpoint.parse("127.0.0.1:0"))
            .start()) {
      var at = server.endpoint(Role.TRANSFER).toString();
      var sent = l7("send", "--server", at, "--from=a@b.example", "--to=Bob@straße.example");
      assertThat(sent.status()).as(sent.err()).isZero();
      for (var user :
          List.of("bob", "BOB@straße.example", "bob@xn--strae-oqa.example", "bob@STRAẞE.example")) {
        var waited = l7("mailbox", "wait", "--store", store.toString(), "--user", user);
        assertThat(waited.status()).as(user + ": " + waited.err()).isZero();
      }
      var wrong = l7("mailbox", "list", "--store", store.toString(), "--user", "b b@x.example");
      assertThat(wrong.status()).isEqualTo(2);
    }
  }

  private static MailDaemon.Ran l7(String... arguments) {
    var all = new ArrayList<>(List.of("smtp"));
    all.addAll(List.of(arguments));
    return MailDaemon.l7(all.toArray(String[]::new));
  }
}
