package io.l7.dns.zone;

import io.l7.dns.message.Name;
import io.l7.dns.message.Nsec;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Whether the NSEC sets of a zone name each authoritative owner's types and lead around once (RFC
 * 4034 §4).
 */
final class ChainCheck {
  private final Zone zone;

  record Fault(Name owner, String what) {}

  ChainCheck(Zone zone) {
    this.zone = zone;
  }

  List<Fault> faults() {
    if (zone.usesNsec3()) {
      return new HashedChainCheck(zone).faults();
    }
    var faults = new ArrayList<Fault>();
    Optional<Name> expected = Optional.empty();
    var entries = zone.nodes().from(NameKey.APEX);
    while (entries.hasNext()) {
      var entry = entries.next();
      Name owner = zone.name(entry.key());
      if (isOccluded(zone, owner)) {
        continue;
      }
      var set = entry.value().set(RRType.NSEC, owner);
      if (set.isEmpty() || set.get().rdata().size() != 1) {
        faults.add(new Fault(owner, owner + " has no NSEC"));
        continue;
      }
      if (expected.isPresent() && !expected.get().equals(owner)) {
        faults.add(new Fault(owner, "the NSEC before " + owner + " leads to " + expected.get()));
      }
      var nsec = new Nsec(set.get().rdata().getFirst());
      var due = types(entry, owner);
      due.add(RRType.NSEC.code());
      due.add(RRType.RRSIG.code());
      difference(due, nsec.types())
          .ifPresent(what -> faults.add(new Fault(owner, "the NSEC of " + owner + what)));
      expected = Optional.of(nsec.next());
    }
    if (expected.isPresent() && !expected.get().equals(zone.origin())) {
      faults.add(
          new Fault(
              zone.origin(), "the last NSEC leads to " + expected.get() + ", not to the apex"));
    }
    return faults;
  }

  /** Whether a name lies below a cut or a DNAME; a cut itself does not. */
  static boolean isOccluded(Zone zone, Name owner) {
    var found = zone.find(owner, RRType.DS); // the one type that a cut's parent answers for
    return found instanceof Finding.Referral || found instanceof Finding.Redirect;
  }

  /** The types at a name that its denial must tell of (RFC 4035 §2.3): of a cut only NS and DS. */
  static SortedSet<Integer> types(NameTree.Entry<Node> entry, Name owner) {
    boolean cut = entry.key().length > 0 && entry.value().has(RRType.NS);
    var types = new TreeSet<Integer>();
    for (RRset set : entry.value().sets(owner)) {
      boolean ours = !cut || set.type().equals(RRType.NS) || set.type().equals(RRType.DS);
      if (ours && !set.rdata().isEmpty()) {
        types.add(set.type().code());
      }
    }
    return types;
  }

  static Optional<String> difference(SortedSet<Integer> due, SortedSet<Integer> named) {
    for (int code : due) {
      if (!named.contains(code)) {
        return Optional.of(" does not name " + new RRType(code));
      }
    }
    for (int code : named) {
      if (!due.contains(code)) {
        return Optional.of(" names " + new RRType(code) + ", which is not there");
      }
    }
    return Optional.empty();
  }
}
