package io.l7.dns.zone;

import io.l7.dns.message.Name;
import io.l7.dns.message.Nsec;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    var faults = new ArrayList<Fault>();
    if (zone.usesNsec3()) {
      return faults; // hashed chains come from other signers, which close them
    }
    Optional<Name> expected = Optional.empty();
    var entries = zone.nodes().from(NameKey.APEX);
    while (entries.hasNext()) {
      var entry = entries.next();
      Name owner = zone.name(entry.key());
      boolean cut = entry.key().length > 0 && entry.value().has(RRType.NS);
      boolean ours =
          cut
              ? zone.find(owner, RRType.DS) instanceof Finding.Answer
                  || zone.find(owner, RRType.DS) instanceof Finding.NoData
              : !(zone.find(owner, RRType.NSEC) instanceof Finding.Referral)
                  && !(zone.find(owner, RRType.NSEC) instanceof Finding.Redirect);
      if (!ours) {
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
      bitmap(entry.value(), owner, cut, nsec, faults);
      expected = Optional.of(nsec.next());
    }
    if (expected.isPresent() && !expected.get().equals(zone.origin())) {
      faults.add(
          new Fault(
              zone.origin(), "the last NSEC leads to " + expected.get() + ", not to the apex"));
    }
    return faults;
  }

  private static void bitmap(Node node, Name owner, boolean cut, Nsec nsec, List<Fault> faults) {
    for (RRset set : node.sets(owner)) {
      boolean ours =
          !cut
              || set.type().equals(RRType.NS)
              || set.type().equals(RRType.DS)
              || set.type().equals(RRType.NSEC);
      if (ours && !nsec.hasType(set.type())) {
        faults.add(new Fault(owner, "the NSEC of " + owner + " does not name " + set.type()));
      }
    }
  }
}
