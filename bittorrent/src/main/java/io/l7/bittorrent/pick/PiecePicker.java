package io.l7.bittorrent.pick;

import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.PeerKey;
import io.l7.bittorrent.swarm.PieceLayout;
import io.l7.bittorrent.swarm.PiecePriority;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the blocks to ask of a peer: first those of pieces already begun, then a piece at random
 * while there is none to trade, then the rarest; and when every missing block has been asked for,
 * those again that are late. Invariant: a wanted piece is verified, or begun, or in the rarity
 * order of its priority; exactly one of the three. Not safe for concurrent use.
 */
public final class PiecePicker {
  private static final PiecePriority[] BEST_FIRST = {
    PiecePriority.HIGH, PiecePriority.NORMAL, PiecePriority.LOW
  };

  private final PieceLayout layout;
  private final PickLimits limits;
  private final Endgame endgame;
  private final RandomGenerator random;
  private final Bitfield have;
  private final PiecePriority[] priorities;
  private final Map<PiecePriority, RarityOrder> orders = new EnumMap<>(PiecePriority.class);
  private final RarityOrder normal;
  private final @Nullable StartedPiece[] startedAt;
  private final List<StartedPiece> started = new ArrayList<>();
  private final Requests requests = new Requests();
  private int wantedMissing;
  private int untouched;
  private int freeInStarted;

  /**
   * @param layout of the torrent
   * @param have what is verified already; copied
   * @param limits bounds
   * @param random breaks ties among equally rare pieces
   */
  public PiecePicker(PieceLayout layout, Bitfield have, PickLimits limits, RandomGenerator random) {
    this.layout = layout;
    this.limits = limits;
    this.endgame = new Endgame(limits);
    this.random = random;
    this.have = have.copy();
    this.priorities = new PiecePriority[layout.pieces()];
    Arrays.fill(priorities, PiecePriority.NORMAL);
    this.startedAt = new @Nullable StartedPiece[layout.pieces()];
    this.normal = new RarityOrder(layout.pieces(), random);
    orders.put(PiecePriority.NORMAL, normal);
    for (int piece = this.have.nextClear(0); piece >= 0; piece = this.have.nextClear(piece + 1)) {
      normal.add(piece);
      wantedMissing++;
      untouched++;
    }
  }

  // --- what peers have

  /** A peer has one more piece. */
  public void available(int piece) {
    for (RarityOrder order : orders.values()) {
      order.increase(piece);
    }
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
      for (RarityOrder order : orders.values()) {
        order.decrease(piece);
      }
    }
  }

  /** Connected peers known to have the piece. */
  public int availability(int piece) {
    return normal.availability(piece);
  }

  // --- what we want

  /** What is verified; a view, not to be changed. */
  public Bitfield have() {
    return have;
  }

  /** Whether the piece is selected and not verified. */
  public boolean wants(int piece) {
    return !have.get(piece) && priorities[piece] != PiecePriority.SKIP;
  }

  /** Selected pieces that are not verified. */
  public int wantedMissing() {
    return wantedMissing;
  }

  /** Changes how much a piece is wanted. What was asked for stays asked for. */
  public void prioritise(int piece, PiecePriority priority) {
    PiecePriority before = priorities[piece];
    if (before == priority) {
      return;
    }
    boolean begun = startedAt[piece] != null;
    if (!have.get(piece) && !begun && before != PiecePriority.SKIP) {
      order(before).remove(piece);
      untouched--;
    }
    priorities[piece] = priority;
    if (priority != PiecePriority.SKIP) {
      order(priority); // from here on pieces of this priority are looked for
    }
    if (!have.get(piece)) {
      wantedMissing +=
          (priority == PiecePriority.SKIP ? 0 : 1) - (before == PiecePriority.SKIP ? 0 : 1);
      if (!begun) {
        enqueue(piece);
      }
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
    if (count <= 0 || wantedMissing == 0) {
      return List.of();
    }
    List<Pick> picks = new ArrayList<>(Math.min(count, 64));
    for (PiecePriority priority : BEST_FIRST) {
      if (!orders.containsKey(priority)) {
        continue; // no piece ever had this priority
      }
      fromStarted(peer, theirs, count, priority, picks);
      while (picks.size() < count) {
        int before = picks.size();
        begin(peer, theirs, count, priority, picks);
        if (picks.size() == before) {
          break;
        }
      }
    }
    if (picks.isEmpty() && untouched == 0 && freeInStarted == 0) {
      endgame(peer, theirs, count, expected, picks);
    }
    return picks;
  }

  private void fromStarted(
      PeerKey peer, Bitfield theirs, int count, PiecePriority priority, List<Pick> picks) {
    int before = -1;
    while (freeInStarted > 0 && picks.size() < count && picks.size() != before) {
      before = picks.size();
      // The one nearest to completion first: it is the next we can trade with.
      StartedPiece best = null;
      for (StartedPiece piece : started) {
        if (piece.free() > 0
            && (best == null || piece.missing() < best.missing())
            && priorities[piece.piece] == priority
            && theirs.get(piece.piece)) {
          best = piece;
        }
      }
      if (best != null) {
        take(best, peer, count, PickReason.STRICT_PRIORITY, picks);
      }
    }
  }

  private void begin(
      PeerKey peer, Bitfield theirs, int count, PiecePriority priority, List<Pick> picks) {
    RarityOrder order = order(priority);
    boolean atRandom = have.count() < limits.randomFirst();
    int size = order.size();
    int from = atRandom && size > 0 ? random.nextInt(size) : 0;
    for (int i = 0; i < size; i++) {
      int piece = order.at((from + i) % size);
      if (theirs.get(piece)) {
        order.remove(piece);
        untouched--;
        StartedPiece begun = new StartedPiece(piece, layout.blocks(piece));
        startedAt[piece] = begun;
        started.add(begun);
        freeInStarted += begun.free();
        take(
            begun,
            peer,
            count,
            atRandom ? PickReason.RANDOM_FIRST : PickReason.RAREST_FIRST,
            picks);
        return;
      }
    }
  }

  private void take(
      StartedPiece piece, PeerKey peer, int count, PickReason reason, List<Pick> picks) {
    boolean begins = reason != PickReason.STRICT_PRIORITY;
    for (int i = piece.nextFree(0); i >= 0 && picks.size() < count; i = piece.nextFree(i + 1)) {
      Block block = layout.block(piece.piece, i);
      if (!requests.add(peer, block)) {
        continue; // taken from this peer for being slow; it may still send it
      }
      piece.ask(i, peer);
      freeInStarted--;
      picks.add(new Pick(block, reason, availability(piece.piece), begins));
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
            this::askedOf,
            b -> theirs.get(b.piece()) && priorities[b.piece()] != PiecePriority.SKIP,
            expected)) {
      StartedPiece piece = startedAt[block.piece()];
      if (piece != null) {
        requests.add(peer, block);
        piece.ask(block.index(), peer);
        picks.add(new Pick(block, PickReason.ENDGAME, availability(block.piece()), false));
      }
    }
  }

  private int askedOf(PeerKey peer, Block block) {
    StartedPiece piece = startedAt[block.piece()];
    List<PeerKey> asked = piece == null ? List.of() : piece.askedOf(block.index());
    return asked.contains(peer) ? asked.size() : 0;
  }

  // --- what happened to what was asked

  /** A block arrived. */
  public Receipt received(PeerKey peer, Block block) {
    if (!layout.onGrid(block) || !requests.remove(peer, block)) {
      return requests.crossed(peer, block)
          ? new Receipt.Duplicate() // the cancel crossed it
          : new Receipt.Unrequested();
    }
    StartedPiece piece = startedAt[block.piece()];
    if (piece == null || piece.isReceived(block.index())) {
      return new Receipt.Duplicate();
    }
    int free = piece.free();
    List<PeerKey> cancel = piece.receive(block.index(), peer);
    freeInStarted += piece.free() - free;
    for (PeerKey other : cancel) {
      requests.cancel(other, block);
    }
    return new Receipt.Wanted(piece.complete(), cancel);
  }

  /** A block that was asked of this peer will not come: it was rejected, or we cancelled it. */
  public void rejected(PeerKey peer, Block block) {
    if (!requests.crossed(peer, block) && requests.remove(peer, block)) {
      unask(peer, block);
      dropUntouched(block.piece());
    }
  }

  /** Nothing asked of this peer will come: it choked us or left. Returns how many blocks. */
  public int released(PeerKey peer) {
    Set<Block> asked = requests.forget(peer);
    for (Block block : asked) {
      unask(peer, block);
      dropUntouched(block.piece());
    }
    return asked.size();
  }

  /** Takes back all that was asked of a peer; answers the blocks to cancel. */
  public List<Block> withdraw(PeerKey peer) {
    List<Block> asked = List.copyOf(requests.of(peer));
    for (Block block : asked) {
      requests.cancel(peer, block);
      unask(peer, block);
      dropUntouched(block.piece());
    }
    return asked;
  }

  /** The peer snubs us: others may be asked for its blocks, but they count if they come. */
  public void loosen(PeerKey peer) {
    requests.of(peer).forEach(block -> unask(peer, block));
  }

  private void unask(PeerKey peer, Block block) {
    StartedPiece piece = startedAt[block.piece()];
    if (piece == null) {
      return;
    }
    int free = piece.free();
    piece.unask(block.index(), peer);
    freeInStarted += piece.free() - free;
  }

  private void dropUntouched(int index) {
    StartedPiece piece = startedAt[index];
    if (piece != null && piece.untouched()) {
      startedAt[index] = null;
      started.remove(piece);
      freeInStarted -= piece.free();
      enqueue(index);
    }
  }

  /** Blocks asked of a peer and not come yet, oldest first; a view, not to be changed. */
  public Set<Block> outstanding(PeerKey peer) {
    return requests.of(peer);
  }

  /** Who sent each block of a piece whose blocks are all there; empty when it is not so far. */
  public List<PeerKey> senders(int piece) {
    StartedPiece begun = startedAt[piece];
    return begun == null || !begun.complete() ? List.of() : begun.senders();
  }

  /** A piece has the hash it should have. */
  public void verified(int piece) {
    forget(piece);
    if (have.set(piece) && priorities[piece] != PiecePriority.SKIP) {
      wantedMissing--;
    }
  }

  /**
   * A piece has not the hash it should have, or could not be stored: all of it is missing again.
   */
  public void failed(int piece) {
    forget(piece);
    if (have.clear(piece) && priorities[piece] != PiecePriority.SKIP) {
      wantedMissing++;
    }
    enqueue(piece);
  }

  private void forget(int piece) {
    StartedPiece begun = startedAt[piece];
    if (begun != null) {
      startedAt[piece] = null;
      started.remove(begun);
      freeInStarted -= begun.free();
    } else if (!have.get(piece) && priorities[piece] != PiecePriority.SKIP) {
      order(priorities[piece]).remove(piece);
      untouched--;
    }
  }

  private void enqueue(int piece) {
    if (priorities[piece] != PiecePriority.SKIP) {
      RarityOrder order = order(priorities[piece]);
      if (!order.contains(piece)) {
        order.add(piece);
        untouched++;
      }
    }
  }

  private RarityOrder order(PiecePriority priority) {
    return orders.computeIfAbsent(
        priority,
        _ -> {
          RarityOrder order = new RarityOrder(layout.pieces(), random);
          for (int piece = 0; piece < layout.pieces(); piece++) {
            for (int n = normal.availability(piece); n > 0; n--) {
              order.increase(piece);
            }
          }
          return order;
        });
  }
}
