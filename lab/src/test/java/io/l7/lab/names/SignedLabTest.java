package io.l7.lab.names;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.dns.cache.DnsCache;
import io.l7.dns.cache.Security;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.lab.core.Domains;
import io.l7.lab.junit.LabExtension;
import io.l7.lab.world.Role;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A lab whose zones are signed from the root down. */
class SignedLabTest {
  @RegisterExtension
  final LabExtension lab =
      LabExtension.with(
          b -> b.mail("crepes.fr", "alice").mail("hamburger.edu", "bob").magic().signed());

  @Test
  @Spec("RFC 4035 §5")
  void anAnswerIsSecureFromTheRootsKeyDown() {
    var answer = lab.lab().resolver().lookup("hamburger.edu.", RRType.MX);
    assertThat(answer.data()).hasSize(1);
    assertThat(answer.security()).isEqualTo(Security.SECURE);
    lab.dns().asked("hamburger.edu", RRType.DNSKEY);
  }

  @Test
  @Spec("RFC 4035 §5.4")
  void aNameThatIsNotThereIsProvenNotToBe() {
    var answer = lab.lab().resolver().lookup("nothing.hamburger.edu.", RRType.A);
    assertThat(answer.rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(answer.security()).isEqualTo(Security.SECURE);
  }

  @Test
  void whatIsAddedAndChangedLaterIsSignedToo() {
    var zone = lab.lab().world().names().zoneOf("hamburger.edu");
    zone.add("new.hamburger.edu.", 60, "A", "192.0.2.1");
    zone.replace("new.hamburger.edu.", 60, "A", "192.0.2.2");
    var answer = lab.lab().resolver().lookup("new.hamburger.edu.", RRType.A);
    assertThat(answer.data()).hasSize(1);
    assertThat(answer.security()).isEqualTo(Security.SECURE);
  }

  @Test
  void whatIsFlushedIsAskedAnewWhateverProofsDeniedIt() {
    var resolver = lab.lab().resolver();
    assertThat(resolver.lookup("fresh.hamburger.edu.", RRType.A).rcode()).isEqualTo(Rcode.NXDOMAIN);
    lab.lab()
        .world()
        .names()
        .zoneOf("hamburger.edu")
        .add("fresh.hamburger.edu.", 60, "A", "192.0.2.1");
    int _ = resolver.flush(Name.parse("fresh.hamburger.edu."), DnsCache.Scope.NAME);
    assertThat(resolver.lookup("fresh.hamburger.edu.", RRType.A).data()).hasSize(1);
  }

  @Test
  void aDomainIsFoundSoonAfterItIsRegisteredWhateverWasAskedBefore() throws Exception {
    var world = lab.lab().world();
    for (var before : List.of("www.later.edu.", "zzz.edu.", "www.later.example.")) {
      assertThat(lab.lab().resolver().lookup(before, RRType.A).rcode()).isEqualTo(Rcode.NXDOMAIN);
    }
    for (var domain : List.of("later.edu", "later.example")) {
      Domains.add(world, domain);
      world.host("www." + domain, Role.WEB);
      long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
      while (lab.lab().resolver().lookup("www." + domain + ".", RRType.A).data().isEmpty()) {
        assertThat(System.nanoTime()).as(domain).isLessThan(end);
        new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
      }
    }
  }

  @Test
  @Spec("RFC 4035 §5.2")
  void aZoneWhoseParentKnowsAnotherKeyIsBogus() {
    var parent = lab.lab().world().names().zoneOf("edu");
    parent.replace("hamburger.edu.", 60, "DS", "1 13 2 " + "00".repeat(32));
    var answer = lab.lab().resolver().lookup("hamburger.edu.", RRType.MX);
    assertThat(answer.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(answer.data()).isEmpty();
  }

  @Test
  void mailGoesItsWayAsWithoutSignatures() throws Exception {
    lab.send("alice@crepes.fr", "bob@hamburger.edu", "Subject: Signed\n\nYes.\n");
    assertThat(lab.mail("bob@hamburger.edu").expectOne().field("subject")).isEqualTo("Signed");
  }
}
