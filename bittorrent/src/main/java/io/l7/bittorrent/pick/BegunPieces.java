package io.l7.bittorrent.pick;

import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.PeerKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The pieces of which something was asked or has come. Not safe for concurrent use. */
final class BegunPieces {
  private final @Nullable StartedPiece[] at;
  private final List<StartedPiece> all = new ArrayList<>();
  private int free;

  BegunPieces(int pieces) {
    this.at = new @Nullable StartedPiece[pieces];
  }

  /** Blocks of begun pieces that have neither come nor been asked of anybody. */
  int free() {
    return free;
  }

  @Nullable StartedPiece at(int piece) {
    return at[piece];
  }

  StartedPiece begin(int piece, int blocks) {
    StartedPiece begun = new StartedPiece(piece, blocks);
    at[piece] = begun;
    all.add(begun);
    free += begun.free();
    return begun;
  }

  /** The piece is over, one way or the other. */
  void end(int piece) {
    StartedPiece begun = at[piece];
    if (begun != null) {
      at[piece] = null;
      all.remove(begun);
      free -= begun.free();
    }
  }

  /** The one nearest to completion, as it is the next we can trade with. */
  Optional<StartedPiece> nearest(IntPredicate candidate) {
    StartedPiece best = null;
    for (StartedPiece piece : all) {
      if (piece.free() > 0
          && (best == null || piece.missing() < best.missing())
          && candidate.test(piece.piece)) {
        best = piece;
      }
    }
    return Optional.ofNullable(best);
  }

  void ask(StartedPiece piece, int block, PeerKey peer) {
    int before = piece.free();
    piece.ask(block, peer);
    free += piece.free() - before;
  }

  /** Whether a peer may be asked for blocks of a piece that is begun. */
  boolean mayComeFrom(int piece, PeerKey peer) {
    StartedPiece begun = at[piece];
    return begun != null && begun.mayComeFrom(peer);
  }

  /** Whatever only this peer was to bring, others may. */
  void disown(PeerKey peer) {
    all.forEach(piece -> piece.disown(peer));
  }

  /** The peer will not send the block, or is too slow to be waited for. */
  void unask(PeerKey peer, Block block) {
    StartedPiece piece = at[block.piece()];
    if (piece != null) {
      int before = piece.free();
      piece.unask(block.index(), peer);
      free += piece.free() - before;
    }
  }

  /** Takes the block; answers whoever else was asked. */
  List<PeerKey> receive(StartedPiece piece, int block, PeerKey from) {
    int before = piece.free();
    List<PeerKey> others = piece.receive(block, from);
    free += piece.free() - before;
    return others;
  }

  /** Of how many peers a block was asked, if this one is among them; 0 otherwise. */
  int askedOf(PeerKey peer, Block block) {
    StartedPiece piece = at[block.piece()];
    List<PeerKey> asked = piece == null ? List.of() : piece.askedOf(block.index());
    return asked.contains(peer) ? asked.size() : 0;
  }
}
