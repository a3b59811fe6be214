package io.l7.cli.dns;

import io.l7.cli.Daemon;
import io.l7.cli.L7Command;
import io.l7.cli.ServerOptions;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.time.Scheduler;
import io.l7.common.tls.TlsIdentity;
import io.l7.dns.DnsServer;
import io.l7.dns.DnsServerBuilder;
import io.l7.dns.Resolver;
import io.l7.dns.authority.HostedZones;
import io.l7.dns.service.AccessList;
import io.l7.dns.service.Prefix;
import io.l7.dns.service.RateLimit;
import io.l7.dns.service.ServiceConfig;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code l7 dns serve}: a name server, recursive, authoritative or both. */
@Command(name = "serve", description = "Serve DNS: zones, recursion, or both at once.")
final class ServeCommand extends L7Command {
  private static final Endpoint DEFAULT = Endpoint.parse("127.0.0.1:5353");

  @Mixin private ServerOptions server = new ServerOptions();
  @Mixin private ResolverOptions resolution = new ResolverOptions();
  @Mixin private ZoneOptions zones = new ZoneOptions();

  @Option(names = "--recursive", description = "Resolve names for those who may ask.")
  private boolean recursive;

  @Option(
      names = "--acl",
      paramLabel = "CIDR",
      description = "Who may ask for recursion besides loopback; repeatable.")
  private List<String> acl = List.of();

  @Option(names = "--dot", paramLabel = "HOST:PORT", description = "Serve DNS over TLS.")
  private List<Endpoint> dot = List.of();

  @Option(
      names = "--doh",
      paramLabel = "HOST:PORT",
      description = "Serve DNS over HTTPS at /dns-query.")
  private List<Endpoint> doh = List.of();

  @Option(
      names = "--rrl",
      paramLabel = "N",
      description = "Answers a second to one network over UDP (default: no limit).")
  private int rateLimit;

  @Option(
      names = "--any",
      description = "Answer questions for type ANY in full instead of minimally (RFC 8482).")
  private boolean any;

  @Option(
      names = "--receivers",
      paramLabel = "N",
      description = "Threads that receive over UDP (default 1).")
  private int receivers = 1;

  @Override
  protected int run() throws Exception {
    var daemon = new Daemon(out(), server.drain());
    var metrics = new Metrics();
    DnsServerBuilder builder =
        DnsServer.builder()
            .metrics(metrics)
            .service(service())
            .rateLimit(new RateLimit(rateLimit))
            .receivers(receivers)
            .clock(resolution.clock());
    server.listen(DEFAULT).forEach(builder::listen);
    secured(builder);
    if (!zones.isEmpty()) {
      HostedZones hosted = zones.open(Scheduler.real());
      daemon.onStop(limit -> hosted.close());
      daemon.onReload(hosted::reload);
      builder.authority(hosted.authority());
    }
    if (recursive || resolution.given()) {
      Resolver resolver = resolution.builder().build();
      daemon.onStop(limit -> resolver.close());
      builder.recursive(resolver);
    } else if (zones.isEmpty()) {
      throw usage("nothing to serve: give --zone NAME=FILE, --recursive or --forward HOST:PORT");
    }
    DnsServer dns = builder.start();
    daemon.onStop(dns::drain);
    server.startMetrics(metrics, daemon);
    dns.addresses().forEach(address -> daemon.ready("dns", address));
    dns.dotAddresses().forEach(address -> daemon.ready("dot", address));
    dns.dohAddresses().forEach(address -> daemon.ready("doh", address));
    return daemon.await();
  }

  private ServiceConfig service() {
    AccessList access = AccessList.loopback();
    for (String prefix : acl) {
      access = access.with(Prefix.parse(prefix), AccessList.Access.ALLOWED);
    }
    ServiceConfig config = ServiceConfig.defaults().withAccess(access);
    return any ? config.withAny(ServiceConfig.AnyPolicy.RESOLVED) : config;
  }

  private void secured(DnsServerBuilder builder) throws IOException {
    if (dot.isEmpty() && doh.isEmpty()) {
      return;
    }
    Optional<TlsIdentity> given = server.identity("localhost", "127.0.0.1");
    TlsIdentity identity =
        given.isPresent() ? given.get() : TlsIdentity.selfSigned("localhost", "127.0.0.1");
    dot.forEach(endpoint -> builder.dot(endpoint, identity));
    doh.forEach(endpoint -> builder.doh(endpoint, identity));
  }
}
