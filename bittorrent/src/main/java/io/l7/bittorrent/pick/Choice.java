package io.l7.bittorrent.pick;

import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.PeerKey;
import io.l7.bittorrent.swarm.PieceLayout;
import io.l7.bittorrent.swarm.PiecePriority;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/**
 * Which blocks are asked of whom, by the rules of {@link PiecePicker}, whose books it works on:
 * each block that is chosen is counted as asked for.
 */
final class Choice {
  private static final PiecePriority[] BEST_FIRST = {
    PiecePriority.HIGH, PiecePriority.NORMAL, PiecePriority.LOW
  };

  private static final Comparator<Pick> IN_ORDER =
      Comparator.<Pick>comparingInt(pick -> pick.block().piece())
          .thenComparingInt(pick -> pick.block().offset());

  private final PieceLayout layout;
  private final PickLimits limits;
  private final Endgame endgame;
  private final Wanted wanted;
  private final BegunPieces begun;
  private final Requests requests;
  private final Urgent urgent;
  private final BitSet suspect;

  Choice(
      PieceLayout layout,
      PickLimits limits,
      Wanted wanted,
      BegunPieces begun,
      Requests requests,
      Urgent urgent,
      BitSet suspect) {
    this.layout = layout;
    this.limits = limits;
    this.endgame = new Endgame(limits);
    this.wanted = wanted;
    this.begun = begun;
    this.requests = requests;
    this.urgent = urgent;
    this.suspect = suspect;
  }

  /** For a peer. */
  List<Pick> blocks(PeerKey peer, Bitfield theirs, int count, Expectation expected) {
    if (count <= 0 || wanted.missing() == 0) {
      return List.of();
    }
    List<Pick> picks = new ArrayList<>(Math.min(count, 64));
    urgent(peer, theirs, count, picks);
    for (PiecePriority priority : BEST_FIRST) {
      if (!wanted.knows(priority)) {
        continue;
      }
      fromBegun(peer, theirs, count, priority, picks);
      while (picks.size() < count) {
        int before = picks.size();
        begin(peer, theirs, count, priority, picks);
        if (picks.size() == before) {
          break;
        }
      }
    }
    if (picks.isEmpty() && wanted.untouched() == 0 && begun.free() == 0) {
      endgame(peer, theirs, count, expected, picks);
    }
    return picks;
  }

  /** For a source that sends long runs best. */
  List<Pick> run(PeerKey source, Bitfield theirs, int count, Expectation expected) {
    List<Pick> picks = new ArrayList<>();
    if (wanted.missing() == 0) {
      return picks;
    }
    urgent(source, theirs, count, picks);
    for (PiecePriority priority : BEST_FIRST) {
      if (picks.isEmpty() && wanted.knows(priority)) {
        run(source, wanted.longestRun(priority, theirs), count, picks);
      }
    }
    for (PiecePriority priority : BEST_FIRST) {
      if (picks.isEmpty() && wanted.knows(priority)) {
        fromBegun(source, theirs, count, priority, picks);
      }
    }
    if (picks.isEmpty() && wanted.untouched() == 0 && begun.free() == 0) {
      endgame(source, theirs, count, expected, picks);
    }
    picks.sort(IN_ORDER);
    return picks;
  }

  private void urgent(PeerKey peer, Bitfield theirs, int count, List<Pick> picks) {
    for (int index : urgent.inOrder()) {
      if (picks.size() < count && theirs.get(index) && urgent.isFree(index)) {
        StartedPiece found = begun.at(index);
        StartedPiece piece = found == null ? begin(index, peer) : found;
        if (piece.mayComeFrom(peer)) {
          take(piece, peer, count, PickReason.URGENT, picks);
        }
      }
    }
  }

  private void run(PeerKey source, Wanted.Run gap, int count, List<Pick> picks) {
    for (int piece = gap.first(); piece < gap.first() + gap.pieces(); piece++) {
      int blocks = layout.blocks(piece);
      if (!picks.isEmpty() && picks.size() + blocks > count) {
        return;
      }
      take(begin(piece, source), source, picks.size() + blocks, PickReason.RUN, picks);
    }
  }

  private void fromBegun(
      PeerKey peer, Bitfield theirs, int count, PiecePriority priority, List<Pick> picks) {
    int before = -1;
    while (begun.free() > 0 && picks.size() < count && picks.size() != before) {
      before = picks.size();
      begun
          .nearest(
              piece ->
                  wanted.priority(piece) == priority
                      && theirs.get(piece)
                      && begun.mayComeFrom(piece, peer))
          .ifPresent(best -> take(best, peer, count, PickReason.STRICT_PRIORITY, picks));
    }
  }

  private void begin(
      PeerKey peer, Bitfield theirs, int count, PiecePriority priority, List<Pick> picks) {
    PickReason reason =
        wanted.have().count() < limits.randomFirst()
            ? PickReason.RANDOM_FIRST
            : PickReason.RAREST_FIRST;
    OptionalInt piece = wanted.take(priority, theirs, reason);
    if (piece.isPresent()) {
      take(begin(piece.getAsInt(), peer), peer, count, reason, picks);
    }
  }

  private StartedPiece begin(int piece, PeerKey peer) {
    wanted.leave(piece);
    StartedPiece started = begun.begin(piece, layout.blocks(piece));
    if (suspect.get(piece)) {
      started.from(peer); // if it is corrupt again, there is one to blame
    }
    return started;
  }

  private void take(
      StartedPiece piece, PeerKey peer, int count, PickReason reason, List<Pick> picks) {
    boolean begins = reason != PickReason.STRICT_PRIORITY;
    for (int i = piece.nextFree(0); i >= 0 && picks.size() < count; i = piece.nextFree(i + 1)) {
      Block block = layout.block(piece.piece, i);
      if (!requests.add(peer, block)) {
        continue; // taken from this peer for being slow; it may still send it
      }
      begun.ask(piece, i, peer);
      picks.add(new Pick(block, reason, wanted.availability(piece.piece), begins));
      begins = false;
    }
  }

  private void endgame(
      PeerKey peer, Bitfield theirs, int count, Expectation expected, List<Pick> picks) {
    for (Block block :
        endgame.choose(
            peer,
            count,
            requests,
            begun::askedOf,
            b ->
                theirs.get(b.piece())
                    && wanted.priority(b.piece()) != PiecePriority.SKIP
                    && begun.mayComeFrom(b.piece(), peer),
            expected)) {
      StartedPiece piece = begun.at(block.piece());
      if (piece != null) {
        requests.add(peer, block);
        begun.ask(piece, block.index(), peer);
        picks.add(new Pick(block, PickReason.ENDGAME, wanted.availability(block.piece()), false));
      }
    }
  }
}
