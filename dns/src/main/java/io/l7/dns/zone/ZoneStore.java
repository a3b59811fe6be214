package io.l7.dns.zone;

import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The zones a server holds, by name. Readers never wait. */
public final class ZoneStore {
  private volatile Map<Name, LiveZone> zones = Map.of();

  /** Adds a zone, or takes the place of the one with its name. */
  public synchronized void add(LiveZone zone) {
    var more = new HashMap<>(zones);
    more.put(zone.origin(), zone);
    zones = Map.copyOf(more);
  }

  public synchronized void remove(Name origin) {
    var fewer = new HashMap<>(zones);
    fewer.remove(origin);
    zones = Map.copyOf(fewer);
  }

  /** The zone of exactly this name. */
  public Optional<LiveZone> at(Name origin) {
    return Optional.ofNullable(zones.get(origin));
  }

  public Collection<LiveZone> all() {
    return zones.values();
  }

  /** The zone with the longest name at or above this one. */
  public Optional<LiveZone> above(Name name) {
    Map<Name, LiveZone> now = zones;
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
