package io.l7.dns.zone;

import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Rrsig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a zone from records in any order; canonical order costs least, since each record is then
 * where it stays. Not for several threads.
 */
public final class ZoneBuilder {
  private final Name origin;
  private final Names nodes;
  private final Names hashed;
  private final List<ResourceRecord> pending = new ArrayList<>();

  public ZoneBuilder(Name origin) {
    this.origin = origin;
    this.nodes = new Names(origin);
    this.hashed = new Names(origin);
  }

  /**
   * Adds a record; of equal ones the first counts.
   *
   * @throws IllegalArgumentException if its owner lies outside the zone, or it is a signature that
   *     cannot say what it covers
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
    try {
      if (pending.stream().anyMatch(ZoneBuilder::isHashed)) {
        nodes.add(pending.stream().filter(r -> !isHashed(r)).toList());
        hashed.add(pending.stream().filter(ZoneBuilder::isHashed).toList());
      } else {
        nodes.add(pending);
      }
    } finally {
      pending.clear(); // what is wrong with them is told once
    }
  }

  private static boolean isHashed(ResourceRecord record) {
    return record.type().equals(RRType.NSEC3)
        || (record.type().equals(RRType.RRSIG) && covered(record) == RRType.NSEC3.code());
  }

  private static int covered(ResourceRecord rrsig) {
    if (rrsig.rdata().length() < Rrsig.FIXED_OCTETS) {
      throw new IllegalArgumentException("RRSIG data of " + rrsig.rdata().length() + " octets");
    }
    return rrsig.rdata().u16(0);
  }

  /**
   * The zone. The builder is empty afterwards.
   *
   * @throws IllegalArgumentException if there is no SOA at the apex, or too much at a name
   */
  public Zone build() {
    flush();
    NameTree<Node> names = nodes.tree();
    NameTree<Node> hashes = hashed.tree();
    return new Zone(origin, names, hashes, records(names) + records(hashes));
  }

  private static long records(NameTree<Node> tree) {
    long records = 0;
    for (var entries = tree.from(NameKey.APEX); entries.hasNext(); ) {
      records += entries.next().value().records();
    }
    return records;
  }

  /** Nodes as they come: in a run while their keys rise, and what comes late beside it. */
  private static final class Names {
    private final Name origin;
    private final List<NameTree.Entry<Node>> run = new ArrayList<>();
    private final Map<Name, Node> late = new HashMap<>();

    Names(Name origin) {
      this.origin = origin;
    }

    void add(List<ResourceRecord> records) {
      if (records.isEmpty()) {
        return;
      }
      Name owner = records.getFirst().owner();
      byte[] key = NameKey.of(owner, origin.labels());
      int order = run.isEmpty() ? -1 : Arrays.compareUnsigned(run.getLast().key(), key);
      if (order < 0) {
        run.add(new NameTree.Entry<>(key, Node.of(sets(records))));
      } else if (order == 0) {
        Node joined = joined(run.getLast().value(), owner, records);
        run.set(run.size() - 1, new NameTree.Entry<>(key, joined));
      } else {
        late.merge(owner, Node.of(sets(records)), (before, more) -> joined(before, owner, records));
      }
    }

    private static Node joined(Node before, Name owner, List<ResourceRecord> more) {
      var all = new ArrayList<ResourceRecord>();
      before.sets(owner).forEach(set -> all.addAll(set.recordsWithSignatures()));
      all.addAll(more);
      return Node.of(sets(all));
    }

    NameTree<Node> tree() {
      if (!late.isEmpty()) {
        late.forEach(
            (name, node) -> run.add(new NameTree.Entry<>(NameKey.of(name, origin.labels()), node)));
        late.clear();
        // stable, so that of equal keys the one that came first stands first
        run.sort((a, b) -> Arrays.compareUnsigned(a.key(), b.key()));
        join();
      }
      NameTree<Node> tree = NameTree.ofSorted(run);
      run.clear();
      return tree;
    }

    /** Makes one entry of two that stand side by side under one key. */
    private void join() {
      int last = 0;
      for (int i = 1; i < run.size(); i++) {
        var entry = run.get(i);
        var before = run.get(last);
        if (Arrays.equals(before.key(), entry.key())) {
          Name owner = NameKey.toName(entry.key(), origin);
          var more = new ArrayList<ResourceRecord>();
          entry.value().sets(owner).forEach(set -> more.addAll(set.recordsWithSignatures()));
          run.set(last, new NameTree.Entry<>(entry.key(), joined(before.value(), owner, more)));
        } else {
          run.set(++last, entry);
        }
      }
      run.subList(last + 1, run.size()).clear();
    }
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
}
