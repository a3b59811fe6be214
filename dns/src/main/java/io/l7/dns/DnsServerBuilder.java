package io.l7.dns;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.tls.TlsIdentity;
import io.l7.dns.authority.Authority;
import io.l7.dns.service.PacketCache;
import io.l7.dns.service.RateLimit;
import io.l7.dns.service.RecursiveService;
import io.l7.dns.service.ServiceConfig;
import io.l7.dns.service.WireService;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Describes a {@link DnsServer}. Without anything said it listens nowhere and refuses everything.
 */
public final class DnsServerBuilder {
  /** Answers in the packet cache; 131,072 of about 400 octets are 50 MB. */
  private static final int PACKETS = 1 << 17;

  /** What listens under TLS. */
  record Secured(Endpoint endpoint, TlsIdentity identity) {}

  final List<Endpoint> listen = new ArrayList<>();
  final List<Secured> dot = new ArrayList<>();
  final List<Secured> doh = new ArrayList<>();
  Network network = Network.real();
  Metrics metrics = new Metrics();
  RateLimit rateLimit = RateLimit.none();
  Duration idle = Duration.ofSeconds(10);
  int receivers = 1;
  private Authority authority = Authority.none();
  private Optional<Resolver> resolver = Optional.empty();
  private ServiceConfig service = ServiceConfig.defaults();
  private InstantSource clock = InstantSource.system();

  DnsServerBuilder() {}

  /** Serves UDP and TCP; port 0 takes any free one, the same for both. */
  public DnsServerBuilder listen(Endpoint endpoint) {
    listen.add(endpoint);
    return this;
  }

  /** Serves DNS over TLS (RFC 7858). */
  public DnsServerBuilder dot(Endpoint endpoint, TlsIdentity identity) {
    dot.add(new Secured(endpoint, identity));
    return this;
  }

  /** Serves DNS over HTTPS at {@code /dns-query} (RFC 8484). */
  public DnsServerBuilder doh(Endpoint endpoint, TlsIdentity identity) {
    doh.add(new Secured(endpoint, identity));
    return this;
  }

  /** Answers from these zones first. */
  public DnsServerBuilder authority(Authority zones) {
    authority = zones;
    return this;
  }

  /** Resolves what no zone here answers. The resolver stays the caller's to close. */
  public DnsServerBuilder recursive(Resolver engine) {
    resolver = Optional.of(engine);
    return this;
  }

  public DnsServerBuilder service(ServiceConfig config) {
    service = config;
    return this;
  }

  public DnsServerBuilder rateLimit(RateLimit limit) {
    rateLimit = limit;
    return this;
  }

  /** Threads that receive, each with a socket of its own; one otherwise. */
  public DnsServerBuilder receivers(int count) {
    receivers = count;
    return this;
  }

  /** How long a connection may be silent; 10 s otherwise (RFC 7766 §6.2.3). */
  public DnsServerBuilder idle(Duration limit) {
    idle = limit;
    return this;
  }

  public DnsServerBuilder network(Network seam) {
    network = seam;
    return this;
  }

  public DnsServerBuilder metrics(Metrics registry) {
    metrics = registry;
    return this;
  }

  public DnsServerBuilder clock(InstantSource source) {
    clock = source;
    return this;
  }

  public DnsServer start() throws IOException {
    Optional<RecursiveService> recursion =
        resolver.map(engine -> new RecursiveService(engine.engine(), service));
    resolver.ifPresent(
        engine -> {
          metrics.gauge(
              "l7_dns_cached_sets", "Record sets in the cache", () -> engine.cache().setCount());
          metrics.gauge(
              "l7_dns_cached_responses",
              "Responses in the cache",
              () -> engine.cache().responseCount());
          metrics.gauge(
              "l7_dns_upstream_queries", "Questions sent to name servers", engine::packetsSent);
        });
    var wire = new WireService(authority, recursion, service, new PacketCache(PACKETS), clock);
    return new DnsServer(this, wire);
  }
}
