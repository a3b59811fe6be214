package io.l7.dns.authority;

import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskPool;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.time.Scheduler;
import io.l7.dns.dnssec.BindKeyPair;
import io.l7.dns.dnssec.DnssecAlgorithm;
import io.l7.dns.dnssec.SigningKey;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRset;
import io.l7.dns.policy.Policies;
import io.l7.dns.routing.HealthWatch;
import io.l7.dns.routing.RouteFile;
import io.l7.dns.routing.RoutedSet;
import io.l7.dns.routing.Router;
import io.l7.dns.transfer.KeptCopy;
import io.l7.dns.transfer.Notifier;
import io.l7.dns.transfer.Secondary;
import io.l7.dns.transfer.TransferLimits;
import io.l7.dns.tsig.Keyring;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.update.Journal;
import io.l7.dns.update.JournalLock;
import io.l7.dns.update.PrimaryZone;
import io.l7.dns.update.UpdatePolicy;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneLimits;
import io.l7.dns.zone.ZoneSigner;
import io.l7.dns.zone.ZoneStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's zones with all that keeps them alive: files, journals, keys, secondaries, health
 * checks.
 */
public final class HostedZones implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostedZones.class);

  /** How long signatures last: two weeks, so that a fault over a long weekend harms nobody. */
  public static final Duration SIGNATURE_LIFETIME = Duration.ofDays(14);

  /**
   * How much sooner some of them end: a quarter of their life, so that one in 84 is due at each
   * look and no hour renews a whole zone (BIND's signatures-jitter, Knot's rrsig-refresh).
   */
  private static final Duration SIGNATURE_JITTER = Duration.ofHours(84);

  private final ZoneStore store = new ZoneStore();
  private final Map<Name, PrimaryZone> primaries = new HashMap<>();
  private final Map<Name, ZoneSigner> signers = new ConcurrentHashMap<>();
  private final List<Secondary> secondaries = new ArrayList<>();
  private final List<KeptCopy> copies = new ArrayList<>();
  private final Set<Name> origins = new HashSet<>();
  private final List<JournalLock> locks = new ArrayList<>();
  private final DiskPool disk = new DiskPool("dns-secondary", 1);
  private final Options options;
  private final Scheduler scheduler;
  private final Metrics metrics;
  private final Optional<HealthWatch> health;
  private final Services services;
  private final PolicyFeeds feeds;
  private final ZoneAuthority authority;
  private final Renewal renewal;

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
    this.metrics = metrics;
    this.feeds = new PolicyFeeds(options.inForce);
    this.renewal = new Renewal(primaries.values(), scheduler);
    this.health = routed.isEmpty() ? Optional.empty() : Optional.of(watch(routed));
    Router router =
        new Router(
            routed,
            member -> health.map(h -> h.isUp(member)).orElse(true),
            ThreadLocalRandom::current,
            this::signChoice);
    this.services = new Services(options.transfers, router, scheduler.clock());
    this.authority =
        new ZoneAuthority(
            store,
            services,
            Keyring.of(options.keys),
            AuthorityLimits.defaults(),
            scheduler.clock());
  }

  private void load() throws IOException {
    var notifier =
        new Notifier(options.toNotify, options.notifyKey, scheduler.clock(), new SecureRandom());
    for (ZoneSource source : options.zones) {
      once(source.origin);
      if (hasJournal(source.file)) {
        locks.add(JournalLock.take(source.file));
      }
      PrimaryZone primary =
          PrimaryZone.open(Disk.real(), source.file, source.origin, primaryOptions(source.origin));
      primaries.put(source.origin, primary);
      store.add(primary.live());
      services.add(primary.writer());
      primary.live().onPublish(notifier::changed);
    }
    for (SecondarySource source : options.secondaries) {
      once(source.origin);
      Secondary secondary = secondary(source, store);
      services.add(secondary);
      secondaries.add(secondary);
      secondary.onChange(notifier::changed);
      secondary.onTransfer(this::count);
      Optional<PolicySource> policy = hostedPolicy(source.origin);
      policy.ifPresent(rules -> feeds.follow(rules, secondary));
      secondary.start();
      policy.ifPresent(rules -> feeds.takeKept(rules, store));
    }
    for (PolicySource source : options.policies) {
      loadPolicy(source);
    }
    if (options.signingKeys.isPresent()) {
      renewal.start();
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
        Secondary secondary = secondary(new SecondarySource(origin, from, copy), hidden);
        services.add(secondary);
        secondaries.add(secondary);
        secondary.onTransfer(this::count);
        feeds.follow(source, secondary);
        secondary.start();
        feeds.takeKept(source, hidden);
      }
    }
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
      zones.close();
      throw e;
    }
  }

  private void once(Name origin) {
    if (!origins.add(origin)) {
      throw new IllegalArgumentException("zone " + origin + " is given twice");
    }
  }

  private boolean hasJournal(Path file) {
    return options.signingKeys.isPresent()
        || !options.updates.isEmpty()
        || Files.exists(Journal.beside(file));
  }

  private HealthWatch watch(List<RoutedSet> routed) {
    var watch =
        new HealthWatch(
            Dialer.over(Network.real()), scheduler, Duration.ofSeconds(5), Duration.ofSeconds(2));
    watch.watch(routed);
    return watch;
  }

  private PrimaryZone.Options primaryOptions(Name origin) throws IOException {
    return new PrimaryZone.Options(options.updates, signer(origin), ZoneLimits.defaults());
  }

  private Optional<ZoneSigner> signer(Name origin) throws IOException {
    if (options.signingKeys.isEmpty()) {
      return Optional.empty();
    }
    List<SigningKey> keys =
        BindKeyPair.readOrMake(
            options.signingKeys.get(), origin, DnssecAlgorithm.ECDSAP256SHA256, new SecureRandom());
    var signer = new ZoneSigner(keys, scheduler.clock(), SIGNATURE_LIFETIME, SIGNATURE_JITTER);
    signers.put(origin, signer);
    return Optional.of(signer);
  }

  private RRset signChoice(Zone zone, RRset set) {
    ZoneSigner signer = signers.get(zone.origin());
    return signer == null ? set : signer.sign(zone.origin(), set);
  }

  private Secondary secondary(SecondarySource source, ZoneStore zones) throws IOException {
    return new Secondary(
        source.origin,
        source.primaries,
        options.transferKey,
        zones,
        Dialer.over(Network.real()),
        scheduler,
        TransferLimits.defaults(),
        source.file.isPresent() ? copy(source, source.file.get()) : KeptCopy::usable,
        new SecureRandom());
  }

  private void count(Secondary.Transferred how) {
    metrics
        .counter(
            "l7_dns_transfers_total",
            "Looks at primaries, by how they ended",
            "result",
            how.name().toLowerCase(Locale.ROOT))
        .add();
  }

  private KeptCopy copy(SecondarySource source, Path file) throws IOException {
    locks.add(JournalLock.take(file));
    KeptCopy copy = KeptCopy.open(Disk.real(), file, source.origin, scheduler.clock(), disk);
    copies.add(copy);
    return copy;
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
    return Optional.ofNullable(primaries.get(origin));
  }

  /**
   * Reads every zone file again; what is broken is logged with file and line and keeps its old
   * version.
   */
  public void reload() {
    for (PrimaryZone primary : primaries.values()) {
      try {
        primary.reload(ZoneLimits.defaults());
      } catch (IOException e) {
        LOG.error(
            "zone {} keeps its version {}: {}",
            primary.live().origin(),
            primary.live().zone().serial(),
            e.getMessage());
      }
    }
    feeds.reload();
  }

  @Override
  public void close() throws IOException {
    renewal.close();
    health.ifPresent(HealthWatch::close);
    secondaries.forEach(Secondary::close);
    disk.close();
    for (KeptCopy copy : copies) {
      copy.close();
    }
    for (PrimaryZone primary : primaries.values()) {
      primary.close();
    }
    for (JournalLock lock : locks) {
      lock.close();
    }
  }
}
