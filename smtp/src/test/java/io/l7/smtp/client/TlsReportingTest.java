package io.l7.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.disk.Disk;
import io.l7.common.json.Json;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Cidr;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.spec.Spec;
import io.l7.common.time.VirtualTime;
import io.l7.common.tls.CertificateAuthority;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import io.l7.smtp.SmtpServer;
import io.l7.smtp.SmtpServerBuilder;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.auth.MemoryUsers;
import io.l7.smtp.dane.Tlsa;
import io.l7.smtp.dane.TlsaAnswer;
import io.l7.smtp.dane.TlsaSet;
import io.l7.smtp.dkim.DkimSigner;
import io.l7.smtp.protocol.Command;
import io.l7.smtp.queue.Outcome;
import io.l7.smtp.session.Role;
import io.l7.smtp.sts.FreshPolicies;
import io.l7.smtp.sts.StsPolicies;
import io.l7.smtp.sts.StsPolicy;
import io.l7.smtp.testing.Faults;
import io.l7.smtp.tlsrpt.AppliedPolicy;
import io.l7.smtp.tlsrpt.ReportCourier;
import io.l7.smtp.tlsrpt.ReportUri;
import io.l7.smtp.tlsrpt.SessionFailure;
import io.l7.smtp.tlsrpt.TlsReport;
import io.l7.smtp.tlsrpt.TlsReports;
import io.l7.smtp.tlsrpt.TlsRptLimits;
import io.l7.smtp.tlsrpt.TlsSessions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of sessions that went well or ill, and a report that arrives in spite of it. */
class TlsReportingTest {
  private static final CertificateAuthority CA =
      CertificateAuthority.create("Burgers", InstantSource.system());
  private static final String EDU = "hamburger.edu";
  private static final String MX = "mx.hamburger.edu";
  private static final TlsTrust TRUST = TlsTrust.of(List.of(CA.certificate()));

  private static final DkimSigner SIGNER = signer();

  @TempDir private Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<String> told = new ArrayList<>();

  private final TlsSessions sessions =
      new TlsSessions() {
        @Override
        public void succeeded(String domain, AppliedPolicy policy) {
          told.add(domain + " " + policy.type().word() + " " + policy.domain() + " success");
        }

        @Override
        public void failed(String domain, AppliedPolicy policy, SessionFailure failure) {
          told.add(
              "%s %s %s %s %s"
                  .formatted(
                      domain,
                      policy.type().word(),
                      policy.domain(),
                      failure.type().word(),
                      failure.receiver().orElse("-")));
        }
      };

  private static DkimSigner signer() {
    try {
      var keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      return new DkimSigner("crepes.fr", "s1", keys.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (var one : open.reversed()) {
      one.close();
    }
  }

  private SmtpServerBuilder hamburger() {
    return SmtpServer.on(folder.resolve("hamburger"))
        .domains(EDU)
        .users(new MemoryUsers().with("bob@hamburger.edu", "secret"))
        .listen(Endpoint.parse("127.0.0.1:0"));
  }

  private SmtpServer started(SmtpServerBuilder builder) throws IOException {
    var server = builder.start();
    open.add(server);
    return server;
  }

  private static RelayOptions options(SmtpServer to) {
    return RelayOptions.of(
            "crepes.fr",
            Dialer.over(Network.real()).names(host -> List.of(InetAddress.getLoopbackAddress())),
            domain -> new MxAnswer.Hosts(List.of(new MxHost(10, MX)), MxAnswer.Origin.PROVEN))
        .port(to.endpoint(Role.TRANSFER).port())
        .tls(TlsPolicy.OPPORTUNISTIC, TRUST);
  }

  private static MtaSts policy(String mode, String mx) {
    var text = "version: STSv1\nmode: %s\nmx: %s\nmax_age: 86400\n".formatted(mode, mx);
    return new MtaSts(new FreshPolicies(d -> Optional.of("1"), d -> text), new Metrics());
  }

  private void tells(SmtpServer server, UnaryOperator<RelayOptions> change, String... lines) {
    told.clear();
    OneMail.send(EDU, change.apply(options(server).sessions(sessions)));
    assertThat(told).containsExactly(lines);
  }

  private static TlsIdentity expired() {
    var now = Instant.now();
    return TlsIdentity.of(
        CA.issue(List.of(MX), now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(1))));
  }

  @Test
  @Spec({"RFC 8460 §4.3.1", "RFC 8460 §4.3.2.2"})
  void whatGoesWrongHasItsName() throws IOException {
    var plain = started(hamburger());
    tells(plain, o -> o, EDU + " no-policy-found " + EDU + " starttls-not-supported 127.0.0.1");
    tells(
        plain,
        o -> o.mtaSts(policy("enforce", MX)),
        EDU + " sts " + EDU + " starttls-not-supported 127.0.0.1");
    tells(
        plain,
        o -> o.mtaSts(policy("testing", "other.example")),
        EDU + " sts " + EDU + " validation-failure -");
    tells(
        plain,
        o -> o.mtaSts(new MtaSts(new FreshPolicies(d -> Optional.of("1"), d -> ""), new Metrics())),
        EDU + " sts " + EDU + " sts-policy-invalid -");
    for (var fault :
        List.of(
            new IOException("404"), new IOException("TLS", new CertificateException("whose?")))) {
      var kind = fault.getCause() == null ? "sts-policy-fetch-error" : "sts-webpki-invalid";
      var source =
          new FreshPolicies(
              d -> Optional.of("1"),
              d -> {
                throw fault;
              });
      tells(
          plain,
          o -> o.mtaSts(new MtaSts(source, new Metrics())),
          EDU + " sts " + EDU + " " + kind + " -");
    }
    tells(plain, o -> o.smarthost(plain.endpoint(Role.TRANSFER), Optional.empty()));
  }

  @Test
  @Spec({"RFC 8460 §4.3.1", "RFC 8460 §4.3.2.1"})
  void aCertificateIsWrongInItsOwnWay() throws Exception {
    var fine = CA.issue(MX);
    var server = started(hamburger().tls(TlsIdentity.of(fine)));
    tells(server, o -> o, EDU + " no-policy-found " + EDU + " success");
    var enforced = policy("enforce", MX);
    tells(server, o -> o.mtaSts(enforced), EDU + " sts " + EDU + " success");
    tells(
        server,
        o -> o.mtaSts(enforced).tls(TlsPolicy.OPPORTUNISTIC, TlsTrust.system()),
        EDU + " sts " + EDU + " certificate-not-trusted 127.0.0.1");
    tells(
        server,
        o -> o.dane(dane(new TlsaAnswer.Unknown("SERVFAIL"))),
        EDU + " tlsa " + MX + " dnssec-invalid -");
    tells(server, o -> o.dane(dane(found())), EDU + " tlsa " + MX + " tlsa-invalid 127.0.0.1");
    var wrong =
        new Tlsa(
            Tlsa.Usage.DANE_EE, Tlsa.Selector.CERTIFICATE, Tlsa.Matching.SHA_256, "00".repeat(32));
    tells(
        server,
        o -> o.dane(dane(found(wrong))),
        EDU + " tlsa " + MX + " certificate-not-trusted 127.0.0.1");
    server.close();
    var other = started(hamburger().tls(TlsIdentity.of(CA.issue("other.example"))));
    tells(
        other,
        o -> o.mtaSts(enforced),
        EDU + " sts " + EDU + " certificate-host-mismatch 127.0.0.1");
    other.close();
    var old = started(hamburger().tls(expired()));
    tells(old, o -> o.mtaSts(enforced), EDU + " sts " + EDU + " certificate-expired 127.0.0.1");
  }

  @Test
  @Spec({"RFC 8460 §4.3.1", "RFC 8461 §5"})
  void whoCutsTheHandshakeIsToldOfAndHoldsUpNoMailForWhoIsOnlyTesting() throws IOException {
    var faults = new Faults();
    faults.onCommand(Command.StartTls.class).drop();
    var server = started(hamburger().tls(TlsIdentity.of(CA.issue(MX))).faults(faults));
    var cut = " validation-failure 127.0.0.1";
    tells(server, o -> o.mtaSts(policy("enforce", MX)), EDU + " sts " + EDU + cut);
    tells(server, o -> o.mtaSts(policy("testing", MX)), EDU + " sts " + EDU + cut);
    var any =
        new Tlsa(
            Tlsa.Usage.DANE_EE, Tlsa.Selector.CERTIFICATE, Tlsa.Matching.SHA_256, "00".repeat(32));
    tells(server, o -> o.dane(dane(found(any))), EDU + " tlsa " + MX + cut);
    assertThat(OneMail.send(EDU, options(server).mtaSts(policy("enforce", MX))))
        .isInstanceOf(Outcome.Deferred.class);
    assertThat(OneMail.send(EDU, options(server).mtaSts(policy("testing", MX))))
        .isInstanceOf(Outcome.Delivered.class);
    faults.clear();
    faults.onCommand(Command.StartTls.class).answer("454 4.7.0 TLS not available");
    tells(
        server,
        o -> o.mtaSts(policy("enforce", MX)),
        EDU + " sts " + EDU + " starttls-not-supported 127.0.0.1");
  }

  private static TlsaAnswer found(Tlsa... records) {
    return new TlsaAnswer.Found(MX, new TlsaSet(List.of(records)));
  }

  private static Dane dane(TlsaAnswer answer) {
    return new Dane(server -> answer, new Metrics());
  }

  /** One server under virtual time, with what counts for it. */
  private SmtpServer crepes(SmtpServer to, VirtualTime time) throws IOException {
    var mailer = new ReportMailer(options(to), Optional.of(SIGNER), time.clock());
    var courier =
        new ReportCourier() {
          @Override
          public void mail(ReportUri.Mail uri, TlsReport report) throws IOException {
            mailer.send(uri, report);
          }

          @Override
          public void post(ReportUri.Https uri, TlsReport report) throws IOException {
            throw new IOException("no web here");
          }
        };
    var reports =
        new TlsReports(
            new TlsReports.Reporter("mx.crepes.fr", Mailbox.of("tls@crepes.fr")),
            new TlsReports.Ports(
                domain -> List.of("v=TLSRPTv1; rua=mailto:bob@" + domain),
                courier,
                Disk.real(),
                folder.resolve("tls-reports"),
                time,
                new SplittableRandom(7),
                new Metrics()),
            TlsRptLimits.defaults());
    open.add(reports);
    var text = "version: STSv1\nmode: enforce\nmx: " + MX + "\nmax_age: 864000\n";
    var policies =
        new StsPolicies(
            d -> Optional.of("1"), d -> text, Disk.real(), folder.resolve("mta-sts"), time);
    open.add(policies);
    return started(
        SmtpServer.on(folder.resolve("crepes"))
            .domains("crepes.fr")
            .users(new MemoryUsers().with("carol@crepes.fr", "secret"))
            .relayNets(List.of(Cidr.parse("127.0.0.0/8")))
            .listen(Endpoint.parse("127.0.0.1:0"))
            .scheduler(time)
            .relay(o -> options(to).mtaSts(new MtaSts(policies, new Metrics())).sessions(reports)));
  }

  @Test
  @Spec({"RFC 8460 §3", "RFC 8460 §5.3", "RFC 8461 §5"})
  void whoseCertificateIsBrokenIsToldSoByMailThatDoesNotMind() throws Exception {
    var hamburger = started(hamburger().tls(expired()));
    var time = new VirtualTime();
    var crepes = crepes(hamburger, time);
    var through = options(crepes).tls(TlsPolicy.OFF, TRUST);
    assertThat(OneMail.send("crepes.fr", through)).isInstanceOf(Outcome.Delivered.class);
    var end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (crepes.queue().list().stream()
        .noneMatch(m -> m.toString().contains("certificate_expired"))) {
      assertThat(System.nanoTime()).as("%s", crepes.queue().list()).isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(hamburger.mailbox("bob@hamburger.edu").list()).isEmpty();
    time.advance(Duration.ofHours(29));
    var mail = hamburger.mailbox("bob@hamburger.edu").await(1, Duration.ofSeconds(20)).getFirst();
    assertThat(mail.field("TLS-Report-Domain")).isEqualTo(EDU);
    assertThat(mail.field("From")).isEqualTo("<tls@crepes.fr>");
    assertThat(mail.field("DKIM-Signature"))
        .contains("d=crepes.fr", "TLS-Report-Domain:", "TLS-Report-Submitter:");
    var report = report(Files.readString(mail.file()));
    var policy = report.at("policies").elements().getFirst();
    assertThat(policy.at("policy").at("policy-type").text()).isEqualTo("sts");
    assertThat(policy.at("policy").at("policy-string"))
        .isEqualTo(
            Json.array(
                StsPolicy.parse("version: STSv1\nmode: enforce\nmx: " + MX + "\nmax_age: 864000")
                    .orElseThrow()
                    .lines()));
    assertThat(policy.at("summary").at("total-successful-session-count").longValue()).isZero();
    assertThat(policy.at("failure-details").elements())
        .singleElement()
        .satisfies(d -> assertThat(d.at("result-type").text()).isEqualTo("certificate-expired"));
    assertThat(report.at("policies").elements()).as("the report's own session").hasSize(1);
  }

  private static Json report(String mail) throws IOException {
    var lines = mail.replace("\r\n", "\n");
    var part = lines.substring(lines.indexOf("application/tlsrpt+gzip"));
    var body = part.substring(part.indexOf("\n\n") + 2, part.indexOf("\n--"));
    var octets = Base64.getMimeDecoder().decode(body);
    try (var in = new GZIPInputStream(new ByteArrayInputStream(octets))) {
      return Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
