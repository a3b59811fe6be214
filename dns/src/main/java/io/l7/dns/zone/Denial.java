package io.l7.dns.zone;

import io.l7.dns.dnssec.Nsec3Hash;
import io.l7.dns.message.Name;
import io.l7.dns.message.Nsec3;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The NSEC or NSEC3 sets that prove what a zone does not have (RFC 4035 §3.1.3, RFC 5155 §7.2).
 * Each answer is free of duplicates, and empty when the zone is not signed.
 */
public final class Denial {
  private final Zone zone;

  Denial(Zone zone) {
    this.zone = zone;
  }

  /** Neither the name nor a wildcard at its closest encloser exists. */
  public List<RRset> ofName(Name name, Name closestEncloser) {
    if (zone.usesNsec3()) {
      var proof = new Proof();
      proof.encloser(name, closestEncloser);
      proof.add(covering3(closestEncloser.wildcard()));
      return proof.sets();
    }
    var proof = new Proof();
    proof.add(covering(name));
    proof.add(covering(closestEncloser.wildcard()));
    return proof.sets();
  }

  /** The name exists, or is an empty non-terminal, but lacks the type. */
  public List<RRset> ofType(Name name) {
    var proof = new Proof();
    if (zone.usesNsec3()) {
      var matching = matching3(name);
      if (matching.isPresent()) {
        proof.add(matching);
      } else {
        proof.encloser(name, provenEncloser(name)); // RFC 5155 §7.2.4: DS below an opt-out span
      }
    } else {
      proof.add(zone.set(name, RRType.NSEC).or(() -> covering(name)));
    }
    return proof.sets();
  }

  /** The name does not exist and the wildcard at its closest encloser lacks the type. */
  public List<RRset> ofWildcardType(Name name, Name closestEncloser) {
    var proof = new Proof();
    if (zone.usesNsec3()) {
      proof.encloser(name, closestEncloser);
      proof.add(matching3(closestEncloser.wildcard()));
    } else {
      proof.add(covering(name));
      proof.add(
          zone.set(closestEncloser.wildcard(), RRType.NSEC)
              .or(() -> covering(closestEncloser.wildcard())));
    }
    return proof.sets();
  }

  /** The name itself does not exist, so that the wildcard's answer was due (RFC 4035 §3.1.3.3). */
  public List<RRset> ofCloserMatch(Name name, Name closestEncloser) {
    var proof = new Proof();
    proof.add(zone.usesNsec3() ? covering3(nextCloser(name, closestEncloser)) : covering(name));
    return proof.sets();
  }

  /** The cut has no DS (RFC 4035 §3.1.4.1, RFC 5155 §7.2.7). */
  public List<RRset> ofDs(Name cut) {
    return ofType(cut);
  }

  private static Name nextCloser(Name name, Name encloser) {
    return name.last(encloser.labels() + 1);
  }

  /** The NSEC set of the last authoritative name before this one. */
  private Optional<RRset> covering(Name name) {
    byte[] key = zone.key(name);
    while (true) {
      var before = zone.nodes().lower(key);
      if (before.isEmpty()) {
        return Optional.empty();
      }
      if (before.get().value().has(RRType.NSEC)) {
        return before.get().value().set(RRType.NSEC, zone.name(before.get().key()));
      }
      key = before.get().key(); // glue and occluded names have none
    }
  }

  private byte[] hash(Name name) {
    Nsec3 any =
        zone.hashed()
            .first()
            .flatMap(e -> e.value().set(RRType.NSEC3, zone.origin()))
            .map(set -> new Nsec3(set.rdata().getFirst()))
            .orElseThrow();
    return Nsec3Hash.hash(name, any.iterations(), any.salt());
  }

  private Name hashedName(Name name) {
    return zone.origin().child(Nsec3Hash.label(hash(name)).getBytes(StandardCharsets.US_ASCII));
  }

  private Optional<RRset> matching3(Name name) {
    return zone.set(hashedName(name), RRType.NSEC3);
  }

  private Optional<RRset> covering3(Name name) {
    byte[] key = zone.key(hashedName(name));
    var before = zone.hashed().lower(key).or(() -> zone.hashed().last());
    return before.flatMap(e -> e.value().set(RRType.NSEC3, zone.name(e.key())));
  }

  /** The closest name above that has a hash of its own; opt-out may leave cuts without. */
  private Name provenEncloser(Name name) {
    Name encloser = name;
    while (!encloser.equals(zone.origin()) && matching3(encloser).isEmpty()) {
      encloser = encloser.parent();
    }
    return encloser;
  }

  private final class Proof {
    private final Map<Name, RRset> sets = new LinkedHashMap<>();

    void add(Optional<RRset> set) {
      set.ifPresent(s -> sets.putIfAbsent(s.owner(), s));
    }

    // RFC 5155 §7.2.1: the encloser's own hash, and a span over the next closer name.
    void encloser(Name name, Name encloser) {
      Name proven = matching3(encloser).isPresent() ? encloser : provenEncloser(encloser);
      add(matching3(proven));
      if (name.labels() > proven.labels()) {
        add(covering3(nextCloser(name, proven)));
      }
    }

    List<RRset> sets() {
      return List.copyOf(sets.values());
    }
  }
}
