package io.l7.lab.names;

import io.l7.common.net.Dialer;
import io.l7.common.time.Scheduler;
import io.l7.dns.DnsServer;
import io.l7.dns.Resolver;
import io.l7.dns.authority.AccessList;
import io.l7.dns.authority.Authority;
import io.l7.dns.authority.AuthorityLimits;
import io.l7.dns.authority.Services;
import io.l7.dns.authority.ZoneAuthority;
import io.l7.dns.message.Name;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.resolver.Feature;
import io.l7.dns.routing.HealthWatch;
import io.l7.dns.routing.RoutedSet;
import io.l7.dns.routing.Router;
import io.l7.dns.transport.UpstreamMap;
import io.l7.dns.tsig.Keyring;
import io.l7.dns.update.UpdatePolicy;
import io.l7.dns.update.ZoneWriter;
import io.l7.dns.zone.LiveZone;
import io.l7.dns.zone.ZoneBuilder;
import io.l7.dns.zone.ZoneStore;
import io.l7.lab.events.QuestionLog;
import io.l7.lab.world.Hosts;
import io.l7.lab.world.LabHost;
import io.l7.lab.world.Ports;
import io.l7.lab.world.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * All zones of a lab and the servers that answer for them. A new zone is delegated by the closest
 * zone above it as soon as it is made, glue included: whoever walks from the root finds it.
 */
public final class NameSystem implements AutoCloseable {
  /** Time to live of what the lab itself writes, in seconds: short, so that changes are seen. */
  public static final long TTL = 60;

  /**
   * For how long nothing is remembered as nothing, and what a signed zone proves of it (RFC 2308
   * §5, RFC 9077): domains are registered while people ask for names around them.
   */
  private static final long NEGATIVE_TTL = 1;

  private static final Duration HEALTH_INTERVAL = Duration.ofMillis(500);
  private static final Duration HEALTH_TIMEOUT = Duration.ofMillis(400);

  private final Ports ports;
  private final QuestionLog log;
  private final Map<Name, ServedZone> zones = new HashMap<>();
  private final Map<InetAddress, ZoneStore> stores = new HashMap<>();
  private final List<AutoCloseable> running = new ArrayList<>();
  private final List<LabHost> addressed = new ArrayList<>();
  private final List<ResourceRecord> anchors = new ArrayList<>();
  private final Signing signing;
  private final Scheduler time;
  private final LabHost root;

  /** A root and nothing below it. */
  public NameSystem(Hosts hosts, Ports ports, QuestionLog log, Signing signing, Scheduler time)
      throws IOException {
    this.ports = ports;
    this.log = log;
    this.signing = signing;
    this.time = time;
    this.root = hosts.make("a.root-servers.lab", Role.ROOT);
    zone(".", root);
    address(root);
  }

  /** Serves a new zone on {@code server} and delegates it. */
  public ServedZone zone(String origin, LabHost server) throws IOException {
    return zone(origin, server, List.of());
  }

  /** Serves a new zone some of whose answers are chosen; needs a server of its own. */
  public synchronized ServedZone zone(String origin, LabHost server, List<RoutedSet> routed)
      throws IOException {
    var name = Name.parse(origin.endsWith(".") ? origin : origin + ".");
    var builder = new ZoneBuilder(name);
    var soa =
        server.name() + ". hostmaster." + server.name() + ". 1 3600 600 86400 " + NEGATIVE_TTL;
    builder.add(ServedZone.record(name.toString(), TTL, "SOA", soa));
    builder.add(ServedZone.record(name.toString(), TTL, "NS", server.name() + "."));
    var key = signing.key(name);
    var live = new LiveZone(key.map(k -> k.sign(builder.build())).orElseGet(builder::build));
    store(server, routed).add(live);
    var writer =
        new ZoneWriter(
            live,
            UpdatePolicy.none(),
            key.map(ZoneKey::upkeep).orElse(ZoneWriter.Upkeep.none()),
            Optional.empty(),
            ZoneWriter.Checkpoint.never());
    running.addFirst(writer);
    var served = new ServedZone(writer);
    zones.put(name, served);
    // What had its address in the zone above is this zone's from now on.
    for (var host : addressed)
      if (Name.parse(host.name() + ".").isSubdomainOf(name)) addTo(served, host);
    if (!name.equals(Name.ROOT)) delegate(name, server);
    key.ifPresent(k -> entrust(name, k));
    return served;
  }

  /** The key becomes the resolver's anchor, or known to the zone above: what a registrar does. */
  private void entrust(Name origin, ZoneKey key) {
    if (origin.equals(Name.ROOT)) anchors.add(key.anchor());
    else closest(origin.parent()).add(origin.toString(), TTL, "DS", key.delegation());
  }

  /** Delegates a name to a server that answers as {@code authority} likes. */
  public synchronized void delegate(String origin, LabHost server, Authority authority)
      throws IOException {
    running.addFirst(NameServer.start(server, ports.of(UpstreamMap.DNS_PORT), authority, log));
    delegate(Name.parse(origin + "."), server);
  }

  private ZoneStore store(LabHost server, List<RoutedSet> routed) throws IOException {
    var existing = stores.get(server.address());
    if (existing != null) return existing;
    var store = new ZoneStore();
    var router = router(server, routed);
    var services = new Services(AccessList.nobody(), router, time.clock());
    var authority =
        new ZoneAuthority(
            store, services, Keyring.of(List.of()), AuthorityLimits.defaults(), time.clock());
    running.addFirst(NameServer.start(server, ports.of(UpstreamMap.DNS_PORT), authority, log));
    stores.put(server.address(), store);
    return store;
  }

  private Router router(LabHost server, List<RoutedSet> routed) {
    if (routed.isEmpty()) return Router.none();
    var watch =
        new HealthWatch(Dialer.over(server.network()), time, HEALTH_INTERVAL, HEALTH_TIMEOUT);
    running.addFirst(watch);
    watch.watch(routed);
    return new Router(
        routed,
        watch::isUp,
        RandomGenerator::getDefault,
        (zone, set) -> signing.key(zone.origin()).map(key -> key.sign(set)).orElse(set));
  }

  /** NS and glue in the closest zone above: what a registrar does. */
  private void delegate(Name origin, LabHost server) {
    var above = closest(origin.parent());
    above.add(origin.toString(), TTL, "NS", server.name() + ".");
    above.add(server.name() + ".", TTL, "A", server.address().getHostAddress());
  }

  private ServedZone closest(Name name) {
    for (var at = name; ; at = at.parent()) {
      var zone = zones.get(at);
      if (zone != null) return zone;
      if (at.equals(Name.ROOT)) throw new IllegalStateException("no root");
    }
  }

  /** The zone that is closest above a name: where its records belong. */
  public synchronized ServedZone zoneOf(String name) {
    return closest(Name.parse(name.endsWith(".") ? name : name + "."));
  }

  /** Gives a host's name its address. */
  public synchronized void address(LabHost host) {
    addressed.add(host);
    addTo(zoneOf(host.name()), host);
  }

  private static void addTo(ServedZone zone, LabHost host) {
    zone.add(host.name() + ".", TTL, "A", host.address().getHostAddress());
  }

  /** What a resolver has to know: the root's name and address. */
  public List<ResourceRecord> rootHints() {
    return List.of(
        ServedZone.record(".", TTL, "NS", root.name() + "."),
        ServedZone.record(root.name() + ".", TTL, "A", root.address().getHostAddress()));
  }

  /** What a resolver has to trust: the root's key, if the zones are signed. */
  public synchronized List<ResourceRecord> trustAnchors() {
    return List.copyOf(anchors);
  }

  /** A recursive resolver that walks from this root, as seen from {@code host}. */
  public Resolver resolver(LabHost host) {
    return Resolver.builder()
        .rootHints(rootHints())
        .trustAnchor(trustAnchors())
        .network(host.network())
        .clock(time.clock())
        .upstreamMap(new UpstreamMap(Map.of(), ports.of(UpstreamMap.DNS_PORT)))
        .with(Feature.LOOPBACK_SERVERS)
        .without(Feature.IPV6)
        .build();
  }

  /** Serves {@code resolver} on a host, for programs that are not ours. Returns where. */
  public synchronized InetSocketAddress serve(Resolver resolver, LabHost host) throws IOException {
    var server =
        DnsServer.builder()
            .network(host.network())
            .listen(host.at(ports.of(UpstreamMap.DNS_PORT)))
            .recursive(resolver)
            .start();
    running.addFirst(server);
    return server.address();
  }

  @Override
  public void close() {
    for (var one : running) {
      try {
        one.close();
      } catch (Exception e) {
        org.slf4j.LoggerFactory.getLogger(NameSystem.class)
            .warn("closing {}: {}", one, e.toString());
      }
    }
  }
}
