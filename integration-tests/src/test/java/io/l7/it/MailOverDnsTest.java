package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.dns.message.RRType;
import io.l7.lab.junit.LabExtension;
import io.l7.lab.names.ServedZone;
import io.l7.lab.world.LabHost;
import io.l7.lab.world.Role;
import io.l7.smtp.SmtpServer;
import io.l7.smtp.auth.MemoryUsers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Where mail goes is what DNS says, and for as long as it says so. */
class MailOverDnsTest {
  private static final String ALICE = "alice@crepes.fr";
  private static final String BOB = "bob@hamburger.edu";
  private static final String DOMAIN = "hamburger.edu.";

  /** Seconds: short enough to wait for. */
  private static final long TTL = 1;

  @RegisterExtension
  final LabExtension lab =
      LabExtension.with(b -> b.mail("crepes.fr", "alice").mail("hamburger.edu", "bob"));

  @Test
  @Spec("RFC 5321 §5.1")
  void theSecondMailServerTakesTheMailWhenTheFirstIsDown() throws Exception {
    var down = lab.lab().host("mx1.hamburger.edu", Role.MAIL);
    zone().add(DOMAIN, 60, "MX", "5 " + down.name() + ".");
    lab.send(ALICE, BOB, "Subject: Fallback\n\nTaken by the second.\n");
    assertThat(lab.mail(BOB).expectOne().field("subject")).isEqualTo("Fallback");
    assertThat(lab.dns().asked("mx1.hamburger.edu", RRType.A)).contains("dns.hamburger.edu");
  }

  @Test
  void mailFollowsItsDomainToAnotherServerWhenTheOldRecordHasExpired(@TempDir Path store)
      throws Exception {
    zone().replace(DOMAIN, TTL, "MX", "10 mail.hamburger.edu.");
    var host = lab.lab().host("mx2.hamburger.edu", Role.MAIL);
    try (var second = second(host, store)) {
      lab.send(ALICE, BOB, "Subject: First\n\nTo the old server.\n");
      lab.mail(BOB).expectOne();
      long asked = lab.dns().times("hamburger.edu", RRType.MX);

      lab.lab().mail().find("hamburger.edu").orElseThrow().stop();
      zone().replace(DOMAIN, TTL, "MX", "10 mx2.hamburger.edu.");
      lab.send(ALICE, BOB, "Subject: Second\n\nTo the new server.\n");
      var mails = second.mailbox(BOB).await(1, Duration.ofSeconds(20));
      assertThat(mails).singleElement().extracting(m -> m.field("subject")).isEqualTo("Second");
      assertThat(lab.dns().times("hamburger.edu", RRType.MX)).isGreaterThan(asked);
    }
  }

  @Test
  void aMailServerThatIsKnownIsNotAskedForAgainBeforeItsRecordExpires() throws Exception {
    lab.send(ALICE, BOB, "Subject: One\n\n.\n");
    lab.mail(BOB).await(1);
    long asked = lab.dns().times("hamburger.edu", RRType.MX);
    lab.send(ALICE, BOB, "Subject: Two\n\n.\n");
    lab.mail(BOB).await(2);
    assertThat(lab.dns().times("hamburger.edu", RRType.MX)).isEqualTo(asked);
  }

  private ServedZone zone() {
    return lab.lab().world().names().zoneOf("hamburger.edu");
  }

  private SmtpServer second(LabHost host, Path store) throws IOException {
    return SmtpServer.on(store)
        .domains("hamburger.edu")
        .hostname(host.name())
        .users(new MemoryUsers().with(BOB, "secret"))
        .listen(host.at(lab.lab().world().ports().of(25)))
        .network(host.network())
        .start();
  }
}
