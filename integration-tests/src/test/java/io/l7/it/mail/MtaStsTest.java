package io.l7.it.mail;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.common.time.Scheduler;
import io.l7.common.tls.CertificateAuthority;
import io.l7.common.tls.Pem;
import io.l7.common.tls.TlsIdentity;
import io.l7.dns.DnsServer;
import io.l7.dns.authority.HostedZones;
import io.l7.dns.authority.HostedZones.ZoneSource;
import io.l7.dns.message.Name;
import io.l7.http.HttpServer;
import io.l7.http.message.Body;
import io.l7.http.message.Response;
import io.l7.smtp.SmtpServer;
import io.l7.smtp.SmtpServerBuilder;
import io.l7.smtp.auth.MemoryUsers;
import io.l7.smtp.session.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The daemon sends to a domain with an MTA-STS policy, by our own name server, web server and mail
 * server, over real sockets.
 */
class MtaStsTest {
  private static final Endpoint ANY = Endpoint.parse("127.0.0.1:0");
  private static final String CAROL = "carol@crepes.fr";
  private static final String ANNOUNCED = "_mta-sts TXT \"v=STSv1; id=1;\"\n";

  @TempDir private Path folder;

  private SmtpServerBuilder crepes(Endpoint at) {
    return SmtpServer.on(folder.resolve("crepes"))
        .domains("crepes.fr")
        .users(new MemoryUsers().with(CAROL, "secret"))
        .listen(at);
  }

  private HostedZones zones(String more) throws IOException {
    var zone =
        Files.writeString(
            folder.resolve("crepes.zone"),
            """
            $TTL 0
            @ SOA ns admin 1 3600 600 86400 0
            @ NS ns
            @ MX 10 mx
            ns A 127.0.0.1
            mx A 127.0.0.1
            mta-sts A 127.0.0.1
            """
                + more);
    return HostedZones.open(
        HostedZones.Options.serving(List.of(new ZoneSource(Name.parse("crepes.fr."), zone))),
        Scheduler.real());
  }

  private static DnsServer dns(HostedZones zones, Endpoint at) throws IOException {
    return DnsServer.builder().listen(at).authority(zones.authority()).start();
  }

  private MailDaemon daemon(Endpoint resolver, int smtp, int https) throws IOException {
    return MailDaemon.start(
        folder,
        "--relay-net=127.0.0.0/8",
        "--resolver=" + resolver,
        "--smtp-port=" + smtp,
        "--mta-sts",
        "--mta-sts-port=" + https,
        "--relay-ca=" + folder.resolve("ca.pem"));
  }

  private static void send(MailDaemon daemon, String subject) {
    var ran =
        MailDaemon.l7(
            "smtp",
            "send",
            "--server=" + daemon.smtp(),
            "--from=bob@hamburger.edu",
            "--to=" + CAROL,
            "--subject=" + subject);
    assertThat(ran.status()).as(ran.err()).isZero();
  }

  private static void until(Callable<Boolean> condition) throws Exception {
    var end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("still waiting").isLessThan(end);
      LockSupport.parkNanos(20_000_000);
    }
  }

  @Test
  @Spec({"RFC 8461 §3.3", "RFC 8461 §5", "RFC 8461 §10.2"})
  void aPolicyIsKeptToOverARestartWhenWhoeverIsInBetweenTakesItAllAway() throws Exception {
    var authority = CertificateAuthority.create("Crepes", InstantSource.system());
    Files.writeString(folder.resolve("ca.pem"), Pem.text(authority.certificate()));
    var tls = TlsIdentity.of(authority.issue("mx.crepes.fr", "mta-sts.crepes.fr"));
    var policy = "version: STSv1\r\nmode: enforce\r\nmx: mx.crepes.fr\r\nmax_age: 604800\r\n";
    var mails = crepes(ANY).tls(tls).start();
    var at = mails.endpoint(Role.TRANSFER);
    Endpoint resolver;
    int https;
    try (var zones = zones(ANNOUNCED);
        var dns = dns(zones, ANY);
        var web =
            HttpServer.builder()
                .listen(ANY, tls)
                .handler(request -> Response.ok("text/plain", Body.of(policy)))
                .start()) {
      resolver = Endpoint.of(dns.addresses().getFirst());
      https = web.address().getPort();
      try (var daemon = daemon(resolver, at.port(), https)) {
        send(daemon, "One");
        var mail = mails.mailbox(CAROL).await(1, Duration.ofSeconds(10)).getFirst();
        assertThat(mail.field("Received")).contains(" with ESMTPS ");
        until(() -> Files.exists(daemon.store().resolve("mta-sts/crepes.fr.policy")));
        daemon.kill();
      }
    } finally {
      mails.close();
    }
    // No record, no policy, no STARTTLS: all that somebody in between can take away.
    try (var zones = zones("");
        var dns = dns(zones, resolver);
        var stripped = crepes(at).start();
        var daemon = daemon(resolver, at.port(), https)) {
      send(daemon, "Two");
      var queue = List.of("smtp", "queue", "list", "--json", "--store=" + daemon.store());
      until(
          () ->
              MailDaemon.l7(queue.toArray(String[]::new))
                  .out()
                  .contains("does not offer STARTTLS, which is required"));
      assertThat(stripped.mailbox(CAROL).list()).hasSize(1);
      stripped.close();
      try (var again = crepes(at).tls(tls).start()) {
        MailDaemon.l7("smtp", "queue", "retry", "--store=" + daemon.store());
        // The first may come twice: the daemon was killed, perhaps before it knew of its delivery.
        until(
            () ->
                again.mailbox(CAROL).list().stream()
                    .anyMatch(mail -> mail.field("Subject").equals("Two")));
      }
    }
  }
}
