package io.l7.cli.smtp;

import io.l7.cli.Daemon;
import io.l7.cli.L7Command;
import io.l7.cli.ServerOptions;
import io.l7.common.disk.Disk;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Cidr;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.time.Scheduler;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import io.l7.common.transcript.Dialogue;
import io.l7.common.transcript.Transcript;
import io.l7.common.units.Units;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.resolver.RecordFile;
import io.l7.smtp.SmtpServer;
import io.l7.smtp.SmtpServerBuilder;
import io.l7.smtp.address.AddressSyntaxException;
import io.l7.smtp.address.Domains;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.auth.UsersFile;
import io.l7.smtp.client.Credentials;
import io.l7.smtp.client.Dane;
import io.l7.smtp.client.DnsMxResolver;
import io.l7.smtp.client.MtaSts;
import io.l7.smtp.client.RelayOptions;
import io.l7.smtp.client.TlsPolicy;
import io.l7.smtp.policy.Aliases;
import io.l7.smtp.protocol.SmtpLimits;
import io.l7.smtp.sts.StsPolicies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code l7 smtp serve}: a mail server. */
@Command(name = "serve", description = "Run a mail server.")
final class ServeCommand extends L7Command {
  private static final Endpoint DEFAULT = Endpoint.parse("127.0.0.1:2525");

  @Mixin private ServerOptions server = new ServerOptions();

  @Option(
      names = "--domain",
      required = true,
      split = ",",
      paramLabel = "DOMAIN",
      description = "A domain whose mail is taken; the first is that of bare names.")
  private List<String> domains = List.of();

  @Option(
      names = "--store",
      required = true,
      paramLabel = "DIR",
      description = "The folder of queue and mailboxes; made when missing.")
  private Path store = Path.of("mail");

  @Option(
      names = "--submission",
      paramLabel = "HOST:PORT",
      description = "Listen for submission: STARTTLS and AUTH first.")
  private List<Endpoint> submission = List.of();

  @Option(
      names = "--smtps",
      paramLabel = "HOST:PORT",
      description = "Listen for submission under TLS.")
  private List<Endpoint> smtps = List.of();

  @Option(names = "--lmtp", paramLabel = "HOST:PORT", description = "Listen for LMTP.")
  private List<Endpoint> lmtp = List.of();

  @Option(
      names = "--users",
      paramLabel = "FILE",
      description = "Who has a mailbox; see 'l7 smtp user' (default: DIR/users).")
  private @Nullable Path users;

  @Option(names = "--aliases", paramLabel = "FILE", description = "Lines 'name: target, ...'.")
  private @Nullable Path aliases;

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
      names = "--relay-net",
      split = ",",
      paramLabel = "CIDR",
      description = "Addresses that may relay without logging in.")
  private List<Cidr> relayNets = List.of();

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

  @Option(
      names = "--mta-sts-port",
      paramLabel = "PORT",
      description = "The port of the policies' servers (default 443).")
  private int mtaStsPort = 443;

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

  @Option(
      names = "--hostname",
      paramLabel = "NAME",
      description = "Our name in greetings (default: the first domain).")
  private @Nullable String hostname;

  @Option(
      names = "--max-size",
      paramLabel = "SIZE",
      description = "The largest message taken (default 50MB).")
  private String maxSize = "50MB";

  @Override
  protected int run() throws Exception {
    domains.forEach(d -> checkDomain("--domain", d));
    if (smtpPort < 1 || smtpPort > 0xffff) {
      throw usage("--smtp-port: 1 to 65535");
    }
    if (hostname != null) {
      checkDomain("--hostname", hostname);
    }
    checkDane();
    checkMtaSts();
    var daemon = new Daemon(out(), server.drain());
    daemon.expectReload();
    var metrics = new Metrics();
    var transcript = server.transcript(dialogue(Dialogue.Naming.NAMED));
    var builder =
        SmtpServer.on(store)
            .domains(domains)
            .users(new UsersFile(usersFile(), domains.getFirst()))
            .relayNets(relayNets)
            .limits(SmtpLimits.builder().maxMessage(size()).build())
            .metrics(metrics)
            .transcript(transcript);
    if (hostname != null) {
      builder.hostname(hostname);
    }
    if (aliases != null) {
      builder.aliases(Aliases.read(aliases, domains.getFirst()));
    }
    var identity = identity();
    identity.ifPresent(builder::tls);
    listen(builder);
    names(builder, daemon, metrics, transcript);
    var smtp = builder.start();
    daemon.onStop(smtp::drain);
    daemon.onReload(() -> reload(smtp, identity));
    server.startMetrics(metrics, daemon);
    smtp.bound().forEach(b -> daemon.ready(b.protocol(), b.address()));
    return daemon.await();
  }

  /** Certificates and aliases; users are seen without being asked. */
  private void reload(SmtpServer smtp, Optional<TlsIdentity> identity) throws IOException {
    var names = aliases == null ? Aliases.NONE : Aliases.read(aliases, domains.getFirst());
    if (identity.isPresent()) {
      identity.get().reload();
    }
    smtp.aliases(names);
  }

  private void checkDomain(String option, String name) {
    try {
      Mailbox.parse("postmaster@" + name);
    } catch (AddressSyntaxException e) {
      throw usage(option + " " + name + ": " + e.getMessage());
    }
  }

  private long size() {
    try {
      return Units.parseSize(maxSize);
    } catch (IllegalArgumentException e) {
      throw usage("--max-size: " + e.getMessage());
    }
  }

  private Path usersFile() {
    if (users == null) {
      return store.resolve("users");
    }
    if (!Files.isReadable(users)) {
      throw failure(users.toString(), "cannot be read; 'l7 smtp user add' makes it");
    }
    return users;
  }

  private void listen(SmtpServerBuilder builder) {
    var others = !submission.isEmpty() || !smtps.isEmpty() || !lmtp.isEmpty();
    (others ? server.listen() : server.listen(DEFAULT)).forEach(builder::listen);
    submission.forEach(builder::submission);
    smtps.forEach(builder::smtps);
    lmtp.forEach(builder::lmtp);
  }

  /** The certificate asked for; submission cannot do without one, so it gets a self-signed one. */
  private Optional<TlsIdentity> identity() throws IOException {
    var names = new LinkedHashSet<String>();
    domains.stream().map(Domains::canonical).forEach(names::add);
    if (hostname != null) {
      names.add(Domains.canonical(hostname));
    }
    names.add("localhost");
    names.add("127.0.0.1");
    var given = server.identity(names.toArray(String[]::new));
    var needed = !submission.isEmpty() || !smtps.isEmpty();
    if (given.isEmpty() && needed) {
      err().println("l7: no --tls-cert: a self-signed certificate is used");
      err().flush();
      return Optional.of(TlsIdentity.selfSigned(names.toArray(String[]::new)));
    }
    return given;
  }

  private void checkDane() {
    if (relayTls == TlsPolicy.DANE && resolver == null) {
      throw usage("--relay-tls dane needs --resolver HOST:PORT, one that passes signatures on");
    }
    if (relayTls != TlsPolicy.DANE && trustAnchor != null) {
      throw usage("--trust-anchor is for --relay-tls dane");
    }
  }

  private void checkMtaSts() {
    var open = relayTls == TlsPolicy.OPPORTUNISTIC || relayTls == TlsPolicy.DANE;
    if (mtaSts && (resolver == null || relayTo != null || !open)) {
      throw usage(
          "--mta-sts needs --resolver HOST:PORT, no --relay-to, and --relay-tls opportunistic or"
              + " dane");
    }
    if (mtaStsPort < 1 || mtaStsPort > 0xffff) {
      throw usage("--mta-sts-port: 1 to 65535");
    }
  }

  /** How servers are found, and what they are to keep to. */
  private void names(
      SmtpServerBuilder builder, Daemon daemon, Metrics metrics, Transcript transcript)
      throws IOException {
    var dialer = Dialer.over(Network.real());
    if (resolver == null) {
      builder.dialer(dialer.transcript(transcript)).relay(relay());
      return;
    }
    var dns = DnsMxResolver.validating(resolver, Network.real(), anchors());
    builder.mx(dns).dialer(dialer.names(dns).transcript(transcript));
    builder.relay(relay());
    if (relayTls == TlsPolicy.DANE) {
      var dane = new Dane(dns.tlsa(), metrics);
      builder.relay(options -> options.dane(dane));
    }
    if (mtaSts) {
      policies(builder, daemon, dns, metrics, transcript);
    }
  }

  private void policies(
      SmtpServerBuilder builder,
      Daemon daemon,
      DnsMxResolver dns,
      Metrics metrics,
      Transcript transcript)
      throws IOException {
    var fetcher = new HttpsPolicyFetcher(trust(), dns, transcript, mtaStsPort);
    var policies =
        new StsPolicies(
            dns.policyIds(), fetcher, Disk.real(), store.resolve("mta-sts"), Scheduler.real());
    daemon.onStop(
        limit -> {
          policies.close();
          fetcher.close();
        });
    var kept = new MtaSts(policies, metrics);
    builder.relay(options -> options.mtaSts(kept));
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
      throw usage("--relay-auth takes USER:PASSWORD");
    }
    return Optional.of(new Credentials(text.substring(0, colon), text.substring(colon + 1)));
  }
}
