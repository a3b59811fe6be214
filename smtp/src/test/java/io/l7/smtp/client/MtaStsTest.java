package io.l7.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.disk.Disk;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.spec.Spec;
import io.l7.common.time.Scheduler;
import io.l7.common.tls.CertificateAuthority;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import io.l7.dns.DnsServer;
import io.l7.dns.authority.HostedZones;
import io.l7.dns.authority.HostedZones.ZoneSource;
import io.l7.dns.message.Name;
import io.l7.smtp.SmtpServer;
import io.l7.smtp.SmtpServerBuilder;
import io.l7.smtp.auth.MemoryUsers;
import io.l7.smtp.dane.Tlsa;
import io.l7.smtp.dane.TlsaAnswer;
import io.l7.smtp.dane.TlsaSet;
import io.l7.smtp.queue.Outcome;
import io.l7.smtp.session.Role;
import io.l7.smtp.sts.StsPolicies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mail to domains whose policies say who may take it, and under what (RFC 8461). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MtaStsTest {
  private static final CertificateAuthority CA =
      CertificateAuthority.create("Burgers", InstantSource.system());
  private static final TlsIdentity.Credentials SERVER = CA.issue("mx.named.edu");

  private Path folder;
  private Metrics metrics = new Metrics();
  private SmtpServer secured;
  private SmtpServer plain;
  private HostedZones zones;
  private DnsServer dns;

  @BeforeAll
  void start(@TempDir Path place) throws Exception {
    folder = place;
    secured = server("secured").tls(TlsIdentity.of(SERVER)).start();
    plain = server("plain").start();
    var file =
        Files.writeString(
            folder.resolve("edu.zone"),
            """
            $TTL 300
            @ SOA ns admin 1 3600 600 86400 60
            @ NS ns
            ns A 127.0.0.1
            mx.named A 127.0.0.1
            mx.evil A 127.0.0.1
            named MX 10 mx.named
            _mta-sts.named TXT "v=STSv1; " "id=1;"
            evil MX 10 mx.evil
            _mta-sts.evil TXT "v=STSv1; id=1;"
            both MX 5 mx.evil
            both MX 10 mx.named
            _mta-sts.both TXT "v=STSv1; id=1;"
            silent MX 10 mx.evil
            """);
    zones =
        HostedZones.open(
            HostedZones.Options.serving(List.of(new ZoneSource(Name.parse("edu."), file))),
            Scheduler.real());
    dns =
        DnsServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"))
            .authority(zones.authority())
            .start();
  }

  @BeforeEach
  void countAnew() {
    metrics = new Metrics();
  }

  private SmtpServerBuilder server(String name) {
    return SmtpServer.on(folder.resolve(name))
        .domains("hamburger.edu")
        .users(new MemoryUsers().with("bob@hamburger.edu", "secret"))
        .listen(Endpoint.parse("127.0.0.1:0"));
  }

  @AfterAll
  void stop() throws IOException {
    dns.close();
    zones.close();
    secured.close();
    plain.close();
  }

  /** Sends to a domain whose policy, if it has any, has this mode and these hosts. */
  private Outcome send(
      String domain, SmtpServer to, String mode, String mx, UnaryOperator<RelayOptions> change)
      throws IOException {
    var text = "version: STSv1\nmode: %s\nmx: %s\nmax_age: 86400\n".formatted(mode, mx);
    var policies = folder.resolve("policies-" + System.nanoTime());
    try (var resolver =
            DnsMxResolver.forwarding(Endpoint.of(dns.addresses().getFirst()), Network.real());
        var known =
            new StsPolicies(
                resolver.policyIds(), d -> text, Disk.real(), policies, Scheduler.real())) {
      var options =
          RelayOptions.of("crepes.fr", Dialer.over(Network.real()).names(resolver), resolver)
              .port(to.endpoint(Role.TRANSFER).port())
              .tls(TlsPolicy.OPPORTUNISTIC, TlsTrust.of(List.of(CA.certificate())))
              .mtaSts(new MtaSts(known, metrics));
      return OneMail.send(domain, change.apply(options));
    }
  }

  private void counted(String name, String result) {
    assertThat(metrics.scrape()).contains(name + "{result=\"" + result + "\"} 1");
  }

  private void counted(String result) {
    counted("l7_smtp_mta_sts_total", result);
  }

  private static void status(Outcome outcome, String status) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Deferred.class, d -> assertThat(d.status()).as(d.reason()).hasToString(status));
  }

  @Test
  @Spec("RFC 8461 §4")
  void theServerThatThePolicyNamesGetsTheMailUnderTls() throws IOException {
    var box = secured.mailbox("bob@hamburger.edu");
    var before = box.list().size();
    assertThat(send("named.edu", secured, "enforce", "*.named.edu", o -> o))
        .isInstanceOf(Outcome.Delivered.class);
    var mail = box.await(before + 1, Duration.ofSeconds(5)).getLast();
    assertThat(mail.field("Received")).contains(" with ESMTPS ");
    counted("matched");
  }

  @ParameterizedTest
  @CsvSource({
    "named.edu, mx.other.edu, 4.7.5", // not named
    "evil.edu, mx.evil.edu, 4.7.5", // named, with another's certificate
  })
  @Spec({"RFC 8461 §4.1", "RFC 8461 §4.2", "RFC 8461 §5"})
  void anotherServerGetsNothing(String domain, String mx, String code) throws IOException {
    status(send(domain, secured, "enforce", mx, o -> o), code);
    counted("failed");
  }

  @Test
  @Spec("RFC 8461 §5")
  void aServerThatLostItsStartTlsGetsNothing() throws IOException {
    status(send("named.edu", plain, "enforce", "mx.named.edu", o -> o), "4.7.4");
    counted("failed");
  }

  @Test
  @Spec("RFC 8461 §4.2")
  void aCertificateThatNobodyTrustsIsNone() throws IOException {
    status(
        send(
            "named.edu",
            secured,
            "enforce",
            "mx.named.edu",
            o -> o.tls(TlsPolicy.OPPORTUNISTIC, TlsTrust.system())),
        "4.7.5");
    counted("failed");
  }

  @Test
  @Spec("RFC 8461 §5")
  void anExchangerThatIsNotNamedIsPassedOver() throws IOException {
    var outcome = send("both.edu", secured, "enforce", "mx.named.edu", o -> o);
    assertThat(outcome.server()).hasValueSatisfying(s -> assertThat(s).startsWith("mx.named.edu:"));
    assertThat(outcome).isInstanceOf(Outcome.Delivered.class);
    counted("matched");
    counted("failed");
  }

  @ParameterizedTest
  @CsvSource({
    "named.edu, mx.named.edu, testing_matched",
    "named.edu, mx.other.edu, testing_failed",
    "evil.edu, mx.evil.edu, testing_failed",
  })
  @Spec("RFC 8461 §5")
  void whoIsTestingGetsTheMailInAnyCase(String domain, String mx, String result)
      throws IOException {
    assertThat(send(domain, secured, "testing", mx, o -> o)).isInstanceOf(Outcome.Delivered.class);
    counted(result);
  }

  @Test
  @Spec("RFC 8461 §5")
  void whoIsTestingGetsTheMailInTheClearToo() throws IOException {
    assertThat(send("named.edu", plain, "testing", "mx.named.edu", o -> o))
        .isInstanceOf(Outcome.Delivered.class);
    counted("testing_failed");
  }

  @Test
  @Spec("RFC 8461 §3.2")
  void aDomainThatGaveItUpAndOneThatNeverHadItAreAsEver() throws IOException {
    for (var result :
        List.of(
            send("named.edu", plain, "none", "mx.other.edu", o -> o),
            send("silent.edu", plain, "enforce", "mx.other.edu", o -> o))) {
      assertThat(result).isInstanceOf(Outcome.Delivered.class);
    }
  }

  @Test
  @Spec("RFC 8461 §2")
  void tlsaRecordsComeFirst() throws Exception {
    var certificate = HexFormat.of().formatHex(SERVER.chain().getFirst().getEncoded());
    var tlsa =
        new Tlsa(Tlsa.Usage.DANE_EE, Tlsa.Selector.CERTIFICATE, Tlsa.Matching.EXACT, certificate);
    var found = new TlsaAnswer.Found("mx.named.edu", new TlsaSet(List.of(tlsa)));
    var dane = new Dane(server -> found, metrics);
    // the hosts of this zone are not proven, so they come by the way of what is configured
    var hosts = List.of(new MxHost(10, "mx.named.edu"));
    UnaryOperator<RelayOptions> proven =
        o ->
            RelayOptions.of(
                    "crepes.fr", o.dialer(), d -> new MxAnswer.Hosts(hosts, MxAnswer.Origin.PROVEN))
                .port(o.port())
                .tls(TlsPolicy.OPPORTUNISTIC, o.trust())
                .mtaSts(o.mtaSts().orElseThrow());
    assertThat(
            send("named.edu", secured, "enforce", "mx.other.edu", o -> proven.apply(o).dane(dane)))
        .isInstanceOf(Outcome.Delivered.class);
    counted("l7_smtp_dane_total", "matched");
    var none = new Dane(server -> new TlsaAnswer.None(), metrics);
    status(
        send("named.edu", secured, "enforce", "mx.other.edu", o -> proven.apply(o).dane(none)),
        "4.7.5");
    counted("failed");
  }

  @Test
  void aSmarthostIsNotLookedUp() throws IOException {
    assertThat(
            send(
                "named.edu",
                plain,
                "enforce",
                "mx.other.edu",
                o -> o.smarthost(plain.endpoint(Role.TRANSFER), Optional.empty())))
        .isInstanceOf(Outcome.Delivered.class);
  }
}
