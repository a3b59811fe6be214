package io.l7.bittorrent.dht;

import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * The searches of a node: those under way, and those that wait for a place, or until the node has
 * joined. Called with the node's lock held.
 */
final class Searches {
  private final DhtNode node;
  private final DhtLimits limits;
  private final ArrayDeque<DhtSearch> waiting = new ArrayDeque<>();

  /** Two that look for the same and tell the same listeners are two. */
  private final IdentityHashMap<DhtSearch, Search> running = new IdentityHashMap<>();

  Searches(DhtNode node, DhtLimits limits) {
    this.node = node;
    this.limits = limits;
  }

  /** Searches for peers, at once or when there is a place; beyond what may wait, for nobody. */
  void add(DhtSearch search) {
    if (waiting.size() >= limits.waiting()) {
      node.afterwards(() -> search.onEnd().accept(DhtSearch.End.NOBODY));
    } else {
      waiting.addLast(search);
      goOn();
    }
  }

  /** Begins searches that wait, where there is a place. */
  void goOn() {
    while (node.isReady() && running.size() < limits.lookups() && !waiting.isEmpty()) {
      begin(waiting.removeFirst());
    }
  }

  private void begin(DhtSearch wanted) {
    var search = new Search(node, wanted, lookup(NodeId.of(wanted.infoHash())));
    running.put(wanted, search);
    search.go(
        end -> {
          running.remove(wanted);
          node.lookupEnded();
          node.afterwards(() -> wanted.onEnd().accept(end));
          goOn();
        });
  }

  /** Looks for the nodes near a place. */
  void findNodes(NodeId target, Runnable onEnd) {
    new Search(node, target, lookup(target))
        .go(
            _ -> {
              node.lookupEnded();
              onEnd.run();
            });
  }

  private Lookup lookup(NodeId target) {
    return new Lookup(
        target, limits, node.table().closest(target, 2 * limits.bucket(), node.now()));
  }

  /** Ends a search where it stands. */
  void end(DhtSearch search) {
    if (waiting.remove(search)) {
      node.afterwards(() -> search.onEnd().accept(DhtSearch.End.NOBODY));
    }
    Optional.ofNullable(running.get(search)).ifPresent(Search::end);
  }

  /** Ends every search where it stands: nobody shall wait for what does not come. */
  void end() {
    waiting.forEach(s -> node.afterwards(() -> s.onEnd().accept(DhtSearch.End.NOBODY)));
    waiting.clear();
    List.copyOf(running.values()).forEach(Search::end);
  }
}
