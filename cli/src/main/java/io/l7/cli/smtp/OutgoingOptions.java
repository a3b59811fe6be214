package io.l7.cli.smtp;

import io.l7.cli.Daemon;
import io.l7.cli.OptionRules;
import io.l7.common.disk.Disk;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.time.Scheduler;
import io.l7.common.tls.TlsTrust;
import io.l7.common.transcript.Transcript;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.resolver.RecordFile;
import io.l7.smtp.SmtpServerBuilder;
import io.l7.smtp.address.AddressSyntaxException;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.client.Credentials;
import io.l7.smtp.client.Dane;
import io.l7.smtp.client.DnsMxResolver;
import io.l7.smtp.client.MtaSts;
import io.l7.smtp.client.RelayOptions;
import io.l7.smtp.client.ReportMailer;
import io.l7.smtp.client.TlsPolicy;
import io.l7.smtp.dkim.DkimSigner;
import io.l7.smtp.sts.StsPolicies;
import io.l7.smtp.tlsrpt.Counted;
import io.l7.smtp.tlsrpt.TlsReports;
import io.l7.smtp.tlsrpt.TlsRptLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How mail leaves a server: where to, and what others have to prove. A mixin. */
final class OutgoingOptions {
  @Option(
      names = "--relay-to",
      paramLabel = "HOST:PORT",
      description = "Send everything that is not local there.")
  private @Nullable Endpoint relayTo;

  @Option(
      names = "--relay-auth",
      paramLabel = "USER:PASSWORD",
      description = "Log in there; the environment variable L7_RELAY_AUTH does it too.")
  private @Nullable String relayAuth;

  @Option(
      names = "--relay-tls",
      paramLabel = "WHEN",
      description = "off, opportunistic (default), dane, required or implicit.")
  private TlsPolicy relayTls = TlsPolicy.OPPORTUNISTIC;

  @Option(
      names = "--trust-anchor",
      paramLabel = "FILE",
      description =
          "DS or DNSKEY records to check DANE's answers by (default: IANA's of the root).")
  private @Nullable Path trustAnchor;

  @Option(
      names = "--mta-sts",
      description = "Keep to the MTA-STS policies of domains, where DANE says nothing of them.")
  private boolean mtaSts;

  @Mixin private PolicyPort policyPort = new PolicyPort();

  @Option(
      names = "--tls-report",
      paramLabel = "ADDRESS",
      description =
          "Report each day how TLS went to the domains that ask for it (TLSRPT); ADDRESS sends the"
              + " reports and answers questions.")
  private @Nullable String tlsReport;

  @Option(
      names = "--tls-report-key",
      paramLabel = "SELECTOR=FILE",
      description = "Sign the reports by DKIM with this key (PEM), for the domain of ADDRESS.")
  private @Nullable String tlsReportKey;

  @Option(
      names = "--relay-ca",
      paramLabel = "FILE",
      description = "Trust these certificates (PEM) of servers and policies, not the system's.")
  private @Nullable Path relayCa;

  @Option(
      names = "--resolver",
      paramLabel = "HOST:PORT",
      description = "The DNS resolver for MX and addresses; without it, the system's addresses.")
  private @Nullable Endpoint resolver;

  @Option(
      names = "--smtp-port",
      paramLabel = "PORT",
      description = "The port of other domains' servers (default 25).")
  private int smtpPort = 25;

  /**
   * Whether the options go together.
   *
   * @throws IllegalArgumentException they do not
   */
  OutgoingOptions checked() {
    if (smtpPort < 1 || smtpPort > 0xffff) {
      throw new IllegalArgumentException("--smtp-port: 1 to 65535");
    }
    checkDane();
    checkMtaSts();
    OptionRules.isFor("--relay-auth", relayAuth != null, "--relay-to", relayTo != null);
    if (relayTo != null) {
      credentials();
    }
    if (tlsReport != null) {
      reporter(tlsReport);
    }
    if (tlsReportKey != null && (tlsReport == null || !tlsReportKey.matches("[\\w.-]+=.+"))) {
      throw new IllegalArgumentException(
          tlsReport == null
              ? "--tls-report-key is for --tls-report"
              : "--tls-report-key takes SELECTOR=FILE");
    }
    return this;
  }

  private void checkDane() {
    if (relayTls == TlsPolicy.DANE && resolver == null) {
      throw new IllegalArgumentException(
          "--relay-tls dane needs --resolver HOST:PORT, one that passes signatures on");
    }
    if (relayTls != TlsPolicy.DANE && trustAnchor != null) {
      throw new IllegalArgumentException("--trust-anchor is for --relay-tls dane");
    }
  }

  private void checkMtaSts() {
    if (mtaSts && !isOpen() || tlsReport != null && !isOpen()) {
      throw new IllegalArgumentException(
          (mtaSts ? "--mta-sts" : "--tls-report")
              + " needs --resolver HOST:PORT, no --relay-to, and --relay-tls opportunistic or"
              + " dane");
    }
    policyPort.check("--mta-sts", mtaSts);
  }

  /** Whether mail goes to servers that DNS names, with TLS as they have it. */
  private boolean isOpen() {
    var byThem = relayTls == TlsPolicy.OPPORTUNISTIC || relayTls == TlsPolicy.DANE;
    return resolver != null && relayTo == null && byThem;
  }

  private static Mailbox reporter(String address) {
    try {
      var mailbox = Mailbox.parse(address);
      if (!mailbox.needsSmtpUtf8()) {
        return mailbox;
      }
      throw new IllegalArgumentException("--tls-report " + address + ": not in ASCII");
    } catch (AddressSyntaxException e) {
      throw new IllegalArgumentException("--tls-report " + address + ": " + e.getMessage(), e);
    }
  }

  /**
   * What else a server has that its mail leaves by.
   *
   * @param hostname our name, in A-labels
   * @param store where what is known of others is kept
   */
  record Around(
      String hostname, Path store, Daemon daemon, Metrics metrics, Transcript transcript) {}

  /** How servers are found, and what they are to keep to; what to do at a reload. */
  Daemon.Reload apply(SmtpServerBuilder builder, Around around) throws IOException {
    var transcript = around.transcript();
    var dialer = Dialer.over(Network.real());
    if (resolver == null) {
      builder.dialer(dialer.transcript(transcript)).relay(relay());
      return () -> {};
    }
    var server = resolver;
    var dns = DnsMxResolver.validating(server, Network.real(), anchors());
    builder.mx(dns).dialer(dialer.names(dns).transcript(transcript));
    builder.relay(relay());
    if (relayTls == TlsPolicy.DANE) {
      var dane = new Dane(dns.tlsa(), around.metrics());
      builder.relay(options -> options.dane(dane));
    }
    if (mtaSts) {
      policies(builder, dns, around);
    }
    if (tlsReport != null) {
      reports(builder, reporter(tlsReport), dns, around);
    }
    return trustAnchor == null
        ? () -> {}
        : () -> dns.replace(DnsMxResolver.validator(server, Network.real(), anchors()));
  }

  private void policies(SmtpServerBuilder builder, DnsMxResolver dns, Around around)
      throws IOException {
    var fetcher = new HttpsPolicyFetcher(trust(), dns, around.transcript(), policyPort.value());
    var policies =
        new StsPolicies(
            dns.policyIds(),
            fetcher,
            Disk.real(),
            around.store().resolve("mta-sts"),
            Scheduler.real());
    around
        .daemon()
        .onStop(
            limit -> {
              policies.close();
              fetcher.close();
            });
    var kept = new MtaSts(policies, around.metrics());
    builder.relay(options -> options.mtaSts(kept));
  }

  private void reports(SmtpServerBuilder builder, Mailbox contact, DnsMxResolver dns, Around around)
      throws IOException {
    var dialer = Dialer.over(Network.real()).names(dns).transcript(around.transcript());
    var options = RelayOptions.of(around.hostname(), dialer, dns).port(smtpPort);
    var scheduler = Scheduler.real();
    var courier =
        new TlsReportCourier(
            new ReportMailer(options, signer(contact), scheduler.clock()),
            trust(),
            dns,
            around.transcript());
    var reports =
        new TlsReports(
            new TlsReports.Reporter(around.hostname(), contact),
            new TlsReports.Ports(
                dns.reportAddresses(),
                courier,
                Disk.real(),
                around.store().resolve(Counted.FOLDER),
                scheduler,
                new SecureRandom(),
                around.metrics()),
            TlsRptLimits.defaults());
    around
        .daemon()
        .onStop(
            limit -> {
              reports.close();
              courier.close();
            });
    builder.relay(o -> o.sessions(reports));
  }

  private Optional<DkimSigner> signer(Mailbox contact) throws IOException {
    if (tlsReportKey == null) {
      return Optional.empty();
    }
    var parts = tlsReportKey.split("=", 2);
    return Optional.of(DkimSigner.fromPem(contact.canonicalDomain(), parts[0], Path.of(parts[1])));
  }

  private TlsTrust trust() throws IOException {
    return relayCa == null ? TlsTrust.system() : TlsTrust.fromPem(relayCa);
  }

  private List<ResourceRecord> anchors() throws IOException {
    if (relayTls != TlsPolicy.DANE) {
      return List.of(); // the resolver is trusted
    }
    return trustAnchor == null ? RecordFile.rootAnchors() : RecordFile.anchors(trustAnchor);
  }

  private UnaryOperator<RelayOptions> relay() throws IOException {
    var trust = trust();
    return options -> {
      var changed = options.port(smtpPort).tls(relayTls, trust);
      return relayTo == null ? changed : changed.smarthost(relayTo, credentials());
    };
  }

  private Optional<Credentials> credentials() {
    var text = relayAuth == null ? System.getenv("L7_RELAY_AUTH") : relayAuth;
    if (text == null) {
      return Optional.empty();
    }
    var colon = text.indexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("--relay-auth takes USER:PASSWORD");
    }
    return Optional.of(new Credentials(text.substring(0, colon), text.substring(colon + 1)));
  }
}
