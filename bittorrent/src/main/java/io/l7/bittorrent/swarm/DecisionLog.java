package io.l7.bittorrent.swarm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The last decisions about each peer: the answer to "why is this slow". Peers that left are kept
 * until newer ones push them out. Safe for concurrent use.
 */
public final class DecisionLog implements Consumer<Decision> {
  private final int perPeer;
  private final Map<PeerKey, Deque<Decision>> byPeer;

  /**
   * @param perPeer decisions kept for one peer, at least 1
   * @param peers peers kept, at least 1
   */
  public DecisionLog(int perPeer, int peers) {
    if (perPeer < 1 || peers < 1) {
      throw new IllegalArgumentException("nothing would be kept: " + perPeer + ", " + peers);
    }
    this.perPeer = perPeer;
    this.byPeer =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<PeerKey, Deque<Decision>> eldest) {
            return size() > peers;
          }
        };
  }

  @Override
  public synchronized void accept(Decision decision) {
    Deque<Decision> of = byPeer.computeIfAbsent(decision.peer(), _ -> new ArrayDeque<>());
    if (of.size() == perPeer) {
      of.removeFirst();
    }
    of.addLast(decision);
  }

  /** What was decided about a peer, oldest first; empty when nothing is known of it. */
  public synchronized List<Decision> about(PeerKey peer) {
    Deque<Decision> of = byPeer.get(peer);
    return of == null ? List.of() : List.copyOf(of);
  }

  /** Everything kept, in order of time. */
  public synchronized List<Decision> all() {
    List<Decision> all = new ArrayList<>();
    byPeer.values().forEach(all::addAll);
    all.sort((a, b) -> Long.compare(a.nanos(), b.nanos()));
    return List.copyOf(all);
  }
}
