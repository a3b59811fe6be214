package io.l7.dns.zone;

import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Soa;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the next version of a zone. Not for use by several threads. The differences from the first
 * version are kept, so that a journal and IXFR get exactly what changed.
 */
public final class ZoneEdit {
  private final Zone before;
  private final Name origin;
  private NameTree<Node> nodes;
  private NameTree<Node> hashed;
  private long records;
  private final Map<Place, RRset> touched = new LinkedHashMap<>();

  /** Where a set stood before the edit. */
  private record Place(Name owner, RRType type) {}

  ZoneEdit(Zone zone) {
    this.before = zone;
    this.origin = zone.origin();
    this.nodes = zone.nodes();
    this.hashed = zone.hashed();
    this.records = zone.records();
  }

  /** The version the edit started from. */
  public Zone before() {
    return before;
  }

  /** The set as it stands now; one without records when there is none. */
  public RRset set(Name owner, RRType type) {
    return tree(type)
        .get(key(owner))
        .flatMap(node -> node.set(type, owner))
        .orElseGet(() -> RRset.of(owner, type, 0, List.of()));
  }

  /** Every set at a name as it stands now. */
  public List<RRset> sets(Name owner) {
    return nodes.get(key(owner)).orElse(Node.EMPTY).sets(owner);
  }

  /** Names touched so far, in order. */
  public List<Name> touchedNames() {
    return touched.keySet().stream().map(Place::owner).distinct().toList();
  }

  /**
   * Puts a set in the place of the one of its owner and type; without records and signatures it is
   * taken away.
   */
  public void put(RRset set) {
    byte[] key = key(set.owner());
    NameTree<Node> tree = tree(set.type());
    Node node = tree.get(key).orElse(Node.EMPTY);
    touched.computeIfAbsent(
        new Place(set.owner(), set.type()),
        place ->
            node.set(set.type(), set.owner())
                .orElseGet(() -> RRset.of(set.owner(), set.type(), 0, List.of())));
    Node changed = node.with(set);
    records += changed.records() - node.records();
    NameTree<Node> next = changed.isEmpty() ? tree.without(key) : tree.with(key, changed);
    if (set.type().equals(RRType.NSEC3)) {
      hashed = next;
    } else {
      nodes = next;
    }
  }

  /**
   * Adds one record; one that is there already changes nothing, and the newest TTL holds for the
   * set.
   */
  public void add(ResourceRecord record) {
    if (record.type().equals(RRType.RRSIG)) {
      RRset covered = set(record.owner(), new RRType(record.rdata().u16(0)));
      if (!covered.signatures().contains(record.rdata())) {
        put(
            new RRset(
                record.owner(),
                covered.type(),
                record.rrclass(),
                covered.rdata().isEmpty() ? record.ttl() : covered.ttl(),
                covered.rdata(),
                plus(covered.signatures(), record.rdata())));
      }
      return;
    }
    RRset set = set(record.owner(), record.type());
    List<Rdata> rdata =
        set.rdata().contains(record.rdata()) ? set.rdata() : plus(set.rdata(), record.rdata());
    put(
        new RRset(
            record.owner(),
            record.type(),
            record.rrclass(),
            record.ttl(),
            rdata,
            set.signatures()));
  }

  /** Takes one record away; one that is not there changes nothing. */
  public void remove(ResourceRecord record) {
    boolean signature = record.type().equals(RRType.RRSIG);
    RRset set = set(record.owner(), signature ? new RRType(record.rdata().u16(0)) : record.type());
    List<Rdata> rdata = signature ? set.rdata() : minus(set.rdata(), record.rdata());
    List<Rdata> signatures = signature ? minus(set.signatures(), record.rdata()) : set.signatures();
    if (rdata.size() != set.rdata().size() || signatures.size() != set.signatures().size()) {
      put(new RRset(set.owner(), set.type(), set.rrclass(), set.ttl(), rdata, signatures));
    }
  }

  private static List<Rdata> plus(List<Rdata> list, Rdata rdata) {
    var longer = new ArrayList<>(list);
    longer.add(rdata);
    return longer;
  }

  private static List<Rdata> minus(List<Rdata> list, Rdata rdata) {
    return list.stream().filter(r -> !r.equals(rdata)).toList();
  }

  /** True when something differs from the first version. */
  public boolean isChanged() {
    return touched.values().stream().anyMatch(was -> !was.equals(set(was.owner(), was.type())));
  }

  /** Sets the SOA's serial. */
  public void serial(long serial) {
    RRset soa = set(origin, RRType.SOA);
    Rdata rdata = Soa.of(soa.rdata().getFirst()).withSerial(serial).toRdata();
    put(new RRset(origin, RRType.SOA, soa.rrclass(), soa.ttl(), List.of(rdata), List.of()));
  }

  /** The next version. */
  public Zone zone() {
    return new Zone(origin, nodes, hashed, records);
  }

  /** What changed from the first version to {@link #zone()}. */
  public ZoneDelta delta() {
    var removed = new ArrayList<ResourceRecord>();
    var added = new ArrayList<ResourceRecord>();
    for (RRset was : touched.values()) {
      RRset is = set(was.owner(), was.type());
      difference(was, is, removed);
      difference(is, was, added);
    }
    return ZoneDelta.of(before.soaSet(), set(origin, RRType.SOA), removed, added);
  }

  private static void difference(RRset from, RRset without, List<ResourceRecord> into) {
    boolean sameTtl = from.ttl() == without.ttl();
    for (ResourceRecord record : from.recordsWithSignatures()) {
      boolean there =
          record.type().equals(from.type())
              ? without.rdata().contains(record.rdata())
              : without.signatures().contains(record.rdata());
      if (!there || !sameTtl) {
        into.add(record);
      }
    }
  }

  NameTree<Node> nodes() {
    return nodes;
  }

  Name name(byte[] key) {
    return NameKey.toName(key, origin);
  }

  byte[] key(Name name) {
    if (!name.isSubdomainOf(origin)) {
      throw new IllegalArgumentException(name + " lies outside " + origin);
    }
    return NameKey.of(name, origin.labels());
  }

  private NameTree<Node> tree(RRType type) {
    return type.equals(RRType.NSEC3) ? hashed : nodes;
  }
}
