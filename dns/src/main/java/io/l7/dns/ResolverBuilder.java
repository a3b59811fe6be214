package io.l7.dns;

import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.dns.budget.ResolverLimits;
import io.l7.dns.cache.CacheLimits;
import io.l7.dns.cache.DnsCache;
import io.l7.dns.message.Name;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.resolver.ConfiguredZone;
import io.l7.dns.resolver.Feature;
import io.l7.dns.resolver.RecordFile;
import io.l7.dns.resolver.RecursiveEngine;
import io.l7.dns.resolver.ResolverConfig;
import io.l7.dns.resolver.VirtualThreadTasks;
import io.l7.dns.transport.NetworkUpstream;
import io.l7.dns.transport.UpstreamMap;
import io.l7.dns.validator.Arithmetic;
import io.l7.dns.validator.Validation;
import io.l7.dns.validator.Validator;
import io.l7.dns.validator.ValidatorConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Describes a {@link Resolver}. Without anything said it walks down from the root servers of IANA,
 * validates with IANA's trust anchors, and uses the machine's network.
 */
public final class ResolverBuilder {
  private List<ResourceRecord> hints = List.of();
  private Optional<List<ResourceRecord>> anchors = Optional.empty();
  private final Set<Name> negativeAnchors = new HashSet<>();
  private final List<ConfiguredZone> zones = new ArrayList<>();
  private final EnumSet<Feature> features = EnumSet.copyOf(Feature.defaults());
  private ResolverLimits limits = ResolverLimits.defaults();
  private CacheLimits cacheLimits = CacheLimits.defaults();
  private Network network = Network.real();
  private UpstreamMap upstreamMap = UpstreamMap.none();
  private InstantSource clock = InstantSource.system();
  private RandomGenerator random = new SecureRandom();
  private Optional<DnsCache> cache = Optional.empty();

  ResolverBuilder() {}

  /** Root servers from a file like IANA's {@code named.root}; it brings no trust anchor with it. */
  public ResolverBuilder rootHints(Path file) throws IOException {
    return rootHints(RecordFile.hints(file));
  }

  /**
   * Root servers as NS, A and AAAA records. Unless an anchor is given, nothing is validated below
   * such a root.
   */
  public ResolverBuilder rootHints(List<ResourceRecord> records) {
    hints = List.copyOf(records);
    return this;
  }

  /** Asks another resolver for everything. */
  public ResolverBuilder forward(Endpoint server) {
    return forward(Name.ROOT, server);
  }

  /**
   * Asks another resolver for what lies at or below {@code zone}.
   *
   * @throws IllegalArgumentException if the server is not given by address
   */
  public ResolverBuilder forward(Name zone, Endpoint server) {
    zones.add(ConfiguredZone.forward(zone, List.of(address(server))));
    return this;
  }

  /** Asks an authoritative server for what lies at or below {@code zone}. */
  public ResolverBuilder stub(Name zone, Endpoint server) {
    zones.add(ConfiguredZone.stub(zone, List.of(address(server))));
    return this;
  }

  private InetAddress address(Endpoint server) {
    InetAddress address =
        server
            .literal()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "'"
                            + server.host()
                            + "' must be an address: names are what is being resolved"));
    var target = new InetSocketAddress(address, server.port());
    // The engine knows servers by address, so a second port of one needs an address to stand in.
    InetAddress known =
        upstreamMap.isFreeFor(address, target) ? address : upstreamMap.standIn(target);
    upstreamMap = upstreamMap.with(known, target);
    return known;
  }

  /** Trust anchors from a file with a DS or DNSKEY record a line. */
  public ResolverBuilder trustAnchor(Path file) throws IOException {
    return trustAnchor(RecordFile.anchors(file));
  }

  /** Trust anchors as DS and DNSKEY records; an empty list turns validation off. */
  public ResolverBuilder trustAnchor(List<ResourceRecord> records) {
    anchors = Optional.of(List.copyOf(records));
    return this;
  }

  /** Does not validate at and below a name (RFC 7646). */
  public ResolverBuilder negativeTrustAnchor(Name name) {
    negativeAnchors.add(name);
    return this;
  }

  /** Dials other addresses than the name servers' own. */
  public ResolverBuilder upstreamMap(UpstreamMap map) {
    var merged = map;
    for (var entry : upstreamMap.targets().entrySet()) {
      merged = merged.with(entry.getKey(), entry.getValue());
    }
    upstreamMap = merged;
    return this;
  }

  /** Turns a feature on. */
  public ResolverBuilder with(Feature feature) {
    features.add(feature);
    return this;
  }

  /** Turns a feature off. */
  public ResolverBuilder without(Feature feature) {
    features.remove(feature);
    return this;
  }

  public ResolverBuilder limits(ResolverLimits bounds) {
    limits = bounds;
    return this;
  }

  public ResolverBuilder cacheLimits(CacheLimits bounds) {
    cacheLimits = bounds;
    return this;
  }

  /** Goes on with the cache of another resolver, as after a reload; an own one otherwise. */
  public ResolverBuilder cache(DnsCache shared) {
    cache = Optional.of(shared);
    return this;
  }

  public ResolverBuilder network(Network seam) {
    network = seam;
    return this;
  }

  /** The clock by which records end and signatures are held. */
  public ResolverBuilder clock(InstantSource source) {
    clock = source;
    return this;
  }

  /** Chance; a cryptographic source unless a test wants to know what comes. */
  public ResolverBuilder random(RandomGenerator source) {
    random = source;
    return this;
  }

  public Resolver build() {
    List<ResourceRecord> root = hints.isEmpty() ? RecordFile.rootHints() : hints;
    boolean iana = hints.isEmpty() && zones.isEmpty();
    List<ResourceRecord> trusted =
        anchors.orElseGet(() -> iana ? RecordFile.rootAnchors() : List.of());
    ResolverConfig config =
        ResolverConfig.over(RecordFile.hints(root))
            .withZones(zones)
            .withAnchors(trusted)
            .withNegativeAnchors(negativeAnchors)
            .withFeatures(features)
            .withLimits(limits)
            .withCacheLimits(cacheLimits);
    var upstream = new NetworkUpstream(network, upstreamMap);
    var engine =
        new RecursiveEngine(
            config,
            cache.orElseGet(() -> new DnsCache(cacheLimits)),
            upstream,
            new VirtualThreadTasks(),
            clock,
            random,
            validation(trusted));
    return new Resolver(engine, upstream, clock);
  }

  private Validation validation(List<ResourceRecord> trusted) {
    if (trusted.isEmpty() || !features.contains(Feature.DNSSEC)) {
      return Validation.NONE;
    }
    var downgrade =
        features.contains(Feature.ALGORITHM_DOWNGRADE_PROTECTION)
            ? ValidatorConfig.Downgrade.REFUSED
            : ValidatorConfig.Downgrade.ACCEPTED;
    var config =
        new ValidatorConfig(
            trusted,
            negativeAnchors,
            Arithmetic.STANDARD,
            () -> Math.floorDiv(clock.millis(), 1000L),
            ValidatorConfig.Times.CHECKED,
            downgrade,
            limits.nsec3Iterations());
    return new Validator(config, clock);
  }
}
