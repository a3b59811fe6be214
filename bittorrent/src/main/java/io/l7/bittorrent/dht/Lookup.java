package io.l7.bittorrent.dht;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * One search for the nodes nearest to a place (BEP 5): asks the nearest it knows of, three at a
 * time, learns nearer ones from them, and ends when the eight nearest have answered. Who lets us
 * wait is passed over. Pure; not safe for concurrent use.
 *
 * <p>What others say of nodes is hearsay: a node counts once it has answered under the id it was
 * named with; of one address or network only few are asked at a time; nodes whose id does not fit
 * their address (BEP 42), and those named by who named several that were not there, are asked when
 * nobody else is left, and the former never count among the nearest.
 */
final class Lookup {
  /** Nodes named by one node that may be silent before it is believed less. */
  private static final int HEARSAY = 4;

  private final DhtLimits limits;
  private final TreeMap<NodeContact, Candidate> nearest;
  private final Shares busy;
  private final Map<InetSocketAddress, Integer> misled = new HashMap<>();
  private final Set<InetSocketAddress> addresses = new HashSet<>();
  private int asked;
  private int rounds;

  private enum State {
    WAITING,
    ASKED,
    LATE,
    ANSWERED,
    FAILED
  }

  private static final class Candidate {
    final NodeContact contact;
    final Optional<InetSocketAddress> namedBy;
    final int round;
    final boolean fits;
    State state = State.WAITING;

    Candidate(NodeContact contact, Optional<InetSocketAddress> namedBy, int round) {
      this.contact = contact;
      this.namedBy = namedBy;
      this.round = round;
      this.fits = SecureIds.fits(contact.id(), contact.host());
    }
  }

  Lookup(NodeId target, DhtLimits limits, List<NodeContact> known) {
    this.limits = limits;
    // By address too: who names a node where it is not must not hide it from those who know.
    this.nearest =
        new TreeMap<>(
            Comparator.comparing(NodeContact::id, target::compareDistance)
                .thenComparing(node -> node.host().getAddress(), Arrays::compareUnsigned)
                .thenComparingInt(node -> node.address().getPort()));
    this.busy = new Shares(limits.perClient(), limits.perNetwork());
    known.forEach(node -> learn(node, Optional.empty(), 1));
  }

  private void learn(NodeContact node, Optional<InetSocketAddress> namedBy, int round) {
    nearest.putIfAbsent(node, new Candidate(node, namedBy, round));
  }

  /** The nodes to ask now; each is answered for by one of the three methods below. */
  List<NodeContact> next() {
    var now = new ArrayList<NodeContact>();
    int slots = limits.alpha() - (int) count(State.ASKED);
    for (var candidate : horizon()) {
      if (slots > 0 && candidate.state == State.WAITING && asked < limits.asked()) {
        if (!addresses.add(candidate.contact.address())) {
          candidate.state = State.FAILED; // asked under another name: it can have but one
          continue;
        }
        candidate.state = State.ASKED;
        busy.add(candidate.contact.host());
        asked++;
        slots--;
        now.add(candidate.contact);
      }
    }
    return now;
  }

  /** The nearest that may still count, and those who stand in for them when they are too few. */
  private List<Candidate> horizon() {
    var first = new ArrayList<Candidate>();
    var second = new ArrayList<Candidate>();
    var counted = new Shares(limits.perClient(), limits.perNetwork());
    for (var candidate : nearest.values()) {
      if (first.size() == limits.bucket()) {
        break;
      }
      if (isOpen(candidate, counted)) {
        (candidate.fits && isBelieved(candidate) ? first : second).add(candidate);
        counted.add(candidate.contact.host());
      }
    }
    for (int i = 0; first.size() < limits.bucket() && i < second.size(); i++) {
      first.add(second.get(i));
    }
    return first;
  }

  private boolean isOpen(Candidate candidate, Shares counted) {
    return switch (candidate.state) {
      case WAITING ->
          busy.hasRoom(candidate.contact.host()) && counted.hasRoom(candidate.contact.host());
      case ASKED, ANSWERED -> true;
      case LATE, FAILED -> false;
    };
  }

  private boolean isBelieved(Candidate candidate) {
    return candidate.state == State.ANSWERED
        || candidate.namedBy.map(who -> misled.getOrDefault(who, 0)).orElse(0) < HEARSAY;
  }

  /** A node has answered, under its id, and named others. */
  void answered(NodeContact node, List<NodeContact> named) {
    var candidate = nearest.get(node);
    if (candidate == null || candidate.state != State.ASKED && candidate.state != State.LATE) {
      return;
    }
    candidate.state = State.ANSWERED;
    rounds = Math.max(rounds, candidate.round);
    named.stream()
        .limit(limits.bucket())
        .forEach(n -> learn(n, Optional.of(node.address()), candidate.round + 1));
  }

  /** A node lets us wait: the search goes on without it, and takes its answer if it comes. */
  void late(NodeContact node) {
    var candidate = nearest.get(node);
    if (candidate != null && candidate.state == State.ASKED) {
      candidate.state = State.LATE;
      blame(candidate);
    }
  }

  /** A node was not there, or is not who it was said to be. */
  void failed(NodeContact node) {
    var candidate = nearest.get(node);
    if (candidate == null) {
      return;
    }
    if (candidate.state == State.ASKED) {
      blame(candidate);
    }
    if (candidate.state == State.ASKED || candidate.state == State.LATE) {
      candidate.state = State.FAILED;
      busy.remove(node.host());
    }
  }

  private void blame(Candidate candidate) {
    candidate.namedBy.ifPresent(who -> misled.merge(who, 1, Integer::sum));
  }

  /** Who was asked as {@code named} turned out to be somebody else, and named others. */
  void answeredAs(NodeContact named, NodeContact truly, List<NodeContact> nodes) {
    var candidate = nearest.get(named);
    int round = candidate == null ? 1 : candidate.round;
    failed(named);
    var other = nearest.computeIfAbsent(truly, _ -> new Candidate(truly, Optional.empty(), round));
    if (other.state == State.WAITING) {
      other.state = State.ASKED;
      busy.add(truly.host());
      answered(truly, nodes);
    }
  }

  /** Whether nobody is left to ask or to wait for. */
  boolean isDone() {
    return horizon().stream()
        .noneMatch(
            c -> c.state == State.ASKED || c.state == State.WAITING && asked < limits.asked());
  }

  /** The nearest that have answered, eight at most, nearest first. */
  List<NodeContact> closest() {
    return nearest.values().stream()
        .filter(c -> c.state == State.ANSWERED && c.fits)
        .limit(limits.bucket())
        .map(c -> c.contact)
        .toList();
  }

  private long count(State state) {
    return nearest.values().stream().filter(c -> c.state == state).count();
  }

  /** Nodes asked so far. */
  int asked() {
    return asked;
  }

  /** Nodes that have answered so far. */
  int answered() {
    return (int) count(State.ANSWERED);
  }

  /** The longest way so far: 1 when all that answered were known before. */
  int rounds() {
    return rounds;
  }
}
