package io.l7.dns.zone;

import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The zones a server holds, by name. A name may be held without a zone, vacant: a secondary's
 * before its first transfer or after it expired. Readers never wait.
 */
public final class ZoneStore {
  private volatile Holding holding = new Holding(Map.of(), Set.of(), 0);

  private record Holding(Map<Name, LiveZone> zones, Set<Name> vacant, long generation) {
    Holding with(Name origin, Optional<LiveZone> zone) {
      var all = new HashMap<>(zones);
      var none = new HashSet<>(vacant);
      if (zone.isPresent()) {
        all.put(origin, zone.get());
        none.remove(origin);
      } else {
        all.remove(origin);
        none.add(origin);
      }
      return new Holding(Map.copyOf(all), Set.copyOf(none), generation + 1);
    }
  }

  /** Adds a zone, or takes the place of the one with its name. */
  public synchronized void add(LiveZone zone) {
    if (holding.zones.get(zone.origin()) != zone) {
      holding = holding.with(zone.origin(), Optional.of(zone));
    }
  }

  /** Keeps a name without a zone: what lies there is ours, but cannot be told now. */
  public synchronized void vacate(Name origin) {
    holding = holding.with(origin, Optional.empty());
  }

  /** Rises with every zone that comes or goes, not with new versions of one. */
  public long generation() {
    return holding.generation;
  }

  /** Whether the closest held name at or above this one has no zone now. */
  public boolean isVacant(Name name) {
    Holding now = holding;
    if (now.vacant.isEmpty()) {
      return false;
    }
    for (int labels = name.labels(); labels >= 0; labels--) {
      Name at = name.last(labels);
      if (now.vacant.contains(at)) {
        return true;
      }
      if (now.zones.containsKey(at)) {
        return false;
      }
    }
    return false;
  }

  /** The zone of exactly this name. */
  public Optional<LiveZone> at(Name origin) {
    return Optional.ofNullable(holding.zones.get(origin));
  }

  public Collection<LiveZone> all() {
    return holding.zones.values();
  }

  /** The zone with the longest name at or above this one. */
  public Optional<LiveZone> above(Name name) {
    Map<Name, LiveZone> now = holding.zones;
    if (now.isEmpty()) {
      return Optional.empty();
    }
    for (int labels = name.labels(); labels >= 0; labels--) {
      LiveZone zone = now.get(name.last(labels));
      if (zone != null) {
        return Optional.of(zone);
      }
    }
    return Optional.empty();
  }

  /**
   * The zone that answers a question: DS at an apex is the parent's where the parent is here too
   * (RFC 4035 §3.1.4.1).
   */
  public Optional<LiveZone> answering(Question question) {
    var zone = above(question.name());
    if (question.type().equals(RRType.DS)
        && !question.name().isRoot()
        && zone.isPresent()
        && zone.get().origin().equals(question.name())) {
      return above(question.name().parent()).or(() -> zone);
    }
    return zone;
  }
}
