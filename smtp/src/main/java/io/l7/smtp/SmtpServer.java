package io.l7.smtp;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.ConnectionLimits;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.common.net.TcpServer;
import io.l7.smtp.auth.Authenticator;
import io.l7.smtp.auth.LoginBrake;
import io.l7.smtp.client.RelayTransport;
import io.l7.smtp.control.ControlSocket;
import io.l7.smtp.control.StoreLock;
import io.l7.smtp.mailbox.MailboxReader;
import io.l7.smtp.mailbox.Maildirs;
import io.l7.smtp.policy.Aliases;
import io.l7.smtp.policy.Doors;
import io.l7.smtp.policy.RateLimits;
import io.l7.smtp.policy.Recipients;
import io.l7.smtp.queue.QueueControl;
import io.l7.smtp.session.AuthMask;
import io.l7.smtp.session.Role;
import io.l7.smtp.session.SessionContext;
import io.l7.smtp.session.SessionCounters;
import io.l7.smtp.session.SmtpSession;
import io.l7.smtp.store.StoreLayout;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mail server on a store: takes mail for its domains and users, delivers and relays it. A mail
 * that got its 250 survives a power cut. Many may run in one JVM, each on its own store.
 *
 * <pre>{@code
 * try (var server = SmtpServer.on(store).domains("hamburger.edu").users(users)
 *     .listen(Endpoint.parse("127.0.0.1:2525")).start()) { ... }
 * }</pre>
 */
public final class SmtpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SmtpServer.class);

  /** Connections above the limits that are answered with 421 at once; more wait in the kernel. */
  private static final int TOLD_TO_COME_BACK = 100;

  private final SmtpServerBuilder builder;
  private final StoreLayout layout;
  private final MailEngine engine;
  private final ExecutorService cpu =
      Executors.newFixedThreadPool(
          2, Thread.ofPlatform().daemon().name("l7-smtp-cpu-", 0).factory());
  private final List<TcpServer> servers = new ArrayList<>();

  /** What has to be closed, the last that was opened first; also when a later one fails to open. */
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  private final List<Bound> bound = new ArrayList<>();
  private final Recipients recipients;
  private boolean closed;

  /** A listener as it is: the protocol word of its ready line, and where. */
  public record Bound(String protocol, InetSocketAddress address) {
    /** The address as an endpoint. */
    public Endpoint endpoint() {
      return Endpoint.of(address);
    }
  }

  /** Begins to describe a server on the store in this folder, which is made if it is not there. */
  public static SmtpServerBuilder on(Path store) {
    return new SmtpServerBuilder(store);
  }

  SmtpServer(SmtpServerBuilder builder) throws IOException {
    this.builder = builder;
    this.layout = new StoreLayout(builder.store.toAbsolutePath());
    var lock =
        StoreLock.tryTake(layout)
            .orElseThrow(
                () ->
                    new FileSystemException(
                        layout.root().toString(), null, "is in use by another server"));
    parts.addFirst(lock);
    parts.addFirst(cpu::shutdown);
    try {
      this.recipients = new Recipients(builder.domains, builder.users, builder.aliases);
      this.engine =
          new MailEngine(
              builder.disk,
              layout,
              builder.scheduler,
              builder.limits,
              builder.queue,
              recipients,
              new RelayTransport(builder.relayOptions()),
              builder.hostname());
      parts.addFirst(engine);
      parts.addFirst(ControlSocket.open(layout.control(), engine.queue()));
      var context = context();
      gauges(builder.metrics);
      for (var spec : builder.listeners) {
        listen(spec, context);
      }
      engine.start();
    } catch (IOException | RuntimeException e) {
      closeParts();
      throw e;
    }
  }

  private SessionContext context() {
    return new SessionContext(
        builder.hostname(),
        builder.limits,
        builder.tls,
        new Authenticator(
            builder.users,
            recipients.domains().getFirst(),
            cpu,
            new LoginBrake(builder.scheduler.clock(), LoginBrake.Strength.USER)),
        new LoginBrake(builder.scheduler.clock(), LoginBrake.Strength.ADDRESS),
        recipients,
        builder.relayNets,
        new RateLimits(builder.limits, builder.scheduler::nanos),
        engine,
        builder.scheduler.clock(),
        builder.faults,
        new Doors(builder.limits.connections(), builder.limits.connectionsPerAddress()),
        SessionCounters.of(builder.metrics));
  }

  private void listen(SmtpServerBuilder.ListenerSpec spec, SessionContext context)
      throws IOException {
    var listener =
        spec.implicitTls()
            ? Listener.tls(spec.endpoint(), builder.tls.orElseThrow())
            : Listener.tcp(spec.endpoint());
    var limits =
        ConnectionLimits.defaults()
            .connections(builder.limits.connections() + TOLD_TO_COME_BACK)
            .perAddress(builder.limits.connectionsPerAddress() + TOLD_TO_COME_BACK)
            .idle(builder.limits.commandTimeout())
            .handshake(builder.limits.tlsTimeout());
    var server =
        TcpServer.named(spec.protocol())
            .listen(listener)
            .network(builder.network)
            .limits(limits)
            .metrics(builder.metrics)
            .transcript(AuthMask.over(builder.transcript))
            .start(c -> new SmtpSession(c, context, spec.role()).run());
    servers.add(server);
    parts.addFirst(server);
    bound.add(new Bound(spec.protocol(), server.address()));
  }

  private void gauges(Metrics metrics) {
    metrics.gauge(
        "l7_smtp_queue_mails", "Mails accepted and not over", () -> engine.spool().size());
    metrics.gauge("l7_smtp_log_forces", "Forces of the log so far", () -> engine.spool().forces());
    metrics.gauge(
        "l7_smtp_mailbox_forces",
        "Forces of mailbox files and folders so far",
        () -> engine.maildirs().forces());
    metrics.gauge(
        "l7_smtp_log_records", "Records made durable so far", () -> engine.spool().records());
  }

  /** Where it listens, in the order in which that was asked for. */
  public List<Bound> bound() {
    return List.copyOf(bound);
  }

  /** Where it listens for this role, the first of them. */
  public Endpoint endpoint(Role role) {
    for (var i = 0; i < bound.size(); i++) {
      if (builder.listeners.get(i).role() == role) {
        return bound.get(i).endpoint();
      }
    }
    throw new IllegalStateException("no listener for " + role);
  }

  /** The queue, to look at and to command. */
  public QueueControl queue() {
    return engine.queue();
  }

  /** The mailbox of a user, {@code bob@hamburger.edu}. */
  public MailboxReader mailbox(String user) {
    return MailboxReader.of(new Maildirs(layout.mailboxes()), user);
  }

  /** Has these aliases from now on; mails that were taken keep where they go. */
  public void aliases(Aliases others) {
    recipients.aliases(others);
  }

  /** What the server counts. */
  public Metrics metrics() {
    return builder.metrics;
  }

  /** Where everything is kept. */
  public StoreLayout layout() {
    return layout;
  }

  /**
   * Takes no new connection and no new mail; what is under way may end within {@code limit}; then
   * closes.
   */
  public void drain(Duration limit) {
    var start = System.nanoTime();
    var draining =
        servers.stream().map(s -> Thread.ofVirtual().start(() -> s.drain(limit))).toList();
    for (var d : draining) {
      try {
        d.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    engine.drain(limit.minusNanos(System.nanoTime() - start));
    close();
  }

  /** Closes at once; what was accepted is in the store. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    closeParts();
  }

  private void closeParts() {
    for (var part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("closing {}", layout.root(), e);
      }
    }
  }
}
