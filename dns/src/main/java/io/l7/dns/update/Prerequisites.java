package io.l7.dns.update;

import io.l7.dns.message.Name;
import io.l7.dns.message.RRClass;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.RdataLayout;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.zone.ZoneEdit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What an update demands of the zone before it changes anything (RFC 2136 §2.4, §3.2). */
final class Prerequisites {
  private final ZoneEdit zone;
  private final Name origin;

  private record Place(Name owner, RRType type) {}

  Prerequisites(ZoneEdit zone) {
    this.zone = zone;
    this.origin = zone.before().origin();
  }

  void check(List<ResourceRecord> prerequisites) throws UpdateRefused {
    Map<Place, Set<Rdata>> exact = new HashMap<>();
    for (ResourceRecord demand : prerequisites) {
      // RFC 2136 §3.2.5
      if (demand.ttl() != 0) {
        throw new UpdateRefused(Rcode.FORMERR, "prerequisite with a TTL");
      }
      if (!demand.owner().isSubdomainOf(origin)) {
        throw new UpdateRefused(Rcode.NOTZONE, demand.owner() + " lies outside " + origin);
      }
      if (demand.rrclass().equals(RRClass.ANY)) {
        empty(demand);
        exists(demand);
      } else if (demand.rrclass().equals(RRClass.NONE)) {
        empty(demand);
        missing(demand);
      } else if (demand.rrclass().equals(RRClass.IN)) {
        exact
            .computeIfAbsent(new Place(demand.owner(), demand.type()), place -> new HashSet<>())
            .add(RdataLayout.canonical(demand.type(), demand.rdata()));
      } else {
        throw new UpdateRefused(Rcode.FORMERR, "prerequisite of class " + demand.rrclass());
      }
    }
    for (var wanted : exact.entrySet()) {
      var have = new HashSet<Rdata>();
      Place place = wanted.getKey();
      zone.set(place.owner(), place.type())
          .rdata()
          .forEach(r -> have.add(RdataLayout.canonical(place.type(), r)));
      if (!have.equals(wanted.getValue())) {
        throw new UpdateRefused(Rcode.NXRRSET, place.owner() + " " + place.type() + " differs");
      }
    }
  }

  private static void empty(ResourceRecord demand) throws UpdateRefused {
    if (demand.rdata().length() != 0) {
      throw new UpdateRefused(Rcode.FORMERR, "prerequisite with data it must not have");
    }
  }

  private void exists(ResourceRecord demand) throws UpdateRefused {
    if (demand.type().equals(RRType.ANY)) {
      if (!inUse(demand.owner())) {
        throw new UpdateRefused(Rcode.NXDOMAIN, demand.owner() + " is not in use");
      }
    } else if (zone.set(demand.owner(), demand.type()).rdata().isEmpty()) {
      throw new UpdateRefused(Rcode.NXRRSET, demand.owner() + " has no " + demand.type());
    }
  }

  private void missing(ResourceRecord demand) throws UpdateRefused {
    if (demand.type().equals(RRType.ANY)) {
      if (inUse(demand.owner())) {
        throw new UpdateRefused(Rcode.YXDOMAIN, demand.owner() + " is in use");
      }
    } else if (!zone.set(demand.owner(), demand.type()).rdata().isEmpty()) {
      throw new UpdateRefused(Rcode.YXRRSET, demand.owner() + " has " + demand.type());
    }
  }

  private boolean inUse(Name name) {
    return zone.sets(name).stream()
        .anyMatch(set -> !set.rdata().isEmpty() && !set.type().equals(RRType.NSEC));
  }
}
