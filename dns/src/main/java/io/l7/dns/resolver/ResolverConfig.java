package io.l7.dns.resolver;

import io.l7.dns.budget.ResolverLimits;
import io.l7.dns.cache.CacheLimits;
import io.l7.dns.message.Name;
import io.l7.dns.message.ResourceRecord;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How the engine resolves.
 *
 * @param hints servers of the root
 * @param zones parts of the tree asked of configured servers
 * @param anchors DS and DNSKEY records that are believed
 * @param negativeAnchors names at and below which nothing is validated (RFC 7646)
 * @param refused servers never asked
 */
public record ResolverConfig(
    DelegationPoint hints,
    List<ConfiguredZone> zones,
    List<ResourceRecord> anchors,
    Set<Name> negativeAnchors,
    Set<InetAddress> refused,
    Set<Feature> features,
    ResolverLimits limits,
    CacheLimits cacheLimits) {
  public ResolverConfig {
    zones = List.copyOf(zones);
    anchors = List.copyOf(anchors);
    negativeAnchors = Set.copyOf(negativeAnchors);
    refused = Set.copyOf(refused);
    features = features.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(features));
  }

  /** The defaults over the given root servers. */
  public static ResolverConfig over(DelegationPoint hints) {
    return new ResolverConfig(
        hints,
        List.of(),
        List.of(),
        Set.of(),
        Set.of(),
        Feature.defaults(),
        ResolverLimits.defaults(),
        CacheLimits.defaults());
  }

  public boolean has(Feature feature) {
    return features.contains(feature);
  }

  public ResolverConfig withZones(List<ConfiguredZone> other) {
    return new ResolverConfig(
        hints, other, anchors, negativeAnchors, refused, features, limits, cacheLimits);
  }

  public ResolverConfig withAnchors(List<ResourceRecord> other) {
    return new ResolverConfig(
        hints, zones, other, negativeAnchors, refused, features, limits, cacheLimits);
  }

  public ResolverConfig withNegativeAnchors(Set<Name> other) {
    return new ResolverConfig(hints, zones, anchors, other, refused, features, limits, cacheLimits);
  }

  public ResolverConfig withRefused(Set<InetAddress> other) {
    return new ResolverConfig(
        hints, zones, anchors, negativeAnchors, other, features, limits, cacheLimits);
  }

  public ResolverConfig withFeatures(Set<Feature> other) {
    return new ResolverConfig(
        hints, zones, anchors, negativeAnchors, refused, other, limits, cacheLimits);
  }

  public ResolverConfig withLimits(ResolverLimits other) {
    return new ResolverConfig(
        hints, zones, anchors, negativeAnchors, refused, features, other, cacheLimits);
  }

  public ResolverConfig withCacheLimits(CacheLimits other) {
    return new ResolverConfig(
        hints, zones, anchors, negativeAnchors, refused, features, limits, other);
  }
}
