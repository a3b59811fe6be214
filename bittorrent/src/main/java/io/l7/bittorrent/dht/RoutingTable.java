package io.l7.bittorrent.dht;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The nodes that are known (BEP 5): buckets of eight, of which only the one that has our own id is
 * split when it is full. Nobody comes in who has not answered a query of ours; nobody who is good
 * is pushed out. Pure; not safe for concurrent use.
 */
final class RoutingTable {
  private final NodeId own;
  private final DhtLimits limits;
  private final Shares shares;

  /**
   * The bucket at i has the nodes that share exactly i first bits; the last all that share more.
   */
  private final List<Bucket> buckets = new ArrayList<>();

  RoutingTable(NodeId own, DhtLimits limits, long now) {
    this.own = own;
    this.limits = limits;
    this.shares = new Shares(limits.perClient(), limits.perNetwork());
    buckets.add(new Bucket(now));
  }

  NodeId own() {
    return own;
  }

  /** What became of a node that answered. */
  enum Entry {
    /** It was here already. */
    KNOWN,
    ADDED,
    /** The bucket is full of nodes; it may take the place of one that turns out to be silent. */
    SPARE,
    /** It must not be here: too many of its address, or somebody else has its id. */
    REFUSED
  }

  /** A node has answered a query of ours. */
  Entry answered(NodeContact node, long now) {
    if (node.id().equals(own)) {
      return Entry.REFUSED;
    }
    var bucket = bucketOf(node.id());
    var known = bucket.of(node.id());
    if (known.isPresent() && known.get().contact.equals(node)) {
      known.get().answered(now);
      bucket.changed = now;
      return Entry.KNOWN;
    }
    if (known.isPresent() && known.get().standing(limits, now) == TableNode.Standing.GOOD) {
      return Entry.REFUSED; // who takes somebody's id must not push him out
    }
    forget(node.address()); // it has another id since
    known.ifPresent(former -> shares.remove(former.contact.host()));
    if (!shares.hasRoom(node.host())) {
      known.ifPresent(former -> shares.add(former.contact.host()));
      return Entry.REFUSED;
    }
    known.ifPresent(bucket.nodes::remove);
    return place(node, now);
  }

  private Entry place(NodeContact node, long now) {
    while (true) {
      var bucket = bucketOf(node.id());
      boolean full = bucket.nodes.size() >= limits.bucket();
      if (full && bucket == buckets.getLast() && buckets.size() < NodeId.BITS) {
        split(now);
        continue;
      }
      if (full && !makeRoom(bucket, node, now)) {
        bucket.spare(node, limits.bucket());
        return Entry.SPARE;
      }
      bucket.nodes.add(new TableNode(node, now));
      bucket.changed = now;
      shares.add(node.host());
      return Entry.ADDED;
    }
  }

  /** A bad node goes; so does one whose id does not fit its address, for one whose does. */
  private boolean makeRoom(Bucket bucket, NodeContact node, long now) {
    boolean fits = SecureIds.fits(node.id(), node.host());
    var worst =
        bucket.nodes.stream()
            .filter(
                n ->
                    n.standing(limits, now) == TableNode.Standing.BAD
                        || fits && !SecureIds.fits(n.contact.id(), n.contact.host()))
            .max(Comparator.comparingInt(n -> n.failures));
    worst.ifPresent(gone -> remove(bucket, gone));
    return worst.isPresent();
  }

  private void remove(Bucket bucket, TableNode gone) {
    bucket.nodes.remove(gone);
    shares.remove(gone.contact.host());
  }

  private void split(long now) {
    var last = buckets.getLast();
    int bits = buckets.size() - 1;
    var deeper = new Bucket(now);
    deeper.changed = last.changed;
    last.nodes.removeIf(n -> own.commonBits(n.contact.id()) > bits && deeper.nodes.add(n));
    last.spares.removeIf(n -> own.commonBits(n.id()) > bits && deeper.spares.add(n));
    buckets.add(deeper);
  }

  private void forget(InetSocketAddress address) {
    for (var bucket : buckets) {
      bucket.spares.removeIf(n -> n.address().equals(address));
      var there = bucket.nodes.stream().filter(n -> n.contact.address().equals(address)).toList();
      there.forEach(gone -> remove(bucket, gone));
    }
  }

  /** A node has asked us something: one that once answered stays good by that. */
  void asked(NodeContact node, long now) {
    bucketOf(node.id())
        .of(node.id())
        .filter(n -> n.contact.equals(node))
        .ifPresent(n -> n.heard = now);
  }

  /** A node did not answer; the second time in a row its place goes to a spare one. */
  Optional<NodeContact> silent(NodeContact node, long now) {
    var bucket = bucketOf(node.id());
    var known = bucket.of(node.id()).filter(n -> n.contact.equals(node));
    known.ifPresent(n -> n.failures++);
    return known
        .filter(n -> n.standing(limits, now) == TableNode.Standing.BAD)
        .flatMap(_ -> Optional.ofNullable(bucket.spares.pollLast()));
  }

  /** Whether a node that is not here would find a place, if it answered. */
  boolean hasRoom(NodeContact node, long now) {
    var bucket = bucketOf(node.id());
    boolean room =
        bucket.nodes.size() < limits.bucket()
            || bucket == buckets.getLast()
            || bucket.nodes.stream()
                .anyMatch(n -> n.standing(limits, now) == TableNode.Standing.BAD);
    return room
        && !node.id().equals(own)
        && bucket.of(node.id()).isEmpty()
        && shares.hasRoom(node.host());
  }

  /** Whether this very node is here, and was silent several times in a row. */
  boolean isBad(NodeContact node, long now) {
    return bucketOf(node.id())
        .of(node.id())
        .filter(n -> n.contact.equals(node))
        .filter(n -> n.standing(limits, now) == TableNode.Standing.BAD)
        .isPresent();
  }

  /** Whether this very node is here: it has answered from this address. */
  boolean has(NodeContact node) {
    return bucketOf(node.id()).of(node.id()).filter(n -> n.contact.equals(node)).isPresent();
  }

  /**
   * The nodes nearest to a place, nearest first; at most {@code most}. None that is bad, unless all
   * are: then it was most likely our own line that was down, and they are all there is.
   */
  List<NodeContact> closest(NodeId target, int most, long now) {
    boolean hopeless = usable(now) == 0;
    return nearest(
        target, most, n -> hopeless || n.standing(limits, now) != TableNode.Standing.BAD);
  }

  /** The good nodes nearest to a place, such as others are told of (BEP 5). */
  List<NodeContact> closestGood(NodeId target, int most, long now) {
    return nearest(target, most, n -> n.standing(limits, now) == TableNode.Standing.GOOD);
  }

  private List<NodeContact> nearest(NodeId target, int most, Predicate<TableNode> which) {
    return all()
        .filter(which)
        .map(n -> n.contact)
        .sorted((a, b) -> target.compareDistance(a.id(), b.id()))
        .limit(most)
        .toList();
  }

  /** The node that has been silent longest, once that is a quarter of an hour. */
  Optional<NodeContact> questionable(long now) {
    return all()
        .filter(n -> n.standing(limits, now) == TableNode.Standing.QUESTIONABLE)
        .min(Comparator.comparingLong(n -> n.heard))
        .map(n -> n.contact);
  }

  /** A place to look for in the bucket that nothing happened in for a quarter of an hour. */
  Optional<NodeId> refresh(long now, RandomGenerator random) {
    for (int i = 0; i < buckets.size(); i++) {
      var bucket = buckets.get(i);
      if (now - bucket.changed >= limits.fresh().toNanos()) {
        bucket.changed = now;
        return Optional.of(own.near(i, random));
      }
    }
    return Optional.empty();
  }

  private Bucket bucketOf(NodeId id) {
    return buckets.get(Math.min(own.commonBits(id), buckets.size() - 1));
  }

  private Stream<TableNode> all() {
    return buckets.stream().flatMap(bucket -> bucket.nodes.stream());
  }

  /** Nodes that are here. */
  int size() {
    return buckets.stream().mapToInt(bucket -> bucket.nodes.size()).sum();
  }

  /** Nodes that are here and not bad. */
  int usable(long now) {
    return (int) all().filter(n -> n.standing(limits, now) != TableNode.Standing.BAD).count();
  }

  int buckets() {
    return buckets.size();
  }

  /** Nodes of one range of ids, and who waits for a place among them. */
  private static final class Bucket {
    final List<TableNode> nodes = new ArrayList<>();
    final ArrayDeque<NodeContact> spares = new ArrayDeque<>();
    long changed;

    Bucket(long now) {
      this.changed = now;
    }

    Optional<TableNode> of(NodeId id) {
      return nodes.stream().filter(n -> n.contact.id().equals(id)).findFirst();
    }

    void spare(NodeContact node, int most) {
      spares.remove(node);
      if (spares.size() >= most) {
        spares.removeFirst();
      }
      spares.addLast(node);
    }
  }
}
