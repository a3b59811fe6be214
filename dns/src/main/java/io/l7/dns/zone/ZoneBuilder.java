package io.l7.dns.zone;

import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.ResourceRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a zone from records in any order, quickest when those of one owner stand together. Not for
 * several threads.
 */
public final class ZoneBuilder {
  private final Name origin;
  private final Map<Name, Node> nodes = new HashMap<>();
  private final Map<Name, Node> hashed = new HashMap<>();
  private final List<ResourceRecord> pending = new ArrayList<>();

  public ZoneBuilder(Name origin) {
    this.origin = origin;
  }

  /**
   * Adds a record; of equal ones the first counts.
   *
   * @throws IllegalArgumentException if its owner lies outside the zone
   */
  public void add(ResourceRecord record) {
    if (!record.owner().isSubdomainOf(origin)) {
      throw new IllegalArgumentException(record.owner() + " lies outside " + origin);
    }
    if (!pending.isEmpty() && !pending.getLast().owner().equals(record.owner())) {
      flush();
    }
    pending.add(record);
  }

  /** The records of one owner become its node's sets; what the node holds already joins them. */
  private void flush() {
    if (pending.isEmpty()) {
      return;
    }
    if (pending.stream().anyMatch(ZoneBuilder::isHashed)) {
      flush(nodes, pending.stream().filter(r -> !isHashed(r)).toList());
      flush(hashed, pending.stream().filter(ZoneBuilder::isHashed).toList());
    } else {
      flush(nodes, pending);
    }
    pending.clear();
  }

  private static void flush(Map<Name, Node> map, List<ResourceRecord> more) {
    if (more.isEmpty()) {
      return;
    }
    Name owner = more.getFirst().owner();
    Node before = map.getOrDefault(owner, Node.EMPTY);
    if (before.isEmpty()) {
      map.put(owner, Node.of(sets(more)));
      return;
    }
    var records = new ArrayList<ResourceRecord>();
    before.sets(owner).forEach(set -> records.addAll(set.recordsWithSignatures()));
    records.addAll(more);
    map.put(owner, Node.of(sets(records)));
  }

  private static boolean isHashed(ResourceRecord record) {
    return record.type().equals(RRType.NSEC3)
        || (record.type().equals(RRType.RRSIG) && record.rdata().u16(0) == RRType.NSEC3.code());
  }

  /**
   * The codec leaves signatures without their set in a set of their own; here they stand under the
   * type they cover.
   */
  private static List<RRset> sets(List<ResourceRecord> records) {
    if (records.size() == 1 && !records.getFirst().type().equals(RRType.RRSIG)) {
      ResourceRecord only = records.getFirst();
      return List.of(RRset.of(only.owner(), only.type(), only.ttl(), List.of(only.rdata())));
    }
    var sets = new ArrayList<RRset>();
    for (RRset set : RRset.group(records)) {
      if (!set.type().equals(RRType.RRSIG)) {
        sets.add(set);
        continue;
      }
      set.rdata().stream()
          .map(rdata -> rdata.u16(0))
          .distinct()
          .forEach(
              covered ->
                  sets.add(
                      new RRset(
                          set.owner(),
                          new RRType(covered),
                          set.rrclass(),
                          set.ttl(),
                          List.of(),
                          set.rdata().stream().filter(r -> r.u16(0) == covered).toList())));
    }
    return sets;
  }

  /**
   * The zone.
   *
   * @throws IllegalArgumentException if there is no SOA at the apex
   */
  public Zone build() {
    flush();
    long records = 0;
    for (Map<Name, Node> map : List.of(nodes, hashed)) {
      for (Node node : map.values()) {
        records += node.records();
      }
    }
    return new Zone(origin, tree(nodes), tree(hashed), records);
  }

  private NameTree<Node> tree(Map<Name, Node> map) {
    var entries = new ArrayList<NameTree.Entry<Node>>(map.size());
    map.forEach(
        (name, node) -> entries.add(new NameTree.Entry<>(NameKey.of(name, origin.labels()), node)));
    map.clear();
    entries.sort((a, b) -> Arrays.compareUnsigned(a.key(), b.key()));
    return NameTree.ofSorted(entries);
  }
}
