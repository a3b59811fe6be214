package io.l7.cli.smtp;

import io.l7.cli.Daemon;
import io.l7.cli.L7Command;
import io.l7.cli.ServerOptions;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Cidr;
import io.l7.common.net.Endpoint;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.transcript.Dialogue;
import io.l7.common.units.Units;
import io.l7.smtp.SmtpServer;
import io.l7.smtp.SmtpServerBuilder;
import io.l7.smtp.address.AddressSyntaxException;
import io.l7.smtp.address.Domains;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.auth.UsersFile;
import io.l7.smtp.policy.Aliases;
import io.l7.smtp.protocol.SmtpLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
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

  @Mixin private OutgoingOptions outgoing = new OutgoingOptions();

  @Option(
      names = "--relay-net",
      split = ",",
      paramLabel = "CIDR",
      description = "Addresses that may relay without logging in.")
  private List<Cidr> relayNets = List.of();

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
    if (hostname != null) {
      checkDomain("--hostname", hostname);
    }
    typed(outgoing::checked);
    if (Files.exists(store) && !Files.isDirectory(store)) {
      throw failure(store.toString(), "is no folder");
    }
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
    var reloads =
        outgoing.apply(
            builder,
            new OutgoingOptions.Around(
                Domains.canonical(hostname == null ? domains.getFirst() : hostname),
                store,
                daemon,
                metrics,
                transcript));
    var smtp = builder.start();
    daemon.onStop(smtp::drain);
    daemon.onReload(() -> reload(smtp, identity, reloads));
    server.startMetrics(metrics, daemon);
    smtp.bound().forEach(b -> daemon.ready(b.protocol(), b.address()));
    return daemon.await();
  }

  /** Certificates, aliases and trust anchors; users are seen without being asked. */
  private void reload(SmtpServer smtp, Optional<TlsIdentity> identity, Daemon.Reload more)
      throws Exception {
    var names = aliases == null ? Aliases.NONE : Aliases.read(aliases, domains.getFirst());
    more.reload();
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
    long size;
    try {
      size = Units.parseSize(maxSize);
    } catch (IllegalArgumentException e) {
      throw usage("--max-size: " + e.getMessage());
    }
    if (size < 1) { // RFC 1870 §4: announced, it would mean that there is no limit
      throw usage("--max-size: 1 at least");
    }
    return size;
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
}
