package io.l7.bittorrent.pick;

import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.PeerKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * What was asked of each peer and has not come, and what was taken back and may come all the same.
 */
final class Requests {
  private final Map<PeerKey, Set<Block>> outstanding = new LinkedHashMap<>();
  private final Map<PeerKey, Set<Block>> cancelled = new HashMap<>();

  /** Blocks asked of a peer, oldest first; a view, not to be changed. */
  Set<Block> of(PeerKey peer) {
    var asked = outstanding.get(peer);
    return asked == null ? Set.of() : asked;
  }

  /** Every peer that was asked for something, with its blocks, oldest first. */
  void each(BiConsumer<PeerKey, Set<Block>> visitor) {
    outstanding.forEach(visitor);
  }

  /** Counts a block as asked for; false when it was already. */
  boolean add(PeerKey peer, Block block) {
    return outstanding.computeIfAbsent(peer, _ -> new LinkedHashSet<>()).add(block);
  }

  /** It came, or will not come; whether it was asked for. */
  boolean remove(PeerKey peer, Block block) {
    return remove(outstanding, peer, block);
  }

  /** It is taken back. */
  void cancel(PeerKey peer, Block block) {
    if (remove(peer, block)) {
      cancelled.computeIfAbsent(peer, _ -> new HashSet<>()).add(block);
    }
  }

  /** A block that was taken back came all the same, or was rejected; whether it was taken back. */
  boolean crossed(PeerKey peer, Block block) {
    return remove(cancelled, peer, block);
  }

  /** Nothing of it will come; answers what was asked for. */
  Set<Block> forget(PeerKey peer) {
    cancelled.remove(peer);
    var asked = outstanding.remove(peer);
    return asked == null ? Set.of() : asked;
  }

  private static boolean remove(Map<PeerKey, Set<Block>> from, PeerKey peer, Block block) {
    var blocks = from.get(peer);
    return blocks != null && blocks.remove(block);
  }
}
