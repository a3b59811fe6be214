package io.l7.dns.zone;

import io.l7.dns.dnssec.Nsec3Hash;
import io.l7.dns.message.Name;
import io.l7.dns.message.Nsec3;
import io.l7.dns.message.RRType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Whether the NSEC3 sets of a zone name each owner's types, its empty non-terminals too, and lead
 * around once (RFC 5155 §7.1).
 */
final class HashedChainCheck {
  private final Zone zone;
  private final List<ChainCheck.Fault> faults = new ArrayList<>();
  private final Set<Name> matched = new HashSet<>();
  private final Nsec3 any;

  HashedChainCheck(Zone zone) {
    this.zone = zone;
    this.any = nsec3(zone.hashed().first().orElseThrow());
  }

  private Nsec3 nsec3(NameTree.Entry<Node> entry) {
    var set = entry.value().set(RRType.NSEC3, zone.name(entry.key()));
    return new Nsec3(set.orElseThrow().rdata().getFirst());
  }

  List<ChainCheck.Fault> faults() {
    ring();
    names();
    for (var entries = zone.hashed().from(NameKey.APEX); entries.hasNext(); ) {
      Name owner = zone.name(entries.next().key());
      if (!matched.contains(owner)) {
        fault(owner, "the NSEC3 at " + owner + " stands for no name");
      }
    }
    return faults;
  }

  private void fault(Name owner, String what) {
    faults.add(new ChainCheck.Fault(owner, what));
  }

  private void ring() {
    Optional<NameTree.Entry<Node>> before = zone.hashed().last();
    for (var entries = zone.hashed().from(NameKey.APEX); entries.hasNext(); ) {
      var entry = entries.next();
      Name owner = zone.name(entry.key());
      Nsec3 nsec3 = nsec3(entry);
      boolean sameHash =
          nsec3.iterations() == any.iterations() && Arrays.equals(nsec3.salt(), any.salt());
      if (!sameHash) {
        fault(owner, "the NSEC3 at " + owner + " has other parameters than the first");
      }
      Name next = hashed(nsec3(before.orElseThrow()).nextHash());
      if (!next.equals(owner)) {
        fault(owner, "the NSEC3 before " + owner + " leads to " + next);
      }
      before = Optional.of(entry);
    }
  }

  private Name hashed(byte[] hash) {
    return zone.origin().child(Nsec3Hash.label(hash).getBytes(StandardCharsets.US_ASCII));
  }

  private void names() {
    byte[] last = NameKey.APEX;
    for (var entries = zone.nodes().from(NameKey.APEX); entries.hasNext(); ) {
      var entry = entries.next();
      Name owner = zone.name(entry.key());
      if (ChainCheck.isOccluded(zone, owner)) {
        continue;
      }
      // the empty non-terminals between the owner before and this one
      int labels = NameKey.labels(entry.key());
      for (int depth = NameKey.commonLabels(last, entry.key()) + 1; depth < labels; depth++) {
        byte[] above = Arrays.copyOf(entry.key(), NameKey.prefix(entry.key(), depth));
        name(zone.name(above), new TreeSet<>(), true);
      }
      last = entry.key();
      boolean cut = labels > 0 && entry.value().has(RRType.NS);
      boolean insecure = cut && !entry.value().has(RRType.DS);
      SortedSet<Integer> due = ChainCheck.types(entry, owner);
      if (!insecure) {
        due.add(RRType.RRSIG.code());
      }
      name(owner, due, insecure);
    }
  }

  /**
   * @param mayBeLeftOut an opt-out span stands for it (RFC 5155 §7.1): an insecure cut, or what is
   *     only above such
   */
  private void name(Name owner, SortedSet<Integer> due, boolean mayBeLeftOut) {
    Name place = hashed(Nsec3Hash.hash(owner, any.iterations(), any.salt()));
    var set = zone.set(place, RRType.NSEC3);
    if (set.isPresent()) {
      matched.add(place);
      ChainCheck.difference(due, new Nsec3(set.get().rdata().getFirst()).types())
          .ifPresent(what -> fault(owner, "the NSEC3 of " + owner + what));
    } else if (!mayBeLeftOut || !isOptOut(place)) {
      fault(owner, owner + " has no NSEC3");
    }
  }

  private boolean isOptOut(Name place) {
    return zone.hashed()
        .lower(zone.key(place))
        .or(() -> zone.hashed().last())
        .map(entry -> nsec3(entry).optOut())
        .orElse(false);
  }
}
