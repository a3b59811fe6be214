package io.l7.dns;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.transcript.Transcript;
import io.l7.dns.authority.Authority;
import io.l7.dns.budget.Ledger;
import io.l7.dns.policy.Policies;
import io.l7.dns.service.ClientLimit;
import io.l7.dns.service.Cookies;
import io.l7.dns.service.PacketCache;
import io.l7.dns.service.QueryLog;
import io.l7.dns.service.RateLimit;
import io.l7.dns.service.RecursiveService;
import io.l7.dns.service.ServiceConfig;
import io.l7.dns.service.ServiceCounters;
import io.l7.dns.service.ServiceLimits;
import io.l7.dns.service.WireService;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Describes a {@link DnsServer}. Without anything said it listens nowhere and refuses everything.
 */
public final class DnsServerBuilder {
  /** What listens under TLS. */
  record Secured(Endpoint endpoint, TlsIdentity identity) {}

  final List<Endpoint> listen = new ArrayList<>();
  final List<Secured> dot = new ArrayList<>();
  final List<Secured> doh = new ArrayList<>();
  Network network = Network.real();
  Metrics metrics = new Metrics();
  RateLimit rateLimit = RateLimit.none();
  ClientLimit clientLimit = ClientLimit.none();
  QueryLog queryLog = QueryLog.none();
  Transcript transcript = Transcript.none();
  ServiceLimits limits = ServiceLimits.defaults();
  int receivers = 1;
  private Authority authority = Authority.none();
  private Optional<Resolver> resolver = Optional.empty();
  private ServiceConfig service = ServiceConfig.defaults();
  private InstantSource clock = InstantSource.system();
  private Optional<byte[]> cookieSecret = Optional.empty();

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

  /** Bounds queries a second of one client; none otherwise. */
  public DnsServerBuilder clientLimit(ClientLimit limit) {
    clientLimit = limit;
    return this;
  }

  /** Where to write a line for each answer; nowhere otherwise. It stays the caller's to close. */
  public DnsServerBuilder queryLog(QueryLog log) {
    queryLog = log;
    return this;
  }

  /** Where dialogues over TCP, TLS and HTTPS go; a datagram is in the query log alone. */
  public DnsServerBuilder transcript(Transcript sink) {
    transcript = sink;
    return this;
  }

  /** Other bounds than the defaults. */
  public DnsServerBuilder limits(ServiceLimits bounds) {
    limits = bounds;
    return this;
  }

  /** The secret of DNS cookies that several servers share, 16 octets; a random one otherwise. */
  public DnsServerBuilder cookieSecret(byte[] secret) {
    cookieSecret = Optional.of(secret.clone());
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
    var random = new SecureRandom();
    var counters = new ServiceCounters(metrics);
    var wire =
        new WireService(
            authority,
            new WireService.Recursion(
                resolver.map(engine -> new RecursiveService(engine.engine(), service)), service),
            new PacketCache(limits.packets(), random.nextLong()),
            new Cookies(cookieSecret.orElseGet(() -> secret(random))),
            counters,
            limits,
            clock);
    service.policies().onChange(() -> wire.packets().clear());
    service.policies().onHit(this::count);
    var server = new DnsServer(this, resolver, wire, counters);
    gauges(server);
    return server;
  }

  private static byte[] secret(SecureRandom random) {
    var secret = new byte[Cookies.SECRET_OCTETS];
    random.nextBytes(secret);
    return secret;
  }

  private void count(Policies.Hit hit) {
    metrics
        .counter(
            "l7_dns_rpz_hits_total",
            "Rules of policy zones that were applied",
            new TreeMap<>(
                Map.of("zone", hit.rule().zone().toString(), "action", hit.rule().action().word())))
        .add();
  }

  private void gauges(DnsServer server) {
    if (resolver.isEmpty()) {
      return;
    }
    metrics.gauge(
        "l7_dns_cached_sets",
        "Record sets in the cache",
        () -> server.resolver().map(engine -> (long) engine.cache().setCount()).orElse(0L));
    metrics.gauge(
        "l7_dns_cached_responses",
        "Responses in the cache",
        () -> server.resolver().map(engine -> (long) engine.cache().responseCount()).orElse(0L));
    metrics.gauge(
        "l7_dns_upstream_queries",
        "Questions sent to name servers since the last reload",
        () -> server.resolver().map(Resolver::packetsSent).orElse(0L));
    for (Ledger.Resource resource : Ledger.Resource.values()) {
      String name = resource.name().toLowerCase(Locale.ROOT);
      metrics.gauge(
          "l7_dns_budget_exhausted_" + name,
          "Questions that wanted more " + resource + " than they may have, since the last reload",
          () -> server.resolver().map(each -> each.ledger().exhausted(resource)).orElse(0L));
      if (resource != Ledger.Resource.PLACES) {
        metrics.gauge(
            "l7_dns_budget_spent_" + name,
            "What questions spent in " + resource + " since the last reload",
            () -> server.resolver().map(each -> each.ledger().spent(resource)).orElse(0L));
      }
    }
  }
}
