package io.l7.cli.dns;

import io.l7.cli.Daemon;
import io.l7.cli.L7Command;
import io.l7.cli.OptionRules;
import io.l7.cli.ServerOptions;
import io.l7.common.disk.Disk;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.common.time.Scheduler;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.transcript.Dialogue;
import io.l7.dns.DnsServer;
import io.l7.dns.DnsServerBuilder;
import io.l7.dns.Resolver;
import io.l7.dns.ResolverBuilder;
import io.l7.dns.authority.HostedZones;
import io.l7.dns.cache.DnsCache;
import io.l7.dns.control.ControlHandler;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.policy.Policies;
import io.l7.dns.rollover.AnchorFile;
import io.l7.dns.rollover.AnchorKeeper;
import io.l7.dns.rollover.TrustPoint;
import io.l7.dns.service.PolicyLog;
import io.l7.dns.service.QueryLog;
import io.l7.dns.service.ServiceConfig;
import io.l7.http.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code l7 dns serve}: a name server, recursive, authoritative or both. */
@Command(
    name = "serve",
    description = "Serve DNS: zones, recursion, or both at once. SIGHUP reads all files again.")
final class ServeCommand extends L7Command {
  private static final Endpoint DEFAULT = Endpoint.parse("127.0.0.1:5353");

  /** How long the resolver before a reload lives on, for the questions it works on. */
  private static final Duration FAREWELL = Duration.ofSeconds(30);

  @Mixin private ServerOptions server = new ServerOptions();
  @Mixin private ResolverOptions resolution = new ResolverOptions();
  @Mixin private ServiceOptions service = new ServiceOptions();
  @Mixin private ZoneOptions zones = new ZoneOptions();
  @Mixin private PolicyOptions policies = new PolicyOptions();

  @Option(names = "--recursive", description = "Resolve names for those who may ask.")
  private boolean recursive;

  @Option(names = "--dot", paramLabel = "HOST:PORT", description = "Serve DNS over TLS.")
  private List<Endpoint> dot = List.of();

  @Option(
      names = "--doh",
      paramLabel = "HOST:PORT",
      description = "Serve DNS over HTTPS at /dns-query.")
  private List<Endpoint> doh = List.of();

  @Option(
      names = "--trust-anchor-state",
      paramLabel = "FILE",
      description = "Keep the trust anchors current in this file (RFC 5011).")
  private @Nullable Path anchorState;

  @Option(
      names = "--control",
      paramLabel = "HOST:PORT",
      description = "Take commands of 'l7 dns cache' and 'l7 dns reload', from loopback alone.")
  private @Nullable Endpoint control;

  @Option(
      names = "--receivers",
      paramLabel = "N",
      description = "Threads that receive over UDP (default 1).")
  private int receivers = 1;

  private Policies inForce = Policies.none();
  private Optional<HostedZones> hosted = Optional.empty();
  private Optional<TlsIdentity> identity = Optional.empty();
  private Optional<AnchorKeeper> anchors = Optional.empty();
  private Optional<DnsServer> running = Optional.empty();

  @Override
  protected int run() throws Exception {
    return typed(this::serve);
  }

  private int serve() throws Exception {
    if (receivers < 1) {
      throw usage("--receivers: at least 1");
    }
    boolean resolves = recursive || resolution.given();
    if (!resolves && zones.isEmpty()) {
      throw usage("nothing to serve: give --zone NAME=FILE, --recursive or --forward HOST:PORT");
    }
    zones.check(policies);
    policies.check(resolves);
    service.check(resolves);
    resolution.check(resolves);
    OptionRules.isFor("--trust-anchor-state", anchorState != null, "--recursive", resolves);
    if (!resolves) {
      resolution
          .idle()
          .forEach(
              option ->
                  err()
                      .println(
                          "l7: " + option + ": nothing is resolved here without" + " --recursive"));
    }
    var daemon = new Daemon(out(), server.drain());
    daemon.expectReload();
    var metrics = new Metrics();
    InstantSource clock = resolution.clock();
    var logFiles = new LogFiles(System.out);
    QueryLog log = service.queryLog(logFiles, clock, metrics);
    daemon.onStop(limit -> log.close());
    inForce = policies.policies();
    Optional<PolicyLog> policyLog = policies.log(logFiles, clock, metrics);
    policyLog.ifPresent(hits -> inForce.onHit(hits::record));
    daemon.onStop(limit -> policyLog.ifPresent(PolicyLog::close));
    DnsServerBuilder builder =
        DnsServer.builder()
            .metrics(metrics)
            .transcript(server.transcript(dialogue(Dialogue.Naming.NAMED)))
            .service(config())
            .rateLimit(service.rateLimit())
            .clientLimit(service.clientLimit())
            .queryLog(log)
            .receivers(receivers)
            .clock(clock);
    service.cookieSecret().ifPresent(builder::cookieSecret);
    server.listen(DEFAULT).forEach(builder::listen);
    secured(builder);
    if (!zones.isEmpty() || !policies.isEmpty()) {
      HostedZones opened = zones.open(Scheduler.real(), metrics, policies, inForce);
      daemon.onStop(limit -> opened.close());
      builder.authority(opened.authority());
      hosted = Optional.of(opened);
    }
    if (resolves) {
      anchors = keeper(clock, daemon);
      builder.recursive(resolver().build());
    }
    DnsServer dns = builder.start();
    running = Optional.of(dns);
    anchors.ifPresent(AnchorKeeper::start);
    daemon.onStop(limit -> dns.resolver().ifPresent(Resolver::close));
    daemon.onStop(dns::drain);
    Reload reload = () -> reload(dns, log, policyLog);
    daemon.onReload(reload::run);
    control(dns, reload, clock, metrics, daemon);
    server.startMetrics(metrics, daemon);
    dns.addresses().forEach(address -> daemon.ready("dns", address));
    dns.dotAddresses().forEach(address -> daemon.ready("dot", address));
    dns.dohAddresses().forEach(address -> daemon.ready("doh", address));
    return daemon.await();
  }

  private ResolverBuilder resolver() throws IOException {
    ResolverBuilder builder = resolution.builder();
    anchors.ifPresent(keeper -> builder.trustAnchor(keeper.anchors()));
    return builder;
  }

  private Optional<AnchorKeeper> keeper(InstantSource clock, Daemon daemon) throws IOException {
    if (anchorState == null) {
      return Optional.empty();
    }
    List<ResourceRecord> configured = resolution.anchors();
    Name zone = configured.isEmpty() ? Name.ROOT : configured.getFirst().owner();
    var keeper =
        new AnchorKeeper(
            TrustPoint.of(zone, configured, Math.floorDiv(clock.millis(), 1000L)),
            new AnchorFile(Disk.real(), anchorState),
            () ->
                running
                    .flatMap(DnsServer::resolver)
                    .flatMap(resolver -> resolver.unvalidated(zone, RRType.DNSKEY)),
            changed -> reloadAnchors(),
            Scheduler.real(),
            clock);
    daemon.onStop(limit -> keeper.close());
    return Optional.of(keeper);
  }

  private void reloadAnchors() {
    try {
      reload(running.orElseThrow());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** At SIGHUP the logs are opened again too, for who has renamed them. */
  private void reload(DnsServer dns, QueryLog log, Optional<PolicyLog> policyLog)
      throws IOException {
    reload(dns);
    var logFiles = new LogFiles(System.out);
    service.queryLogFile(logFiles).ifPresent(log::switchTo);
    if (policyLog.isPresent()) {
      policies.logFile(logFiles).ifPresent(policyLog.get()::switchTo);
    }
  }

  /** What a SIGHUP does. */
  @FunctionalInterface
  private interface Reload {
    void run() throws IOException;
  }

  private ServiceConfig config() throws IOException {
    return service.config(resolution.root()).withPolicies(inForce);
  }

  /** Everything is read before anything is changed, zones apart: a broken one keeps its version. */
  private synchronized void reload(DnsServer dns) throws IOException {
    ServiceConfig config = config();
    Optional<Resolver> old = dns.resolver();
    Optional<Resolver> next =
        old.isEmpty() ? Optional.empty() : Optional.of(resolver().cache(old.get().cache()).build());
    if (identity.isPresent()) {
      identity.get().reload();
    }
    hosted.ifPresent(HostedZones::reload);
    dns.reload(next, config);
    old.ifPresent(resolver -> Scheduler.real().after(FAREWELL, resolver::close));
  }

  private void control(
      DnsServer dns, Reload reload, InstantSource clock, Metrics metrics, Daemon daemon)
      throws IOException {
    if (control == null) {
      return;
    }
    var view =
        new ControlHandler.DnsCacheView() {
          @Override
          public Optional<DnsCache> cache() {
            return dns.resolver().map(Resolver::cache);
          }

          @Override
          public long seconds() {
            return Math.floorDiv(clock.millis(), 1000L);
          }
        };
    HttpServer http =
        HttpServer.builder()
            .listen(Listener.tcp(control))
            .handler(new ControlHandler(view, dns::flush, reload::run))
            .metrics(metrics)
            .start();
    daemon.onStop(http::drain);
    daemon.ready("control", http.address());
  }

  private void secured(DnsServerBuilder builder) throws IOException {
    Optional<TlsIdentity> given = server.identity("localhost", "127.0.0.1");
    if (dot.isEmpty() && doh.isEmpty()) {
      if (given.isPresent()) {
        throw usage("a certificate needs --dot or --doh, which alone speak TLS");
      }
      return;
    }
    TlsIdentity own =
        given.isPresent() ? given.get() : TlsIdentity.selfSigned("localhost", "127.0.0.1");
    dot.forEach(endpoint -> builder.dot(endpoint, own));
    doh.forEach(endpoint -> builder.doh(endpoint, own));
    identity = Optional.of(own);
  }
}
