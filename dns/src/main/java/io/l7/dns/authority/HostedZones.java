package io.l7.dns.authority;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.time.Scheduler;
import io.l7.dns.message.Name;
import io.l7.dns.policy.Policies;
import io.l7.dns.routing.HealthWatch;
import io.l7.dns.routing.RouteFile;
import io.l7.dns.routing.RoutedSet;
import io.l7.dns.routing.Router;
import io.l7.dns.transfer.Notifier;
import io.l7.dns.transfer.Secondary;
import io.l7.dns.tsig.Keyring;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.update.PrimaryZone;
import io.l7.dns.update.UpdatePolicy;
import io.l7.dns.zone.ZoneStore;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A server's zones with all that keeps them alive: files, journals, keys, secondaries, health
 * checks.
 */
public final class HostedZones implements AutoCloseable {
  /** How long signatures last: two weeks, so that a fault over a long weekend harms nobody. */
  public static final Duration SIGNATURE_LIFETIME = Duration.ofDays(14);

  private final ZoneStore store = new ZoneStore();
  private final Set<Name> origins = new HashSet<>();
  private final Options options;
  private final Scheduler scheduler;
  private final PrimaryZones primaries;
  private final SecondaryZones secondaries;
  private final Optional<HealthWatch> health;
  private final Services services;
  private final PolicyFeeds feeds;
  private final Notifier notifier;
  private final ZoneAuthority authority;

  /** One zone from a file. */
  public record ZoneSource(Name origin, Path file) {}

  /**
   * One zone kept after its primaries.
   *
   * @param file where the zone is kept between runs
   */
  public record SecondarySource(Name origin, List<Endpoint> primaries, Optional<Path> file) {}

  /**
   * What to host.
   *
   * @param keys every TSIG key that messages may be signed with
   * @param transferKey signs requests to primaries
   * @param signingKeys the folder with the zones' DNSSEC keys; without one zones are served as they
   *     are
   * @param toNotify secondaries to tell of changes
   * @param notifyKey signs what they are told
   * @param policies zones of rules, in order of precedence
   * @param inForce where their versions are put in force
   */
  public record Options(
      List<ZoneSource> zones,
      List<SecondarySource> secondaries,
      List<TsigKey> keys,
      UpdatePolicy updates,
      AccessList transfers,
      Optional<TsigKey> transferKey,
      Optional<Path> signingKeys,
      List<Endpoint> toNotify,
      Optional<TsigKey> notifyKey,
      Optional<Path> routes,
      List<PolicySource> policies,
      Policies inForce) {
    /** Without policies. */
    public Options(
        List<ZoneSource> zones,
        List<SecondarySource> secondaries,
        List<TsigKey> keys,
        UpdatePolicy updates,
        AccessList transfers,
        Optional<TsigKey> transferKey,
        Optional<Path> signingKeys,
        List<Endpoint> toNotify,
        Optional<TsigKey> notifyKey,
        Optional<Path> routes) {
      this(
          zones,
          secondaries,
          keys,
          updates,
          transfers,
          transferKey,
          signingKeys,
          toNotify,
          notifyKey,
          routes,
          List.of(),
          Policies.none());
    }

    /** The same with policies. */
    public Options withPolicies(List<PolicySource> sources, Policies target) {
      return new Options(
          zones,
          secondaries,
          keys,
          updates,
          transfers,
          transferKey,
          signingKeys,
          toNotify,
          notifyKey,
          routes,
          sources,
          target);
    }

    /** These zones, for questions alone. */
    public static Options serving(List<ZoneSource> zones) {
      return new Options(
          zones,
          List.of(),
          List.of(),
          UpdatePolicy.none(),
          AccessList.nobody(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          Optional.empty());
    }
  }

  private HostedZones(
      Options options, List<RoutedSet> routed, Scheduler scheduler, Metrics metrics) {
    this.options = options;
    this.scheduler = scheduler;
    this.feeds = new PolicyFeeds(options.inForce);
    this.notifier =
        new Notifier(options.toNotify, options.notifyKey, scheduler.clock(), new SecureRandom());
    this.primaries = new PrimaryZones(options, scheduler);
    this.secondaries = new SecondaryZones(options.transferKey, scheduler, metrics);
    this.health = routed.isEmpty() ? Optional.empty() : Optional.of(watch(routed));
    Router router =
        new Router(
            routed,
            member -> health.map(h -> h.isUp(member)).orElse(true),
            ThreadLocalRandom::current,
            primaries::signed);
    this.services = new Services(options.transfers, router, scheduler.clock());
    this.authority =
        new ZoneAuthority(
            store,
            services,
            Keyring.of(options.keys),
            AuthorityLimits.defaults(),
            scheduler.clock());
  }

  /**
   * Loads everything and starts.
   *
   * @throws IllegalArgumentException when a zone is given twice
   * @throws io.l7.dns.zone.BrokenZoneException when a zone must not be served
   * @throws IOException when a file cannot be read
   */
  public static HostedZones open(Options options, Scheduler scheduler) throws IOException {
    return open(options, scheduler, new Metrics());
  }

  /** The same, counted in {@code metrics}. */
  public static HostedZones open(Options options, Scheduler scheduler, Metrics metrics)
      throws IOException {
    List<RoutedSet> routed =
        options.routes.isPresent() ? RouteFile.read(options.routes.get()) : List.of();
    var zones = new HostedZones(options, routed, scheduler, metrics);
    try {
      zones.load();
      return zones;
    } catch (IOException | RuntimeException e) {
      try {
        zones.close();
      } catch (IOException also) {
        e.addSuppressed(also);
      }
      throw e;
    }
  }

  private void load() throws IOException {
    options.zones.forEach(source -> once(source.origin));
    options.secondaries.forEach(source -> once(source.origin));
    for (PrimaryZone primary : primaries.open()) {
      store.add(primary.live());
      services.add(primary.writer());
      primary.live().onPublish(notifier::changed);
    }
    for (SecondarySource source : options.secondaries) {
      Secondary secondary = secondaries.make(source, store);
      services.add(secondary);
      secondary.onChange(notifier::changed);
      hostedPolicy(source.origin)
          .ifPresentOrElse(rules -> feeds.start(rules, secondary), secondary::start);
    }
    for (PolicySource source : options.policies) {
      loadPolicy(source);
    }
    primaries.keepSigned();
  }

  private void once(Name origin) {
    if (!origins.add(origin)) {
      throw new IllegalArgumentException("zone " + origin + " is given twice");
    }
  }

  private Optional<PolicySource> hostedPolicy(Name origin) {
    return options.policies.stream()
        .filter(source -> source.feed() instanceof PolicySource.Feed.Hosted)
        .filter(source -> source.origin().equals(origin))
        .findFirst();
  }

  private void loadPolicy(PolicySource source) throws IOException {
    Name origin = source.origin();
    switch (source.feed()) {
      case PolicySource.Feed.Hosted hosted -> {
        if (!origins.contains(origin)) {
          throw new IllegalArgumentException(
              "policy zone " + origin + " is none of the zones served here");
        }
        primary(origin).ifPresent(primary -> feeds.follow(source, primary.live()));
      }
      case PolicySource.Feed.FromFile(Path file) -> {
        once(origin);
        feeds.read(source, file);
      }
      case PolicySource.Feed.FromPrimaries(List<Endpoint> from, Optional<Path> copy) -> {
        once(origin);
        var hidden = new ZoneStore();
        Secondary secondary = secondaries.make(new SecondarySource(origin, from, copy), hidden);
        services.add(secondary);
        feeds.start(source, secondary);
      }
    }
  }

  private HealthWatch watch(List<RoutedSet> routed) {
    var watch =
        new HealthWatch(
            Dialer.over(Network.real()), scheduler, Duration.ofSeconds(5), Duration.ofSeconds(2));
    watch.watch(routed);
    return watch;
  }

  /** What the server loops ask. */
  public Authority authority() {
    return authority;
  }

  public ZoneStore zones() {
    return store;
  }

  /** The zone of this name that this server is the primary of. */
  public Optional<PrimaryZone> primary(Name origin) {
    return primaries.at(origin);
  }

  /**
   * Reads every zone file again; what is broken is logged with file and line and keeps its old
   * version.
   */
  public void reload() {
    primaries.reload();
    feeds.reload();
  }

  @Override
  public void close() throws IOException {
    health.ifPresent(HealthWatch::close);
    notifier.close();
    try (primaries) {
      secondaries.close();
    }
  }
}
