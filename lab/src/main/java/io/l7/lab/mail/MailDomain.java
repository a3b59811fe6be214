package io.l7.lab.mail;

import io.l7.common.net.Dialer;
import io.l7.dns.message.Mx;
import io.l7.dns.message.RRType;
import io.l7.lab.core.World;
import io.l7.lab.world.LabHost;
import io.l7.lab.world.Role;
import io.l7.smtp.SmtpServer;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.auth.MemoryUsers;
import io.l7.smtp.client.Credentials;
import io.l7.smtp.client.MxAnswer;
import io.l7.smtp.client.MxHost;
import io.l7.smtp.client.MxResolver;
import io.l7.smtp.client.RelayOptions;
import io.l7.smtp.client.RelayTransport;
import io.l7.smtp.client.TlsPolicy;
import io.l7.smtp.mailbox.MailboxReader;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.RcptParameters;
import io.l7.smtp.queue.Consignment;
import io.l7.smtp.queue.Outcome;
import io.l7.smtp.queue.QueueOptions;
import io.l7.smtp.queue.RetrySchedule;
import io.l7.smtp.store.Content;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A domain of the lab with its mail server, which can be stopped and started again over its store.
 */
public final class MailDomain implements AutoCloseable {
  private static final String PASSWORD = "correct horse";
  private static final int SMTP = 25;
  private static final int SUBMISSION = 587;

  /** The lab does not wait five minutes: the first retry after a second, then slower. */
  private static final RetrySchedule SCHEDULE =
      new RetrySchedule(
          Duration.ofSeconds(1),
          1.5,
          Duration.ofSeconds(5),
          0.2,
          Duration.ofHours(1),
          Duration.ofMinutes(10));

  private final World world;
  private final String domain;
  private final LabHost host;
  private final Path store;
  private final MemoryUsers users = new MemoryUsers();
  private @Nullable SmtpServer server;

  MailDomain(World world, String domain, List<String> names) throws IOException {
    this.world = world;
    this.domain = domain;
    this.host = world.host("mail." + domain, Role.MAIL);
    this.store = world.folder().resolve("mail-" + domain);
    for (var name : names) users.with(name + "@" + domain, PASSWORD);
    start();
  }

  /** The host of the server. */
  public LabHost host() {
    return host;
  }

  /** Starts the server, if it is stopped. */
  public synchronized void start() throws IOException {
    if (server != null) return;
    server =
        SmtpServer.on(store)
            .domains(domain)
            .hostname(host.name())
            .users(users)
            .listen(host.at(world.ports().of(SMTP)))
            .submission(host.at(world.ports().of(SUBMISSION)))
            .tls(world.identity(host.name()))
            .network(host.network())
            .dialer(dialer())
            .mx(this::servers)
            .relay(
                options ->
                    options
                        .port(world.ports().of(SMTP))
                        .tls(TlsPolicy.OPPORTUNISTIC, world.trust()))
            .queue(queueing())
            .scheduler(world.ground().time())
            .transcript(world.transcript())
            .start();
  }

  /** Stops the server; its store and queue stay. */
  public synchronized void stop() {
    if (server != null) server.drain(Duration.ofSeconds(2));
    server = null;
  }

  /** The server while it runs. */
  public synchronized SmtpServer server() {
    if (server == null) throw new IllegalStateException(host.name() + " is stopped");
    return server;
  }

  private QueueOptions queueing() {
    var standard = QueueOptions.defaults();
    return switch (world.ground().pace()) {
      case STORY -> standard.schedule(SCHEDULE);
      case STANDARD -> standard;
    };
  }

  private Dialer dialer() {
    return world.dialer(host);
  }

  /** MX by the lab's resolver (RFC 5321 §5.1). */
  private MxAnswer servers(String of) {
    world.events().cause("smtp", host.name() + " needs the mail servers of " + of);
    var answer = world.resolver().lookup(of, RRType.MX);
    if (answer.isNameError()) return new MxAnswer.NoSuchDomain(answer.why());
    if (answer.isFailure()) return new MxAnswer.Unknown(answer.why());
    var hosts =
        answer.data().stream()
            .map(Mx::of)
            .map(mx -> new MxHost(mx.preference(), plain(mx.exchange().toString())))
            .toList();
    return hosts.isEmpty() ? MxResolver.implicit().lookup(of) : new MxAnswer.Hosts(hosts);
  }

  private static String plain(String name) {
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  MailboxReader reader(String address) {
    return server().mailbox(address);
  }

  /** Submits a mail as a user of this domain: STARTTLS, AUTH, then to whom it may concern. */
  public void submit(String user, String to, byte[] mail) throws IOException {
    var sender = user + "@" + domain;
    var laptop = world.host("laptop." + domain, Role.CLIENT);
    var options =
        RelayOptions.of(laptop.name(), world.dialer(laptop), MxResolver.implicit())
            .smarthost(
                new io.l7.common.net.Endpoint(host.name(), world.ports().of(SUBMISSION)),
                Optional.of(new Credentials(sender, PASSWORD)))
            .tls(TlsPolicy.REQUIRED, world.trust());
    var address = Mailbox.of(to);
    var recipient = new Recipient(address, new Target.Remote(address), RcptParameters.NONE);
    var envelope =
        new Envelope(ReversePath.of(Mailbox.of(sender)), MailParameters.NONE, List.of(recipient));
    try (var courier = new RelayTransport(options).courier(address.domain())) {
      var outcome =
          courier
              .deliver(
                  new Consignment(
                      MailId.at(world.clock().instant()),
                      envelope,
                      List.of(recipient),
                      Content.of(mail)))
              .getFirst();
      if (!(outcome instanceof Outcome.Delivered)) throw new IOException(outcome.reason());
    }
  }

  @Override
  public synchronized void close() {
    if (server != null) server.close();
    server = null;
  }
}
