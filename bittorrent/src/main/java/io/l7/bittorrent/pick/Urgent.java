package io.l7.bittorrent.pick;

import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.PeerKey;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** Pieces that come before all others, in order. Not safe for concurrent use. */
final class Urgent {
  private final Wanted wanted;
  private final BegunPieces begun;
  private Set<Integer> pieces = Set.of();

  Urgent(Wanted wanted, BegunPieces begun) {
    this.wanted = wanted;
    this.begun = begun;
  }

  void set(Collection<Integer> inOrder) {
    pieces = new LinkedHashSet<>(inOrder);
  }

  Set<Integer> inOrder() {
    return pieces;
  }

  /** Whether blocks of it are wanted that are asked of nobody. */
  boolean isFree(int index) {
    StartedPiece piece = begun.at(index);
    return wanted.wants(index) && (piece == null || piece.free() > 0);
  }

  /** Whether nothing of this is urgent, and something is that is asked of nobody. */
  boolean isBeside(Set<Block> asked, Bitfield theirs) {
    return asked.stream().noneMatch(block -> pieces.contains(block.piece()))
        && pieces.stream().anyMatch(piece -> theirs.get(piece) && isFree(piece));
  }

  /** The peer is silent: what of this is urgent, others may be asked for too. */
  void spare(PeerKey peer, Set<Block> asked) {
    if (!pieces.isEmpty()) {
      asked.stream()
          .filter(block -> pieces.contains(block.piece()))
          .forEach(block -> begun.unask(peer, block));
    }
  }
}
