package io.l7.dns.zone;

import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The search of RFC 1034 §4.3.2 step 3 with RFC 4592's wildcards and RFC 6672's DNAME. */
final class Lookup {
  private final Zone zone;

  Lookup(Zone zone) {
    this.zone = zone;
  }

  Finding find(Name name, RRType type) {
    byte[] key = zone.key(name);
    int labels = NameKey.labels(key);
    // From the apex down: the first cut or DNAME above the name decides.
    for (int depth = 0; depth < labels; depth++) {
      byte[] above = depth == 0 ? NameKey.APEX : Arrays.copyOf(key, NameKey.prefix(key, depth));
      Node node = zone.nodes().find(above);
      if (node == null) {
        continue;
      }
      if (depth > 0 && node.has(RRType.NS)) {
        return referral(node, zone.name(above));
      }
      if (node.has(RRType.DNAME)) {
        return new Finding.Redirect(node.set(RRType.DNAME, zone.name(above)).orElseThrow());
      }
    }
    Node node = zone.nodes().find(key);
    if (node != null) {
      // RFC 4035 §3.1.4.1: DS belongs to the parent's side of the cut.
      if (labels > 0 && node.has(RRType.NS) && !type.equals(RRType.DS)) {
        return referral(node, name);
      }
      return at(node, name, type, Optional.empty());
    }
    return missing(key, name, type);
  }

  private Finding at(Node node, Name owner, RRType type, Optional<Name> wildcard) {
    if (type.equals(RRType.ANY)) {
      return any(node, owner, wildcard);
    }
    if (type.equals(RRType.RRSIG)) {
      return signatures(node, owner, wildcard);
    }
    var set = node.set(type, owner);
    if (set.isPresent() && !set.get().rdata().isEmpty()) {
      return new Finding.Answer(set.get(), wildcard);
    }
    // RFC 4035 §2.4, §2.5: NSEC and RRSIG stand beside a CNAME; nothing else does.
    return node.set(RRType.CNAME, owner)
        .<Finding>map(cname -> new Finding.Alias(cname, wildcard))
        .orElseGet(() -> new Finding.NoData(wildcard));
  }

  // RFC 8482 §4.1: one set stands for all.
  private static Finding any(Node node, Name owner, Optional<Name> wildcard) {
    return node.sets(owner).stream()
        .filter(set -> !set.rdata().isEmpty())
        .findFirst()
        .<Finding>map(set -> new Finding.Answer(set, wildcard))
        .orElseGet(() -> new Finding.NoData(wildcard));
  }

  // RFC 8482 §7: those of one set stand for all here too.
  private static Finding signatures(Node node, Name owner, Optional<Name> wildcard) {
    return node.sets(owner).stream()
        .filter(RRset::isSigned)
        .findFirst()
        .map(set -> RRset.of(owner, RRType.RRSIG, set.ttl(), set.signatures()))
        .<Finding>map(set -> new Finding.Answer(set, wildcard))
        .orElseGet(() -> new Finding.NoData(wildcard));
  }

  private Finding missing(byte[] key, Name name, RRType type) {
    var next = zone.nodes().from(key);
    byte[] after = next.hasNext() ? next.next().key() : NameKey.APEX;
    if (NameKey.isAtOrBelow(after, key)) {
      return new Finding.NoData(Optional.empty()); // an empty non-terminal (RFC 4592 §2.2.2)
    }
    byte[] before = zone.nodes().lower(key).map(NameTree.Entry::key).orElse(NameKey.APEX);
    int depth = Math.max(NameKey.commonLabels(key, before), NameKey.commonLabels(key, after));
    byte[] encloser = Arrays.copyOf(key, NameKey.prefix(key, depth));
    Name closest = zone.name(encloser);
    Node source = zone.nodes().find(NameKey.wildcard(encloser));
    if (source == null) {
      return wildcardIsEmpty(NameKey.wildcard(encloser))
          ? new Finding.NoData(Optional.of(closest))
          : new Finding.NxDomain(closest);
    }
    // RFC 4592 §4.2: a wildcard NS is not defined; it makes no delegation here.
    return at(source, name, type, Optional.of(closest));
  }

  /** RFC 4592 §2.2.2 holds for a wildcard without records of its own too. */
  private boolean wildcardIsEmpty(byte[] wildcard) {
    var next = zone.nodes().from(wildcard);
    return next.hasNext() && NameKey.isAtOrBelow(next.next().key(), wildcard);
  }

  private Finding referral(Node node, Name cut) {
    var ns = node.set(RRType.NS, cut).orElseThrow();
    return new Finding.Referral(ns, node.set(RRType.DS, cut), glue(ns));
  }

  /** The addresses the zone holds for a set's name servers, those at or below the cut first. */
  private List<RRset> glue(RRset ns) {
    var glue = new ArrayList<RRset>();
    var further = new ArrayList<RRset>();
    for (var rdata : ns.rdata()) {
      Name server = rdata.asName();
      var home = server.isSubdomainOf(ns.owner()) ? glue : further;
      zone.set(server, RRType.A).ifPresent(home::add);
      zone.set(server, RRType.AAAA).ifPresent(home::add);
    }
    glue.addAll(further);
    return glue;
  }
}
