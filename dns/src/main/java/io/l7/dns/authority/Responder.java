package io.l7.dns.authority;

import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.routing.Routing;
import io.l7.dns.zone.Finding;
import io.l7.dns.zone.Zone;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the sections of the answer to one question from one version of a zone (RFC 1034 §4.3.2, RFC
 * 4035 §3.1).
 */
final class Responder {
  private final Zone zone;
  private final Signatures signatures;
  private final Routing routing;
  private final int aliases;

  private final List<ResourceRecord> answer = new ArrayList<>();
  private final Set<RRset> authority = new LinkedHashSet<>();
  private final Set<RRset> additional = new LinkedHashSet<>();
  private boolean authoritative = true;
  private Rcode rcode = Rcode.NOERROR;

  /** Whether the client asked for DNSSEC's records (RFC 3225). */
  enum Signatures {
    WANTED,
    UNWANTED
  }

  Responder(Zone zone, Signatures signatures, Routing routing, int aliases) {
    this.zone = zone;
    this.signatures = signatures;
    this.routing = routing;
    this.aliases = aliases;
  }

  /** What the answer consists of, header and EDNS apart. */
  record Sections(
      Rcode rcode,
      boolean authoritative,
      List<ResourceRecord> answer,
      List<ResourceRecord> authority,
      List<ResourceRecord> additional) {}

  Sections respond(Question question) {
    Name name = question.name();
    var seen = new HashSet<Name>();
    for (int step = 0; step <= aliases && seen.add(name); step++) {
      var next = step(name, question.type(), step);
      if (next.isEmpty()) {
        break;
      }
      name = next.get();
      if (!zone.contains(name)) {
        break; // the resolver asks elsewhere
      }
    }
    return new Sections(rcode, authoritative, answer, records(authority), records(additional));
  }

  /** Handles one name of the chain and returns the next, if there is one. */
  private Optional<Name> step(Name name, RRType type, int step) {
    switch (zone.find(name, type)) {
      case Finding.Answer found -> {
        answer(found.set());
        found.wildcard().ifPresent(encloser -> prove(zone.denial().ofCloserMatch(name, encloser)));
        addresses(found.set());
      }
      case Finding.Alias alias -> {
        answer(alias.cname());
        alias.wildcard().ifPresent(encloser -> prove(zone.denial().ofCloserMatch(name, encloser)));
        return Optional.of(alias.cname().rdata().getFirst().asName());
      }
      case Finding.Redirect redirect -> {
        return redirect(name, redirect.dname());
      }
      case Finding.Referral referral -> refer(referral, step);
      case Finding.NoData noData -> {
        negative();
        prove(
            noData
                .wildcard()
                .map(encloser -> zone.denial().ofWildcardType(name, encloser))
                .orElseGet(() -> zone.denial().ofType(name)));
      }
      case Finding.NxDomain missing -> {
        rcode = Rcode.NXDOMAIN;
        negative();
        prove(zone.denial().ofName(name, missing.closestEncloser()));
      }
    }
    return Optional.empty();
  }

  // RFC 6672 §3.1, §3.2: the DNAME, and a CNAME made from it, which is not signed.
  private Optional<Name> redirect(Name name, RRset dname) {
    if (!answer.containsAll(dname.records())) {
      answer(dname);
    }
    Name target;
    try {
      target = name.replaceEnding(dname.owner(), dname.rdata().getFirst().asName());
    } catch (IllegalArgumentException e) {
      rcode = Rcode.YXDOMAIN; // the new name is too long (RFC 6672 §2.2)
      return Optional.empty();
    }
    answer(RRset.of(name, RRType.CNAME, dname.ttl(), List.of(Rdata.name(target))));
    return Optional.of(target);
  }

  private void refer(Finding.Referral referral, int step) {
    if (step == 0) {
      authoritative = false;
    }
    authority.add(plain(referral.ns()));
    referral.glue().forEach(set -> additional.add(plain(set)));
    if (signatures == Signatures.WANTED) {
      // RFC 4035 §3.1.4: DS, or the proof that there is none
      referral
          .ds()
          .ifPresentOrElse(authority::add, () -> prove(zone.denial().ofDs(referral.ns().owner())));
    }
  }

  private static RRset plain(RRset set) {
    return set.withoutSignatures();
  }

  private void answer(RRset whole) {
    RRset set = routing.of(whole);
    answer.addAll(signatures == Signatures.WANTED ? set.recordsWithSignatures() : set.records());
  }

  private void prove(List<RRset> proof) {
    if (signatures == Signatures.WANTED) {
      authority.addAll(proof);
    }
  }

  // RFC 2308 §3: the SOA's TTL is the smaller of its own and the minimum field.
  private void negative() {
    RRset soa = zone.soaSet();
    authority.add(soa.withTtl(Math.min(soa.ttl(), zone.soa().minimum())));
  }

  /** Addresses in the zone for what NS, MX and SRV name (RFC 1034 §4.3.2 step 6). */
  private void addresses(RRset set) {
    int nameAt =
        switch (set.type().code()) {
          case 2 -> 0;
          case 15 -> 2;
          case 33 -> 6;
          default -> -1;
        };
    if (nameAt < 0) {
      return;
    }
    for (Rdata rdata : set.rdata()) {
      Name target = rdata.nameAt(nameAt);
      boolean apexNs = set.type().equals(RRType.NS);
      for (RRType type : List.of(RRType.A, RRType.AAAA)) {
        if (apexNs) {
          zone.set(target, type).ifPresent(additional::add); // glue below a cut too
        } else if (zone.contains(target)
            && zone.find(target, type)
                instanceof Finding.Answer(RRset found, Optional<Name> wildcard)
            && wildcard.isEmpty()) {
          additional.add(found);
        }
      }
    }
  }

  private List<ResourceRecord> records(Set<RRset> sets) {
    var records = new ArrayList<ResourceRecord>();
    for (RRset set : sets) {
      records.addAll(signatures == Signatures.WANTED ? set.recordsWithSignatures() : set.records());
    }
    return records;
  }
}
