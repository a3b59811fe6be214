package io.l7.smtp.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.disk.Disk;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.mailbox.MaildirDelivery.Attempt;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.RcptParameters;
import io.l7.smtp.store.Content;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaildirDeliveryTest {
  @TempDir private Path root;

  @Test
  void aMailboxThatWasRemovedMeanwhileIsMadeAnew() throws IOException {
    var delivery = new MaildirDelivery(Disk.real(), new Maildirs(root));
    deliver(delivery, 1);
    try (var all = Files.walk(root.resolve("hamburger.edu"))) {
      for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    deliver(delivery, 2);
    assertThat(MailboxReader.of(new Maildirs(root), "bob@hamburger.edu").list()).hasSize(1);
  }

  private static void deliver(MaildirDelivery delivery, long id) throws IOException {
    var bob = new Target.Local("bob@hamburger.edu");
    var to = new Recipient(Mailbox.of(bob.user()), bob, RcptParameters.NONE);
    delivery.deliver(
        bob.user(),
        new MailId(id),
        0,
        new Envelope(ReversePath.nobody(), MailParameters.NONE, List.of(to)),
        Content.of("Hi\r\n".getBytes(StandardCharsets.US_ASCII)),
        Attempt.FIRST);
  }
}
