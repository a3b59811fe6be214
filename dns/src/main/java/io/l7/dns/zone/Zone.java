package io.l7.dns.zone;

import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Soa;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * One version of a zone, immutable: whoever holds it sees the same records for as long as needed,
 * while {@link ZoneEdit} makes the next version from it at the cost of what changes.
 */
public final class Zone {
  private final Name origin;
  private final NameTree<Node> nodes;
  private final NameTree<Node> hashed;
  private final long records;
  private final RRset soa;

  /**
   * @param hashed the NSEC3 sets, which stand beside the tree of names (RFC 5155 §7.2.8)
   * @throws IllegalArgumentException if the apex has no SOA
   */
  Zone(Name origin, NameTree<Node> nodes, NameTree<Node> hashed, long records) {
    this.origin = origin;
    this.nodes = nodes;
    this.hashed = hashed;
    this.records = records;
    this.soa =
        nodes
            .get(NameKey.APEX)
            .flatMap(apex -> apex.set(RRType.SOA, origin))
            .orElseThrow(() -> new IllegalArgumentException("no SOA at " + origin));
  }

  public Name origin() {
    return origin;
  }

  /** The SOA set with its signatures. */
  public RRset soaSet() {
    return soa;
  }

  public Soa soa() {
    return Soa.of(soa.rdata().getFirst());
  }

  /** 0 to 2^32-1, compared by {@link Serial}. */
  public long serial() {
    return soa().serial();
  }

  /** Records, signatures included. */
  public long records() {
    return records;
  }

  /** Names that own records, hashed ones not counted. */
  public int names() {
    return nodes.size();
  }

  public boolean contains(Name name) {
    return name.isSubdomainOf(origin);
  }

  /** True when the apex holds a DNSKEY set that is signed. */
  public boolean isSigned() {
    return apex().isSigned(RRType.DNSKEY) || apex().isSigned(RRType.SOA);
  }

  /** True when non-existence is proven by hashes. */
  public boolean usesNsec3() {
    return apex().has(RRType.NSEC3PARAM) && hashed.size() > 0;
  }

  /**
   * The set that stands at a name, glue and occluded data too; NSEC3 sets under their hashed name.
   */
  public Optional<RRset> set(Name owner, RRType type) {
    if (!contains(owner)) {
      return Optional.empty();
    }
    NameTree<Node> tree = type.equals(RRType.NSEC3) ? hashed : nodes;
    return tree.get(key(owner)).flatMap(node -> node.set(type, owner));
  }

  /** Every set at a name, in order of types. */
  public List<RRset> sets(Name owner) {
    return contains(owner) ? nodes.get(key(owner)).orElse(Node.EMPTY).sets(owner) : List.of();
  }

  /** What stands at the name or the wildcard that answers for another. */
  public record Standing(Name owner, List<RRset> sets) {}

  /**
   * What answers for {@code name} written below {@code parent}, both without the zone's own name:
   * the records there, or those of the closest wildcard, which must be below {@code parent} too
   * (RFC 4592 §3.3.1). Cuts are not looked for: nothing is delegated in a zone of rules. A name
   * that is too long to be written there has its wildcard all the same.
   */
  public Optional<Standing> standingFor(Name name, Name parent) {
    byte[] above = NameKey.of(parent, 0);
    byte[] relative = NameKey.of(name, 0);
    byte[] key = Arrays.copyOf(above, above.length + relative.length);
    System.arraycopy(relative, 0, key, above.length, relative.length);
    if (key.length == 0) {
      return Optional.empty(); // the apex is the zone's
    }
    return nodes
        .get(key)
        .map(node -> new Standing(name(key), node.sets(name(key))))
        .or(() -> wildcardFor(key, parent.labels()));
  }

  private Optional<Standing> wildcardFor(byte[] key, int leastLabels) {
    var next = nodes.from(key);
    byte[] after = next.hasNext() ? next.next().key() : NameKey.APEX;
    if (NameKey.isAtOrBelow(after, key)) {
      return Optional.empty(); // an empty non-terminal (RFC 4592 §2.2.2)
    }
    byte[] before = nodes.lower(key).map(NameTree.Entry::key).orElse(NameKey.APEX);
    int depth = Math.max(NameKey.commonLabels(key, before), NameKey.commonLabels(key, after));
    if (depth < leastLabels) {
      return Optional.empty();
    }
    byte[] wildcard = NameKey.wildcard(Arrays.copyOf(key, NameKey.prefix(key, depth)));
    return nodes.get(wildcard).map(node -> new Standing(name(wildcard), node.sets(name(wildcard))));
  }

  /** Every name below {@code parent}, which is written without the zone's own name. */
  public List<Standing> standingBelow(Name parent) {
    byte[] above = NameKey.of(parent, 0);
    var all = new ArrayList<Standing>();
    for (var entries = nodes.from(above); entries.hasNext(); ) {
      var entry = entries.next();
      if (!NameKey.isAtOrBelow(entry.key(), above)) {
        break;
      }
      if (entry.key().length > above.length) {
        Name owner = name(entry.key());
        all.add(new Standing(owner, entry.value().sets(owner)));
      }
    }
    return all;
  }

  /** Finds what the zone has to say about a name and a type. */
  public Finding find(Name name, RRType type) {
    return new Lookup(this).find(name, type);
  }

  /** Proofs that something does not exist; empty lists when the zone is not signed. */
  public Denial denial() {
    return new Denial(this);
  }

  /** Starts the next version. */
  public ZoneEdit edit() {
    return new ZoneEdit(this);
  }

  /** Every set in canonical order of owners, the SOA first; NSEC3 sets come last. */
  public Iterator<RRset> iterator() {
    return new Walk();
  }

  Node apex() {
    return nodes.get(NameKey.APEX).orElse(Node.EMPTY);
  }

  byte[] key(Name name) {
    return NameKey.of(name, origin.labels());
  }

  Name name(byte[] key) {
    return NameKey.toName(key, origin);
  }

  NameTree<Node> nodes() {
    return nodes;
  }

  NameTree<Node> hashed() {
    return hashed;
  }

  private final class Walk implements Iterator<RRset> {
    private final Iterator<NameTree.Entry<Node>> names = nodes.from(NameKey.APEX);
    private final Iterator<NameTree.Entry<Node>> hashes = hashed.from(NameKey.APEX);
    private Iterator<RRset> current = List.of(soa).iterator();

    @Override
    public boolean hasNext() {
      while (!current.hasNext()) {
        boolean plain = names.hasNext();
        if (!plain && !hashes.hasNext()) {
          return false;
        }
        var entry = plain ? names.next() : hashes.next();
        List<RRset> sets = entry.value().sets(name(entry.key()));
        boolean atApex = plain && entry.key().length == 0;
        current = sets.stream().filter(s -> !atApex || !s.type().equals(RRType.SOA)).iterator();
      }
      return true;
    }

    @Override
    public RRset next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return current.next();
    }
  }
}
