package io.l7.dns.validator;

import io.l7.dns.budget.Budget;
import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.cache.BoundedMap;
import io.l7.dns.cache.CacheLimits;
import io.l7.dns.dnssec.Nsec3Hash;
import io.l7.dns.message.Name;
import io.l7.dns.message.Nsec3;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Verified NSEC and NSEC3 records by zone, so that one proof can serve many questions (RFC 8198).
 * Safe for all threads.
 */
final class DenialCache {
  private static final int MOST_ZONES = 10_000;
  private static final int MOST_RECORDS_A_ZONE = 5_000;
  private static final int MOST_OTHERS = 20_000;

  /**
   * Labels below the zone up to which hashes are computed, two a label, only to see whether a proof
   * is at hand; a deeper name is asked for (CVE-2023-50868).
   */
  private static final int MOST_LABELS_HASHED = 6;

  private record Kept(RRset set, long storedAt, long until) {
    RRset at(long now) {
      return set.withTtl(Math.max(0, until - now));
    }

    boolean isFresh(long now) {
      return now < until && !CacheLimits.wasSetBack(storedAt, now);
    }
  }

  /** Read without a lock, written under its own. */
  private static final class Zone {
    int size;
    final ConcurrentSkipListMap<Name, Kept> nsec = new ConcurrentSkipListMap<>();
    final ConcurrentSkipListMap<byte[], Kept> nsec3 =
        new ConcurrentSkipListMap<>(Arrays::compareUnsigned);
    volatile int iterations = -1;
    volatile byte[] salt = new byte[0];
  }

  private final BoundedMap<Name, Zone> zones = new BoundedMap<>(MOST_ZONES);
  private final BoundedMap<Question, Kept> others = new BoundedMap<>(MOST_OTHERS);

  /** Keeps the denial records among verified sets of a zone. */
  void keep(Name zone, List<RRset> sets, long now) {
    for (RRset set : sets) {
      if (set.type().equals(RRType.NSEC) || set.type().equals(RRType.NSEC3)) {
        Zone kept = zones.merge(zone, new Zone(), (old, fresh) -> old);
        synchronized (kept) {
          if (kept.size >= MOST_RECORDS_A_ZONE) {
            thin(kept, now);
          }
          keep(kept, set, now);
        }
      }
    }
  }

  /** Makes room for at least a quarter: what has ended goes, then every second of what is left. */
  private static void thin(Zone zone, long now) {
    zone.nsec.values().removeIf(kept -> !kept.isFresh(now));
    zone.nsec3.values().removeIf(kept -> !kept.isFresh(now));
    zone.size = zone.nsec.size() + zone.nsec3.size();
    if (zone.size > MOST_RECORDS_A_ZONE / 4 * 3) {
      var odd = new AtomicBoolean();
      zone.nsec.values().removeIf(kept -> odd.getAndSet(!odd.get()));
      zone.nsec3.values().removeIf(kept -> odd.getAndSet(!odd.get()));
      zone.size = zone.nsec.size() + zone.nsec3.size();
    }
  }

  private static void keep(Zone zone, RRset set, long now) {
    var kept = new Kept(set, now, now + set.ttl());
    if (set.type().equals(RRType.NSEC)) {
      zone.size += zone.nsec.put(set.owner(), kept) == null ? 1 : 0;
      return;
    }
    var nsec3 = new Nsec3(set.rdata().getFirst());
    byte[] hash =
        Nsec3Hash.parseLabel(new String(set.owner().label(0), StandardCharsets.ISO_8859_1));
    if (hash.length == 0) {
      return;
    }
    if (nsec3.iterations() != zone.iterations || !Arrays.equals(nsec3.salt(), zone.salt)) {
      zone.nsec3.clear();
      zone.size = zone.nsec.size();
      zone.iterations = nsec3.iterations();
      zone.salt = nsec3.salt();
    }
    zone.size += zone.nsec3.put(hash, kept) == null ? 1 : 0;
  }

  /** Keeps the verified SOA of a zone, or a set that was made from the wildcard {@code owner}. */
  void keepAt(Name owner, RRset set, long now) {
    others.put(Question.of(owner, set.type()), new Kept(set, now, now + set.ttl()));
  }

  /**
   * Forgets what may deny a name or what is below it: proofs of the zones above it are among it.
   */
  void forget(Name name) {
    int _ =
        zones.removeIf(
            zone -> zone.isSubdomainOf(name) || name.isSubdomainOf(zone), proofs -> true);
    int _ = others.removeIf(key -> key.name().isSubdomainOf(name), set -> true);
  }

  Optional<RRset> soa(Name zone, long now) {
    return other(Question.of(zone, RRType.SOA), now);
  }

  /** A set made from the wildcard below {@code encloser}, under whatever owner. */
  Optional<RRset> wildcard(Name encloser, RRType type, long now) {
    return other(Question.of(encloser.wildcard(), type), now);
  }

  private Optional<RRset> other(Question key, long now) {
    Kept kept = others.get(key);
    return kept == null || !kept.isFresh(now) ? Optional.empty() : Optional.of(kept.at(now));
  }

  /**
   * Records that may bear on a name: those at or before it, its ancestors and the wildcards beside
   * them.
   */
  List<RRset> around(Name zone, Name name, int mostIterations, Budget budget, long now)
      throws ResolutionFailure {
    Zone kept = zones.get(zone);
    if (kept == null) {
      return List.of();
    }
    Set<RRset> found = new LinkedHashSet<>();
    if (!kept.nsec.isEmpty()) {
      add(found, kept.nsec.floorEntry(name), now);
      for (int labels = name.labels() - 1; labels >= zone.labels(); labels--) {
        add(found, kept.nsec.floorEntry(name.last(labels).wildcard()), now);
      }
    }
    boolean affordable = name.labels() - zone.labels() <= MOST_LABELS_HASHED;
    if (!kept.nsec3.isEmpty() && kept.iterations <= mostIterations && affordable) {
      for (Name each : hashed(zone, name)) {
        byte[] hash = NameHash.of(each, kept.iterations, kept.salt, budget);
        Map.Entry<byte[], Kept> entry = kept.nsec3.floorEntry(hash);
        add(found, entry == null ? kept.nsec3.lastEntry() : entry, now);
      }
    }
    return new ArrayList<>(found);
  }

  private static List<Name> hashed(Name zone, Name name) {
    var names = new ArrayList<Name>();
    for (int labels = name.labels(); labels >= zone.labels(); labels--) {
      names.add(name.last(labels));
      if (labels < name.labels()) {
        names.add(name.last(labels).wildcard());
      }
    }
    return names;
  }

  private static <K> void add(Set<RRset> found, Map.@Nullable Entry<K, Kept> entry, long now) {
    if (entry != null && entry.getValue().isFresh(now)) {
      found.add(entry.getValue().at(now));
    }
  }
}
