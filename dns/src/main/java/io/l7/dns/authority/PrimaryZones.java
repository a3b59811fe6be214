package io.l7.dns.authority;

import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskPool;
import io.l7.common.time.Scheduler;
import io.l7.dns.dnssec.DnssecAlgorithm;
import io.l7.dns.dnssec.KeyFolder;
import io.l7.dns.dnssec.SigningKey;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRset;
import io.l7.dns.update.Journal;
import io.l7.dns.update.JournalLock;
import io.l7.dns.update.PrimaryZone;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneLimits;
import io.l7.dns.zone.ZoneSigner;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The zones that come out of files here: with the journals of what changed since, the keys that
 * sign them, and the renewal of what is signed.
 */
final class PrimaryZones implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PrimaryZones.class);

  /**
   * How much sooner some signatures end: a quarter of their life, so that one in 84 is due at each
   * look and no hour renews a whole zone (BIND's signatures-jitter, Knot's rrsig-refresh).
   */
  private static final Duration SIGNATURE_JITTER = Duration.ofHours(84);

  /** Zones read at once: a few, since each is whole in memory, and twice while it is signed. */
  private static final int MOST_AT_ONCE = 4;

  private final HostedZones.Options options;
  private final Scheduler scheduler;
  private final Map<Name, PrimaryZone> zones = new ConcurrentHashMap<>();
  private final Map<Name, ZoneSigner> signers = new ConcurrentHashMap<>();
  private final List<JournalLock> locks = new ArrayList<>();
  private final Renewal renewal;

  PrimaryZones(HostedZones.Options options, Scheduler scheduler) {
    this.options = options;
    this.scheduler = scheduler;
    this.renewal = new Renewal(zones.values(), scheduler);
  }

  /**
   * Reads all of them, side by side: one that is large holds up the others by as much as the
   * machine has no processor for them.
   *
   * @throws IOException the first one, in their order, that cannot be read or must not be served
   */
  List<PrimaryZone> open() throws IOException {
    var sources = options.zones();
    if (sources.isEmpty()) {
      return List.of();
    }
    for (HostedZones.ZoneSource source : sources) {
      if (hasJournal(source.file())) {
        locks.add(JournalLock.take(source.file()));
      }
    }
    var opening = new ArrayList<Future<PrimaryZone>>();
    int hands =
        Math.min(
            sources.size(), Math.min(MOST_AT_ONCE, Runtime.getRuntime().availableProcessors()));
    try (var threads =
        Executors.newFixedThreadPool(hands, Thread.ofPlatform().name("dns-zones-", 0).factory())) {
      for (HostedZones.ZoneSource source : sources) {
        opening.add(threads.submit(() -> open(source)));
      }
    }
    var all = new ArrayList<PrimaryZone>();
    for (Future<PrimaryZone> one : opening) {
      all.add(DiskPool.await(one));
    }
    return all;
  }

  private boolean hasJournal(Path file) {
    return options.signingKeys().isPresent()
        || !options.updates().isEmpty()
        || Files.exists(Journal.beside(file));
  }

  private PrimaryZone open(HostedZones.ZoneSource source) throws IOException {
    var how =
        new PrimaryZone.Options(options.updates(), signer(source.origin()), ZoneLimits.defaults());
    PrimaryZone zone = PrimaryZone.open(Disk.real(), source.file(), source.origin(), how);
    zones.put(source.origin(), zone); // at once, so that it is closed when another one is broken
    return zone;
  }

  private Optional<ZoneSigner> signer(Name origin) throws IOException {
    if (options.signingKeys().isEmpty()) {
      return Optional.empty();
    }
    List<SigningKey> keys =
        KeyFolder.readOrMake(
            options.signingKeys().get(),
            origin,
            DnssecAlgorithm.ECDSAP256SHA256,
            new SecureRandom());
    var signer =
        new ZoneSigner(keys, scheduler.clock(), HostedZones.SIGNATURE_LIFETIME, SIGNATURE_JITTER);
    signers.put(origin, signer);
    return Optional.of(signer);
  }

  /** A set that is made for one answer, signed where its zone is signed here. */
  RRset signed(Zone zone, RRset set) {
    ZoneSigner signer = signers.get(zone.origin());
    return signer == null ? set : signer.sign(zone.origin(), set);
  }

  Optional<PrimaryZone> at(Name origin) {
    return Optional.ofNullable(zones.get(origin));
  }

  /** Looks after signatures from now on. */
  void keepSigned() {
    if (options.signingKeys().isPresent()) {
      renewal.start();
    }
  }

  /** Reads every file again; what is broken is logged and keeps its old version. */
  void reload() {
    for (PrimaryZone zone : zones.values()) {
      try {
        zone.reload(ZoneLimits.defaults());
      } catch (IOException e) {
        LOG.error(
            "zone {} keeps its version {}: {}",
            zone.live().origin(),
            zone.live().zone().serial(),
            e.getMessage());
      }
    }
  }

  @Override
  public void close() throws IOException {
    renewal.close();
    var all = new ArrayList<Closeable>();
    zones.values().forEach(zone -> all.add(zone::close));
    locks.forEach(lock -> all.add(lock::close));
    Closing.all(all);
  }
}
