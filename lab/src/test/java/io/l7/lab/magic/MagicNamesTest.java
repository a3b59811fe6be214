package io.l7.lab.magic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.tls.TlsTrust;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.http.HttpClient;
import io.l7.http.message.Request;
import io.l7.lab.junit.LabExtension;
import java.io.IOException;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MagicNamesTest {
  @RegisterExtension
  static final LabExtension LAB = LabExtension.with(b -> b.mail("crepes.fr", "alice").magic());

  @Test
  void servfailFails() {
    var answer = LAB.lab().resolver().lookup("www.servfail.fail.lab.", RRType.A);
    assertThat(answer.rcode()).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void itsParentDoesNot() {
    var answer = LAB.lab().resolver().lookup("nothing.fail.lab.", RRType.A);
    assertThat(answer.rcode()).isEqualTo(Rcode.NXDOMAIN);
  }

  @Test
  void slowComesLateButComes() throws Exception {
    long start = System.nanoTime();
    assertThat(LAB.lab().resolver().lookup("slow.lab.", RRType.A).data()).hasSize(1);
    assertThat(since(start)).isGreaterThanOrEqualTo(MagicNames.DELAY);
    start = System.nanoTime();
    var response = LAB.browser().send(Request.get(LAB.url("http", "slow.lab", "/")));
    assertThat(response.body().text(100)).isEqualTo("at last");
    assertThat(since(start)).isGreaterThanOrEqualTo(MagicNames.DELAY);
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void mailThatIsRefusedWith550ComesBackToItsSender() throws Exception {
    LAB.send("alice@crepes.fr", "anyone@550.fail.lab", "Subject: Hello\n\nAnyone there?\n");
    var drop = LAB.mail("alice@crepes.fr");
    var report = new String(drop.read(drop.expectOne()), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(report).contains("anyone@550.fail.lab", "550", "Action: failed");
  }

  @Test
  void anExpiredCertificateIsRefusedByWhoeverLooks() throws Exception {
    var request = Request.get(LAB.url("https", "expired.lab", "/"));
    assertThatThrownBy(() -> LAB.browser().send(request))
        .isInstanceOf(IOException.class)
        .hasRootCauseInstanceOf(CertificateExpiredException.class);
    var world = LAB.lab().world();
    var dialer = world.dialer(world.hosts().find("test.lab").orElseThrow());
    try (var careless = HttpClient.builder().dialer(dialer).trust(TlsTrust.insecure()).build()) {
      assertThat(careless.send(request).body().text(100)).contains("should not");
    }
  }
}
