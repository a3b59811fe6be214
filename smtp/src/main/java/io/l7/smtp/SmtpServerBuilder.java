package io.l7.smtp;

import io.l7.common.disk.Disk;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Cidr;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.time.Scheduler;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.transcript.Transcript;
import io.l7.smtp.address.Domains;
import io.l7.smtp.auth.Users;
import io.l7.smtp.client.MxResolver;
import io.l7.smtp.client.RelayOptions;
import io.l7.smtp.policy.Aliases;
import io.l7.smtp.protocol.SmtpLimits;
import io.l7.smtp.queue.QueueOptions;
import io.l7.smtp.session.FaultScript;
import io.l7.smtp.session.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * How a server is to be; every method changes and returns this builder, {@link #start} makes the
 * server. One thread.
 */
public final class SmtpServerBuilder {
  record ListenerSpec(Role role, String protocol, Endpoint endpoint, boolean implicitTls) {}

  final Path store;
  final List<ListenerSpec> listeners = new ArrayList<>();
  List<String> domains = List.of("localhost");
  Optional<String> hostname = Optional.empty();
  Users users = Users.none();
  Aliases aliases = Aliases.NONE;
  Optional<TlsIdentity> tls = Optional.empty();
  List<Cidr> relayNets = List.of();
  SmtpLimits limits = SmtpLimits.defaults();
  QueueOptions queue = QueueOptions.defaults();
  Scheduler scheduler = Scheduler.real();
  Disk disk = Disk.real();
  Network network = Network.real();
  Metrics metrics = new Metrics();
  Transcript transcript = Transcript.none();
  FaultScript faults = FaultScript.none();
  private Optional<Dialer> dialer = Optional.empty();
  private MxResolver mx = MxResolver.implicit();
  private UnaryOperator<RelayOptions> relay = UnaryOperator.identity();

  SmtpServerBuilder(Path store) {
    this.store = store;
  }

  /** The local domains; the first is that of bare names. */
  public SmtpServerBuilder domains(String... names) {
    return domains(List.of(names));
  }

  /** The local domains; the first is that of bare names. */
  public SmtpServerBuilder domains(List<String> names) {
    domains = List.copyOf(names);
    return this;
  }

  /** Our name in greetings and trace fields; the first domain otherwise. */
  public SmtpServerBuilder hostname(String name) {
    hostname = Optional.of(name);
    return this;
  }

  /** Who has a mailbox and may submit. */
  public SmtpServerBuilder users(Users people) {
    users = people;
    return this;
  }

  /** Other names of mailboxes. */
  public SmtpServerBuilder aliases(Aliases others) {
    aliases = others;
    return this;
  }

  /** Listens for mail from other servers, and from clients that authenticate. */
  public SmtpServerBuilder listen(Endpoint endpoint) {
    return add(Role.TRANSFER, "smtp", endpoint, false);
  }

  /** Listens for submission with STARTTLS (port 587). */
  public SmtpServerBuilder submission(Endpoint endpoint) {
    return add(Role.SUBMISSION, "submission", endpoint, false);
  }

  /** Listens for submission under TLS (port 465). */
  public SmtpServerBuilder smtps(Endpoint endpoint) {
    return add(Role.SUBMISSION, "smtps", endpoint, true);
  }

  /** Listens for LMTP. */
  public SmtpServerBuilder lmtp(Endpoint endpoint) {
    return add(Role.LMTP, "lmtp", endpoint, false);
  }

  private SmtpServerBuilder add(
      Role role, String protocol, Endpoint endpoint, boolean implicitTls) {
    listeners.add(new ListenerSpec(role, protocol, endpoint, implicitTls));
    return this;
  }

  /** Who we are under TLS. */
  public SmtpServerBuilder tls(TlsIdentity identity) {
    tls = Optional.of(identity);
    return this;
  }

  /** Addresses that may relay without authenticating; none otherwise, loopback included. */
  public SmtpServerBuilder relayNets(List<Cidr> nets) {
    relayNets = List.copyOf(nets);
    return this;
  }

  /** Other limits. */
  public SmtpServerBuilder limits(SmtpLimits others) {
    limits = others;
    return this;
  }

  /** Another behaviour of the queue. */
  public SmtpServerBuilder queue(QueueOptions options) {
    queue = options;
    return this;
  }

  /** How connections to other servers are opened, and their hosts' names resolved. */
  public SmtpServerBuilder dialer(Dialer other) {
    dialer = Optional.of(other);
    return this;
  }

  /** How the servers of a domain are found; every domain is its own host otherwise. */
  public SmtpServerBuilder mx(MxResolver resolver) {
    mx = resolver;
    return this;
  }

  /** Changes how mail leaves: smarthost, port, TLS. */
  public SmtpServerBuilder relay(UnaryOperator<RelayOptions> change) {
    var before = relay;
    relay = options -> change.apply(before.apply(options));
    return this;
  }

  /** The time; the machine's otherwise. */
  public SmtpServerBuilder scheduler(Scheduler time) {
    scheduler = time;
    return this;
  }

  /** The disk; the machine's otherwise. */
  public SmtpServerBuilder disk(Disk port) {
    disk = port;
    return this;
  }

  /** The network to listen on and to send over; the machine's otherwise. */
  public SmtpServerBuilder network(Network seam) {
    network = seam;
    return this;
  }

  /** Where to count. */
  public SmtpServerBuilder metrics(Metrics registry) {
    metrics = registry;
    return this;
  }

  /** Where the dialogues go, with secrets masked. */
  public SmtpServerBuilder transcript(Transcript sink) {
    transcript = sink;
    return this;
  }

  /** When to misbehave, in tests. */
  public SmtpServerBuilder faults(FaultScript script) {
    faults = script;
    return this;
  }

  /** RFC 6531 §3.7.1: in a greeting a name stands in A-labels. */
  String hostname() {
    var name = hostname.orElse(domains.getFirst());
    return name.chars().allMatch(c -> c < 0x80) ? name : Domains.canonical(name);
  }

  RelayOptions relayOptions() {
    var dial = dialer.orElseGet(() -> Dialer.over(network).transcript(transcript));
    return relay.apply(RelayOptions.of(hostname(), dial, mx));
  }

  /**
   * Opens the store, recovers what is in it, listens.
   *
   * @throws IOException the store cannot be opened or is in use, or an address cannot be bound
   */
  public SmtpServer start() throws IOException {
    var needsTls = listeners.stream().anyMatch(ListenerSpec::implicitTls);
    if (needsTls && tls.isEmpty()) {
      throw new IOException("a listener under TLS needs a certificate");
    }
    return new SmtpServer(this);
  }
}
