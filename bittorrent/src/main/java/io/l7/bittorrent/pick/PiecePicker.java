package io.l7.bittorrent.pick;

import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.PeerKey;
import io.l7.bittorrent.swarm.PieceLayout;
import io.l7.bittorrent.swarm.PiecePriority;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Chooses the blocks to ask of a peer: first those of pieces already begun, then a piece at random
 * while there is none to trade, then the rarest; and when every missing block has been asked for,
 * those again that are late. Invariant: a wanted piece is verified, or begun, or in the rarity
 * order of its priority; exactly one of the three. Not safe for concurrent use.
 */
public final class PiecePicker {
  private final PieceLayout layout;
  private final Wanted wanted;
  private final BegunPieces begun;
  private final Requests requests = new Requests();
  private final Urgent urgent;
  private final Choice choice;

  /** Pieces that were corrupt when they came last. */
  private final BitSet suspect = new BitSet();

  /**
   * @param layout of the torrent
   * @param have what is verified already; copied
   * @param limits bounds
   * @param random breaks ties among equally rare pieces
   */
  public PiecePicker(PieceLayout layout, Bitfield have, PickLimits limits, RandomGenerator random) {
    this.layout = layout;
    this.wanted = new Wanted(have, random);
    this.begun = new BegunPieces(layout.pieces());
    this.urgent = new Urgent(wanted, begun);
    this.choice = new Choice(layout, limits, wanted, begun, requests, urgent, suspect);
  }

  // --- what peers have

  /** A peer has one more piece. */
  public void available(int piece) {
    wanted.available(piece);
  }

  /** A peer came with these pieces. */
  public void available(Bitfield pieces) {
    for (int piece = pieces.nextSet(0); piece >= 0; piece = pieces.nextSet(piece + 1)) {
      available(piece);
    }
  }

  /** A peer left with these pieces: all that were made available for it, in whichever steps. */
  public void unavailable(Bitfield pieces) {
    for (int piece = pieces.nextSet(0); piece >= 0; piece = pieces.nextSet(piece + 1)) {
      wanted.unavailable(piece);
    }
  }

  /** Connected peers known to have the piece. */
  public int availability(int piece) {
    return wanted.availability(piece);
  }

  // --- what we want

  /** What is verified; a view, not to be changed. */
  public Bitfield have() {
    return wanted.have();
  }

  /** Whether the piece is selected and not verified. */
  public boolean wants(int piece) {
    return wanted.wants(piece);
  }

  /** Selected pieces that are not verified. */
  public int wantedMissing() {
    return wanted.missing();
  }

  /** Changes how much a piece is wanted. What was asked for stays asked for. */
  public void prioritise(int piece, PiecePriority priority) {
    if (wanted.priority(piece) == priority) {
      return;
    }
    wanted.prioritise(piece, priority);
    if (begun.at(piece) == null) {
      wanted.putBack(piece);
    }
  }

  // --- choosing

  /**
   * Chooses up to {@code count} blocks to ask of a peer now, and counts them as asked for.
   *
   * @param peer to be asked
   * @param theirs what it has
   * @param count how many blocks at most
   * @param expected of the peers, for the endgame
   */
  public List<Pick> pick(PeerKey peer, Bitfield theirs, int count, Expectation expected) {
    return choice.blocks(peer, theirs, count, expected);
  }

  /**
   * Chooses up to {@code count} blocks to ask of a source that sends long runs best, and counts
   * them as asked for: whole pieces from the beginning of the longest gap, so that what peers have
   * at random and what comes in order meet late (BEP 19); at least one piece. When every piece is
   * begun, what is left of those, and then what is late elsewhere.
   *
   * @param source to be asked
   * @param theirs what it has
   * @param count how many blocks at most, unless one piece has more
   * @param expected of the peers, for the endgame
   * @return in the order of the content
   */
  public List<Pick> pickRun(PeerKey source, Bitfield theirs, int count, Expectation expected) {
    return choice.run(source, theirs, count, expected);
  }

  /** These pieces first, in this order, whatever their priority and rarity. */
  public void urge(List<Integer> pieces) {
    urgent.set(pieces);
  }

  /** Whether urgent blocks are asked of nobody, and of this peer blocks that are not urgent. */
  public boolean isBesideThePoint(PeerKey peer, Bitfield theirs) {
    return urgent.isBeside(requests.of(peer), theirs);
  }

  /** The peer is silent: what is urgent of what it was asked for, others may be asked for too. */
  public void spare(PeerKey peer) {
    urgent.spare(peer, requests.of(peer));
  }

  // --- what happened to what was asked

  /** A block arrived. */
  public Receipt received(PeerKey peer, Block block) {
    if (!layout.onGrid(block) || !requests.remove(peer, block)) {
      return requests.crossed(peer, block)
          ? new Receipt.Duplicate() // the cancel crossed it
          : new Receipt.Unrequested();
    }
    StartedPiece piece = begun.at(block.piece());
    if (piece == null || piece.isReceived(block.index())) {
      return new Receipt.Duplicate();
    }
    List<PeerKey> cancel = begun.receive(piece, block.index(), peer);
    for (PeerKey other : cancel) {
      requests.cancel(other, block);
    }
    return new Receipt.Wanted(piece.complete(), cancel);
  }

  /** A block that was asked of this peer will not come: it was rejected, or we cancelled it. */
  public void rejected(PeerKey peer, Block block) {
    begun.disown(peer);
    if (!requests.crossed(peer, block) && requests.remove(peer, block)) {
      begun.unask(peer, block);
      dropUntouched(block.piece());
    }
  }

  /** Nothing asked of this peer will come: it choked us or left. Returns how many blocks. */
  public int released(PeerKey peer) {
    begun.disown(peer);
    Set<Block> asked = requests.forget(peer);
    for (Block block : asked) {
      begun.unask(peer, block);
      dropUntouched(block.piece());
    }
    return asked.size();
  }

  /** Takes back all that was asked of a peer; answers the blocks to cancel. */
  public List<Block> withdraw(PeerKey peer) {
    begun.disown(peer);
    List<Block> asked = List.copyOf(requests.of(peer));
    for (Block block : asked) {
      requests.cancel(peer, block);
      begun.unask(peer, block);
      dropUntouched(block.piece());
    }
    return asked;
  }

  /** The peer snubs us: others may be asked for its blocks, but they count if they come. */
  public void loosen(PeerKey peer) {
    begun.disown(peer);
    requests.of(peer).forEach(block -> begun.unask(peer, block));
  }

  /** The peer chokes us: what only it was to bring, others may. */
  public void choked(PeerKey peer) {
    begun.disown(peer);
  }

  private void dropUntouched(int index) {
    StartedPiece piece = begun.at(index);
    if (piece != null && piece.untouched()) {
      begun.end(index);
      wanted.putBack(index);
    }
  }

  /** Blocks asked of a peer and not come yet, oldest first; a view, not to be changed. */
  public Set<Block> outstanding(PeerKey peer) {
    return requests.of(peer);
  }

  /** Whether a block is wanted that has come from nobody. */
  public boolean lacks(Block block) {
    StartedPiece piece = begun.at(block.piece());
    return wants(block.piece()) && (piece == null || !piece.isReceived(block.index()));
  }

  /** Who sent each block of a piece whose blocks are all there; empty when it is not so far. */
  public List<PeerKey> senders(int piece) {
    StartedPiece whole = begun.at(piece);
    return whole == null || !whole.complete() ? List.of() : whole.senders();
  }

  /** Blocks of a piece that nobody needs to send: they are on disk, and judged with the rest. */
  public void stored(int piece, Bitfield blocks) {
    if (wants(piece) && begun.at(piece) == null && !blocks.isEmpty()) {
      wanted.leave(piece);
      StartedPiece found = begun.begin(piece, layout.blocks(piece));
      for (int i = blocks.nextSet(0); i >= 0; i = blocks.nextSet(i + 1)) {
        begun.receive(found, i, PeerKey.DISK);
      }
    }
  }

  /** A piece has the hash it should have. */
  public void verified(int piece) {
    suspect.clear(piece);
    begun.end(piece);
    wanted.verified(piece);
  }

  /**
   * A piece has not the hash it should have, or could not be stored: all of it is missing again.
   */
  public void failed(int piece) {
    begun.end(piece);
    wanted.lost(piece);
    wanted.putBack(piece);
  }

  /**
   * Some peer has lied about a piece, and nobody knows which: it is fetched from one alone. That
   * convicts a liar who is asked for it, and any other when it passes; else one that is quick would
   * have its block in each try.
   */
  public void suspect(int piece) {
    suspect.set(piece);
  }
}
