package io.l7.dns.resolver;

import io.l7.dns.cache.BoundedMap;
import io.l7.dns.cache.CachedResponse;
import io.l7.dns.cache.CachedSet;
import io.l7.dns.cache.Credibility;
import io.l7.dns.cache.DnsCache;
import io.l7.dns.cache.Response;
import io.l7.dns.cache.Security;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.resolver.DelegationPoint.Kind;
import io.l7.dns.resolver.DelegationPoint.NameServer;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Finds where to go on from, and learns from referrals. Safe for all threads. */
final class Delegations {
  private static final int MOST_PARENT_SIDES = 100_000;

  private final ResolverConfig config;
  private final DnsCache cache;

  private record ParentSide(DelegationPoint point, long expiresAt) {}

  /** What the parent said, for when the child's own word leads nowhere. */
  private final BoundedMap<Name, ParentSide> parentSides = new BoundedMap<>(MOST_PARENT_SIDES);

  private record ReferralDs(Response response, long expiresAt) {}

  private final BoundedMap<Name, ReferralDs> referralDs = new BoundedMap<>(MOST_PARENT_SIDES);

  Delegations(ResolverConfig config, DnsCache cache) {
    this.config = config;
    this.cache = cache;
  }

  /** Which delegation points count. */
  enum Scope {
    ALL,
    /** Not those configured, because they failed. */
    UNCONFIGURED
  }

  /**
   * The closest known point above or at the question's name; strictly above for DS, which lies on
   * the parent's side (RFC 4035 §3.1.4.1).
   *
   * @param tooLow zones whose cached servers already failed
   */
  DelegationPoint closest(Question question, Scope scope, Set<Name> tooLow, long now) {
    Name from =
        question.type().equals(RRType.DS) && !question.name().isRoot()
            ? question.name().parent()
            : question.name();
    Optional<ConfiguredZone> configured = scope == Scope.ALL ? configured(from) : Optional.empty();
    if (configured.isPresent() && configured.get().kind() == ConfiguredZone.Kind.FORWARD) {
      return point(configured.get(), now);
    }
    int floor = configured.map(zone -> zone.zone().labels() + 1).orElse(0);
    for (int labels = from.labels(); labels >= floor; labels--) {
      Name zone = from.last(labels);
      Optional<CachedSet> ns =
          tooLow.contains(zone) ? Optional.empty() : cache.set(zone, RRType.NS, now);
      if (ns.isPresent()) {
        DelegationPoint point = point(ns.get().set(), List.of(), now);
        if (isUsable(point)) {
          return point;
        }
      }
    }
    return configured.map(zone -> point(zone, now)).orElse(config.hints());
  }

  private Optional<ConfiguredZone> configured(Name name) {
    ConfiguredZone best = null;
    for (ConfiguredZone zone : config.zones()) {
      if (name.isSubdomainOf(zone.zone())
          && (best == null || zone.zone().labels() > best.zone().labels())) {
        best = zone;
      }
    }
    return Optional.ofNullable(best);
  }

  /** The configured zone that a delegation point stands for. */
  Optional<ConfiguredZone> configuredFor(DelegationPoint point) {
    return point.kind() == Kind.STUB || point.kind() == Kind.FORWARD
        ? config.zones().stream().filter(zone -> zone.zone().equals(point.zone())).findFirst()
        : Optional.empty();
  }

  private DelegationPoint point(ConfiguredZone zone, long now) {
    var servers = new ArrayList<NameServer>();
    if (!zone.addresses().isEmpty()) {
      servers.add(new NameServer(Optional.empty(), zone.addresses()));
    }
    for (Name name : zone.names()) {
      servers.add(NameServer.named(name, known(name, List.of(), now)));
    }
    return new DelegationPoint(
        zone.zone(),
        servers,
        zone.kind() == ConfiguredZone.Kind.FORWARD ? Kind.FORWARD : Kind.STUB);
  }

  DelegationPoint point(RRset ns, List<RRset> glue, long now) {
    var servers = new ArrayList<NameServer>();
    for (Rdata data : ns.rdata()) {
      servers.add(NameServer.named(data.asName(), addresses(data.asName(), ns.owner(), glue, now)));
    }
    return new DelegationPoint(ns.owner(), servers, Kind.DELEGATION);
  }

  private List<InetAddress> addresses(Name server, Name zone, List<RRset> glue, long now) {
    if (mustVerify(server, zone)) {
      return known(
          server, List.of(), kept -> kept.credibility().compareTo(Credibility.ANSWER) >= 0, now);
    }
    return known(server, glue, now);
  }

  /** Whether glue for a server is not believed: its own zone may say otherwise. */
  private boolean mustVerify(Name server, Name zone) {
    return config.has(Feature.VERIFIED_GLUE) && !server.isSubdomainOf(zone);
  }

  /** Whether the servers can be reached without asking the zone itself for their addresses. */
  private boolean isUsable(DelegationPoint point) {
    return point.servers().stream()
        .anyMatch(
            server ->
                server.addresses().stream().anyMatch(this::mayAsk)
                    || (server.addresses().isEmpty()
                        && server.name().isPresent()
                        && !server.name().get().isSubdomainOf(point.zone())));
  }

  boolean mayAsk(InetAddress address) {
    boolean family =
        address.getAddress().length == 4 ? config.has(Feature.IPV4) : config.has(Feature.IPV6);
    boolean local =
        address.isLoopbackAddress() || address.isAnyLocalAddress() || address.isMulticastAddress();
    return family
        && !config.refused().contains(address)
        && (!local || config.has(Feature.LOOPBACK_SERVERS));
  }

  /** Addresses of a name server from the referral at hand, answers and glue in the cache. */
  List<InetAddress> known(Name name, List<RRset> glue, long now) {
    return known(name, glue, kept -> true, now);
  }

  private List<InetAddress> known(
      Name name, List<RRset> glue, Predicate<CachedSet> believed, long now) {
    var addresses = new LinkedHashSet<InetAddress>();
    for (RRType type : List.of(RRType.A, RRType.AAAA)) {
      Optional<CachedResponse> answer =
          cache
              .response(Question.of(name, type))
              .filter(
                  cached -> cached.isFresh(now) && cached.response().security() != Security.BOGUS);
      Optional<RRset> set = answer.flatMap(cached -> cached.response().answer(name, type));
      if (set.isEmpty()) {
        set =
            glue.stream().filter(g -> g.type().equals(type) && g.owner().equals(name)).findFirst();
      }
      if (set.isEmpty()) {
        set = cache.set(name, type, now).filter(kept -> believed.test(kept)).map(CachedSet::set);
      }
      set.ifPresent(present -> present.rdata().forEach(data -> addresses.add(data.asAddress())));
    }
    return List.copyOf(addresses);
  }

  /** Takes in a referral by the servers of {@code from} and gives the point it leads to. */
  DelegationPoint learn(Response referral, Name from, long now) {
    RRset ns = referral.authority(RRType.NS).findFirst().orElseThrow();
    cache.put(ns.withoutSignatures(), Credibility.REFERRAL, Security.UNCHECKED, now);
    for (RRset glue : referral.additional()) {
      if (!glue.owner().isSubdomainOf(from)) {
        continue;
      }
      cache.put(glue.withoutSignatures(), Credibility.GLUE, Security.UNCHECKED, now);
    }
    var servers = new ArrayList<NameServer>();
    for (Rdata data : ns.rdata()) {
      var addresses = new LinkedHashSet<InetAddress>();
      referral.additional().stream()
          .filter(
              set -> set.owner().equals(data.asName()) && !mustVerify(data.asName(), ns.owner()))
          .forEach(set -> set.rdata().forEach(address -> addresses.add(address.asAddress())));
      if (addresses.isEmpty()) {
        addresses.addAll(addresses(data.asName(), ns.owner(), List.of(), now));
      }
      servers.add(NameServer.named(data.asName(), List.copyOf(addresses)));
    }
    var point = new DelegationPoint(ns.owner(), servers, Kind.DELEGATION);
    var proof = new ArrayList<RRset>();
    referral.authority().stream()
        .filter(set -> set.type().equals(RRType.NSEC) || set.type().equals(RRType.NSEC3))
        .forEach(proof::add);
    List<RRset> ds =
        referral.authority(RRType.DS).filter(set -> set.owner().equals(ns.owner())).toList();
    if (!ds.isEmpty() || !proof.isEmpty()) {
      Response said = Response.of(Rcode.NOERROR, ds, ds.isEmpty() ? proof : List.of(), List.of());
      referralDs.put(ns.owner(), new ReferralDs(said, now + said.ttl()));
    }
    parentSides.put(ns.owner(), new ParentSide(point, now + ns.ttl()));
    return point;
  }

  /** What a referral said of a zone's DS, for the validator, who judges it. */
  Optional<Response> dsFromReferral(Name zone, long now) {
    ReferralDs kept = referralDs.get(zone);
    return kept == null || now >= kept.expiresAt ? Optional.empty() : Optional.of(kept.response);
  }

  /** Forgets what a referral said of a zone's DS, because it proved nothing. */
  void forgetDsFromReferral(Name zone) {
    referralDs.remove(zone);
  }

  /** Addresses that parents gave as glue for a name server, whatever the child says of them. */
  List<InetAddress> parentGlue(Name server, long now) {
    var addresses = new LinkedHashSet<InetAddress>();
    for (Name zone = server; !zone.isRoot(); zone = zone.parent()) {
      parentSide(zone, now)
          .ifPresent(
              point ->
                  point.servers().stream()
                      .filter(each -> each.name().filter(server::equals).isPresent())
                      .forEach(each -> addresses.addAll(each.addresses())));
    }
    for (RRType type : List.of(RRType.A, RRType.AAAA)) {
      cache
          .set(server, type, now)
          .ifPresent(set -> set.set().rdata().forEach(data -> addresses.add(data.asAddress())));
    }
    return List.copyOf(addresses);
  }

  /** What the parent last said of a zone. */
  Optional<DelegationPoint> parentSide(Name zone, long now) {
    ParentSide side = parentSides.get(zone);
    return side == null || now >= side.expiresAt ? Optional.empty() : Optional.of(side.point);
  }
}
