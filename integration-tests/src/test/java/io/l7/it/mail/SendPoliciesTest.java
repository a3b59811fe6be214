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
import io.l7.dns.dnssec.DnssecAlgorithm;
import io.l7.dns.dnssec.SigningKey;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.zone.ZoneFile;
import io.l7.dns.zone.ZoneLimits;
import io.l7.dns.zone.ZoneSigner;
import io.l7.http.HttpServer;
import io.l7.http.message.Body;
import io.l7.http.message.Response;
import io.l7.it.Ignored;
import io.l7.smtp.SmtpServer;
import io.l7.smtp.auth.MemoryUsers;
import io.l7.smtp.session.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code l7 smtp send --tls dane} and {@code mta-sts}: by the policies that a relay keeps to. */
class SendPoliciesTest {
  private static final Endpoint ANY = Endpoint.parse("127.0.0.1:0");
  private static final Name ZONE = Name.parse("edu.");

  @TempDir private Path folder;
  private SmtpServer mails;
  private HttpServer web;
  private HostedZones zones;
  private DnsServer dns;

  @BeforeEach
  void start() throws Exception {
    var authority = CertificateAuthority.create("Burgers", InstantSource.system());
    Files.writeString(folder.resolve("ca.pem"), Pem.text(authority.certificate()));
    var certificate = authority.issue("mx.good.edu", "mta-sts.good.edu", "mta-sts.wrong.edu");
    var tls = TlsIdentity.of(certificate);
    mails =
        SmtpServer.on(folder.resolve("mails"))
            .domains("good.edu", "wrong.edu", "none.edu")
            .users(
                new MemoryUsers()
                    .with("bob@good.edu", "secret")
                    .with("bob@wrong.edu", "secret")
                    .with("bob@none.edu", "secret"))
            .tls(tls)
            .listen(ANY)
            .start();
    web =
        HttpServer.builder()
            .listen(ANY, tls)
            .handler(
                request ->
                    Response.ok(
                        "text/plain",
                        Body.of(
                            "version: STSv1\nmode: enforce\nmx: mx.good.edu\nmax_age: 86400\n")))
            .start();
    zone(digest(certificate));
  }

  private static String digest(TlsIdentity.Credentials certificate) throws Exception {
    var octets = certificate.chain().getFirst().getEncoded();
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
  }

  private void zone(String digest) throws Exception {
    var key =
        SigningKey.generate(
            DnssecAlgorithm.ECDSAP256SHA256, SigningKey.Role.KSK, new SecureRandom());
    var text = new StringBuilder("$TTL 300\n@ SOA ns admin 1 3600 600 86400 60\n@ NS ns\n");
    text.append("ns A 127.0.0.1\n");
    for (var domain : List.of("good", "wrong", "none")) {
      text.append(domain + " MX 10 mx." + domain + "\n");
      text.append("mx." + domain + " A 127.0.0.1\n");
      text.append("mta-sts." + domain + " A 127.0.0.1\n");
    }
    for (var domain : List.of("good", "wrong")) {
      text.append("_mta-sts." + domain + " TXT \"v=STSv1; id=1;\"\n");
      text.append("_" + smtpPort() + "._tcp.mx." + domain + " TLSA 3 0 1 ");
      text.append(domain.equals("good") ? digest : "00".repeat(32)).append('\n');
    }
    var file = Files.writeString(folder.resolve("edu.zone"), text);
    var signer = new ZoneSigner(List.of(key), InstantSource.system(), Duration.ofDays(1));
    var signed = signer.signWhole(ZoneFile.load(file, ZONE, ZoneLimits.defaults()));
    ZoneFile.write(file, signed);
    Files.writeString(
        folder.resolve("anchor"),
        ResourceRecord.of(ZONE, RRType.DNSKEY, 300, key.dnskey().rdata()).toString());
    zones =
        HostedZones.open(
            HostedZones.Options.serving(List.of(new ZoneSource(ZONE, file))), Scheduler.real());
    dns = DnsServer.builder().listen(ANY).authority(zones.authority()).start();
  }

  @AfterEach
  void stop() throws IOException {
    dns.close();
    zones.close();
    web.close();
    mails.close();
  }

  private int smtpPort() {
    return mails.endpoint(Role.TRANSFER).port();
  }

  private MailDaemon.Ran send(String domain, String... more) {
    var arguments =
        new ArrayList<>(
            List.of(
                "smtp",
                "send",
                "--from=alice@crepes.fr",
                "--to=bob@" + domain,
                "--body=Ketchup?",
                "--resolver=" + Endpoint.of(dns.addresses().getFirst())));
    arguments.addAll(List.of(more));
    return MailDaemon.l7(arguments.toArray(String[]::new));
  }

  private String anchor() {
    return "--trust-anchor=" + folder.resolve("anchor");
  }

  @ParameterizedTest
  @CsvSource({"good.edu, 0, ESMTPS", "wrong.edu, 1, ''", "none.edu, 0, ESMTPS"})
  @Spec("RFC 7672 §2.2")
  void tlsaRecordsSayWhomAMailMayGoTo(String domain, int status, String protocol)
      throws IOException {
    var mx = "mx." + domain + ":" + smtpPort();
    for (var where :
        List.of(
            List.of("--mx", "--smtp-port=" + smtpPort()),
            List.of("--server=" + mx),
            List.of("--server=" + mx, "--timeout=10"))) {
      var options = new ArrayList<>(where);
      options.addAll(List.of("--tls", "dane", anchor()));
      var ran = send(domain, options.toArray(String[]::new));
      assertThat(ran.status()).as(where + ran.out() + ran.err()).isEqualTo(status);
    }
    var got = mails.mailbox("bob@" + domain).await(status == 0 ? 3 : 0, Duration.ofSeconds(10));
    assertThat(got)
        .allSatisfy(m -> assertThat(m.field("Received")).contains(" with " + protocol + " "))
        .hasSize(status == 0 ? 3 : 0);
  }

  @ParameterizedTest
  @CsvSource({"good.edu, 0", "wrong.edu, 1", "none.edu, 0"})
  @Spec("RFC 8461 §5")
  void policiesSayWhomAMailMayGoTo(String domain, int status) {
    var ran =
        send(
            domain,
            "--mx",
            "--smtp-port=" + smtpPort(),
            "--tls=mta-sts",
            "--mta-sts-port=" + web.address().getPort(),
            "--ca=" + folder.resolve("ca.pem"));
    assertThat(ran.status()).as(ran.out() + ran.err()).isEqualTo(status);
    assertThat(ran.err())
        .contains(status == 0 ? "" : "none of the servers that the MTA-STS policy of wrong.edu");
  }

  @Test
  void recordsComeBeforePolicies() {
    var ran =
        send(
            "good.edu",
            "--mx",
            "--smtp-port=" + smtpPort(),
            "--tls=dane,mta-sts",
            anchor(),
            "--mta-sts-port=1");
    assertThat(ran.status()).as(ran.err()).isZero();
  }

  @Test
  @Spec("RFC 7672 §2.2")
  void aDaemonHeedsOtherTrustAnchorsAtSighup() throws Exception {
    Ignored.HUP.leavesOut();
    var anchor = folder.resolve("anchor");
    var right = Files.readString(anchor);
    Files.writeString(anchor, "edu. DS 1 13 2 " + "00".repeat(32));
    try (var daemon =
        MailDaemon.start(
            folder,
            "--relay-net=127.0.0.0/8",
            "--resolver=" + Endpoint.of(dns.addresses().getFirst()),
            "--smtp-port=" + smtpPort(),
            "--relay-tls=dane",
            anchor())) {
      var ran = send("good.edu", "--server=" + daemon.smtp());
      assertThat(ran.status()).as(ran.err()).isZero();
      var store = "--store=" + daemon.store();
      until(() -> MailDaemon.l7("smtp", "queue", "list", store).out().contains("MX of good.edu"));
      Files.writeString(anchor, right);
      new ProcessBuilder("kill", "-HUP", Long.toString(daemon.pid())).start().waitFor();
      until(
          () -> {
            MailDaemon.l7("smtp", "queue", "retry", store);
            return Files.isDirectory(mails.layout().mailboxes().resolve("good.edu/bob/new"));
          });
    }
  }

  private static void until(BooleanSupplier condition) {
    var end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still waiting").isLessThan(end);
      LockSupport.parkNanos(20_000_000);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--mx --tls=no-such | --tls: no such word: no-such",
        "--mx --tls=dane,off | --tls: of these words one alone: dane,off",
        "--server=127.0.0.1 --tls=mta-sts | --tls mta-sts needs --mx and --resolver HOST:PORT",
        "--mx --trust-anchor=x | --trust-anchor is for --tls dane",
        "--mx --tls=mta-sts --mta-sts-port=0 | --mta-sts-port: 1 to 65535",
        "--mx --mta-sts-port=8443 | --mta-sts-port is for --tls mta-sts",
      })
  void whatDoesNotGoTogetherIsSaid(String options, String message) {
    var ran = send("good.edu", options.split(" "));
    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err()).startsWith("l7: " + message + "\n");
  }
}
