package io.l7.dns.update;

import io.l7.dns.message.Name;
import io.l7.dns.message.RRClass;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.RdataCheck;
import io.l7.dns.message.RdataLayout;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Soa;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.zone.Serial;
import io.l7.dns.zone.ZoneEdit;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The update section: checked as a whole, then applied record by record (RFC 2136 §2.5, §3.4). */
final class Changes {
  private static final Set<RRType> SIGNERS_OWN =
      Set.of(RRType.RRSIG, RRType.NSEC, RRType.NSEC3, RRType.NSEC3PARAM);

  private final ZoneEdit zone;
  private final Name origin;

  Changes(ZoneEdit zone) {
    this.zone = zone;
    this.origin = zone.before().origin();
  }

  /** RFC 2136 §3.4.1, and the policy of §3.3. */
  void scan(List<ResourceRecord> changes, UpdatePolicy policy, Optional<TsigKey> key)
      throws UpdateRefused {
    for (ResourceRecord change : changes) {
      if (!change.owner().isSubdomainOf(origin)) {
        throw new UpdateRefused(Rcode.NOTZONE, change.owner() + " lies outside " + origin);
      }
      boolean any = change.type().equals(RRType.ANY);
      boolean meta = change.type().isMeta() && !any;
      boolean wellFormed;
      if (change.rrclass().equals(RRClass.IN)) {
        wellFormed = !any && !meta && RdataCheck.isWellFormed(change.type(), change.rdata());
      } else if (change.rrclass().equals(RRClass.ANY)) {
        wellFormed = change.ttl() == 0 && change.rdata().length() == 0 && !meta;
      } else if (change.rrclass().equals(RRClass.NONE)) {
        wellFormed = change.ttl() == 0 && !any && !meta;
      } else {
        wellFormed = false;
      }
      if (!wellFormed) {
        throw new UpdateRefused(
            Rcode.FORMERR, "malformed change of " + change.owner() + " " + change.type());
      }
      boolean wildcardCut = change.owner().isWildcard() && change.type().equals(RRType.NS);
      if (wildcardCut && change.rrclass().equals(RRClass.IN)) {
        throw new UpdateRefused(Rcode.REFUSED, "a wildcard must not be delegated"); // RFC 4592 §4.2
      }
      if (SIGNERS_OWN.contains(change.type())) {
        throw new UpdateRefused(Rcode.REFUSED, change.type() + " is made by the signer");
      }
      if (!(any
          ? allowsAll(policy, key, change.owner())
          : policy.allows(key, change.owner(), change.type()))) {
        throw new UpdateRefused(
            Rcode.REFUSED, "no grant for " + change.owner() + " " + change.type());
      }
    }
  }

  /** Whether the key may delete each of the sets that go when all of a name is deleted. */
  private boolean allowsAll(UpdatePolicy policy, Optional<TsigKey> key, Name owner) {
    return zone.sets(owner).stream()
        .map(RRset::type)
        .filter(type -> goesWithAll(owner, type))
        .allMatch(type -> policy.allows(key, owner, type));
  }

  /** The signer keeps its own, and the apex its SOA and NS (RFC 2136 §3.4.2.3). */
  private boolean goesWithAll(Name owner, RRType type) {
    return !SIGNERS_OWN.contains(type) && !isKept(owner, type);
  }

  private boolean isKept(Name owner, RRType type) {
    return owner.equals(origin) && (type.equals(RRType.SOA) || type.equals(RRType.NS));
  }

  /** RFC 2136 §3.4.2. */
  void apply(List<ResourceRecord> changes) {
    for (ResourceRecord change : changes) {
      if (change.rrclass().equals(RRClass.IN)) {
        add(change);
      } else if (change.rrclass().equals(RRClass.ANY)) {
        deleteSets(change.owner(), change.type());
      } else {
        delete(change);
      }
    }
  }

  // RFC 2136 §3.4.2.2
  private void add(ResourceRecord record) {
    Name owner = record.owner();
    RRset old = zone.set(owner, record.type());
    if (record.type().equals(RRType.SOA)) {
      boolean newer =
          owner.equals(origin)
              && Serial.isAfter(
                  Soa.of(record.rdata()).serial(), Soa.of(old.rdata().getFirst()).serial());
      if (newer) {
        zone.put(RRset.of(owner, RRType.SOA, record.ttl(), List.of(record.rdata())));
      }
      return;
    }
    boolean single = record.type().equals(RRType.CNAME) || record.type().equals(RRType.DNAME);
    if (record.type().equals(RRType.CNAME) ? hasOtherThanCname(owner) : hasCname(owner)) {
      return; // a CNAME stands alone; what would break that is left out without an error
    }
    if (single) {
      zone.put(RRset.of(owner, record.type(), record.ttl(), List.of(record.rdata())));
      return;
    }
    Optional<Rdata> same =
        old.rdata().stream().filter(r -> equal(record.type(), r, record.rdata())).findFirst();
    zone.add(
        same.map(rdata -> ResourceRecord.of(owner, record.type(), record.ttl(), rdata))
            .orElse(record));
  }

  private boolean hasCname(Name owner) {
    return !zone.set(owner, RRType.CNAME).rdata().isEmpty();
  }

  private boolean hasOtherThanCname(Name owner) {
    return zone.sets(owner).stream()
        .anyMatch(
            set ->
                !set.rdata().isEmpty()
                    && !set.type().equals(RRType.CNAME)
                    && !SIGNERS_OWN.contains(set.type()));
  }

  private void deleteSets(Name owner, RRType type) {
    for (RRset set : zone.sets(owner)) {
      boolean asked =
          type.equals(RRType.ANY)
              ? goesWithAll(owner, set.type())
              : set.type().equals(type) && !isKept(owner, type);
      if (asked) {
        zone.put(RRset.of(owner, set.type(), 0, List.of()));
      }
    }
  }

  // RFC 2136 §3.4.2.4: SOA stays, and so does the last NS of the apex
  private void delete(ResourceRecord record) {
    RRset set = zone.set(record.owner(), record.type());
    boolean lastNs =
        record.owner().equals(origin) && record.type().equals(RRType.NS) && set.rdata().size() <= 1;
    if (record.type().equals(RRType.SOA) || lastNs) {
      return;
    }
    set.rdata().stream()
        .filter(r -> equal(record.type(), r, record.rdata()))
        .findFirst()
        .ifPresent(
            r -> zone.remove(ResourceRecord.of(record.owner(), record.type(), set.ttl(), r)));
  }

  private static boolean equal(RRType type, Rdata a, Rdata b) {
    return a.equals(b) || RdataLayout.canonical(type, a).equals(RdataLayout.canonical(type, b));
  }
}
