package io.l7.bittorrent.pick;

import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.PiecePriority;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * Which pieces are verified, which are wanted, and those of them that nobody has begun: rarest
 * first, by priority. Not safe for concurrent use.
 */
final class Wanted {
  private final RandomGenerator random;
  private final Bitfield have;
  private final PiecePriority[] priorities;
  private final Map<PiecePriority, RarityOrder> orders = new EnumMap<>(PiecePriority.class);
  private final RarityOrder normal;
  private int missing;
  private int untouched;

  /** Every piece is wanted that {@code have}, which is copied, does not hold. */
  Wanted(Bitfield have, RandomGenerator random) {
    this.random = random;
    this.have = have.copy();
    this.priorities = new PiecePriority[have.size()];
    Arrays.fill(priorities, PiecePriority.NORMAL);
    this.normal = new RarityOrder(have.size(), random);
    orders.put(PiecePriority.NORMAL, normal);
    for (int piece = this.have.nextClear(0); piece >= 0; piece = this.have.nextClear(piece + 1)) {
      normal.add(piece);
      missing++;
      untouched++;
    }
  }

  // --- what peers have

  /** A peer has one more piece. */
  void available(int piece) {
    for (RarityOrder order : orders.values()) {
      order.increase(piece);
    }
  }

  /** A peer that has the piece left. */
  void unavailable(int piece) {
    for (RarityOrder order : orders.values()) {
      order.decrease(piece);
    }
  }

  /** Connected peers known to have the piece. */
  int availability(int piece) {
    return normal.availability(piece);
  }

  // --- what we want

  /** What is verified; a view, not to be changed. */
  Bitfield have() {
    return have;
  }

  boolean wants(int piece) {
    return !have.get(piece) && priorities[piece] != PiecePriority.SKIP;
  }

  PiecePriority priority(int piece) {
    return priorities[piece];
  }

  /** Pieces that are wanted, begun or not. */
  int missing() {
    return missing;
  }

  /** Pieces that are wanted and not begun. */
  int untouched() {
    return untouched;
  }

  /** Whether any piece ever had this priority. */
  boolean knows(PiecePriority priority) {
    return orders.containsKey(priority);
  }

  /** Changes how much a piece is wanted; one that is not begun is then to be {@link #putBack}. */
  void prioritise(int piece, PiecePriority priority) {
    leave(piece);
    missing -= wants(piece) ? 1 : 0;
    priorities[piece] = priority;
    missing += wants(piece) ? 1 : 0;
    if (priority != PiecePriority.SKIP) {
      order(priority); // from here on pieces of this priority are looked for
    }
  }

  /** Takes out the first piece of a priority that a peer has: the rarest, or any. */
  OptionalInt take(PiecePriority priority, Bitfield theirs, PickReason reason) {
    RarityOrder order = order(priority);
    int size = order.size();
    int from = reason == PickReason.RANDOM_FIRST && size > 0 ? random.nextInt(size) : 0;
    for (int i = 0; i < size; i++) {
      int piece = order.at((from + i) % size);
      if (theirs.get(piece)) {
        leave(piece);
        return OptionalInt.of(piece);
      }
    }
    return OptionalInt.empty();
  }

  /**
   * The longest run of pieces of one priority that a source has and nobody has begun.
   *
   * @param first piece of it
   * @param pieces in it; 0 when there is none
   */
  record Run(int first, int pieces) {}

  /** Where pieces are missing that lie one behind the other. */
  Run longestRun(PiecePriority priority, Bitfield theirs) {
    RarityOrder order = order(priority);
    Run longest = new Run(0, 0);
    int first = 0;
    for (int piece = 0; order.size() > 0 && piece < priorities.length; piece++) {
      if (!order.contains(piece) || !theirs.get(piece)) {
        first = piece + 1;
      } else if (piece + 1 - first > longest.pieces()) {
        longest = new Run(first, piece + 1 - first);
      }
    }
    return longest;
  }

  /** A piece is begun, or need not be. */
  void leave(int piece) {
    if (wants(piece) && order(priorities[piece]).contains(piece)) {
      order(priorities[piece]).remove(piece);
      untouched--;
    }
  }

  /** A piece is not begun any more; nothing happens when it is not wanted. */
  void putBack(int piece) {
    if (wants(piece) && !order(priorities[piece]).contains(piece)) {
      order(priorities[piece]).add(piece);
      untouched++;
    }
  }

  /** A piece is verified. */
  void verified(int piece) {
    leave(piece);
    missing -= wants(piece) ? 1 : 0;
    have.set(piece);
  }

  /** A piece is not there, whatever was thought; it is to be {@link #putBack}. */
  void lost(int piece) {
    missing -= wants(piece) ? 1 : 0;
    have.clear(piece);
    missing += wants(piece) ? 1 : 0;
  }

  private RarityOrder order(PiecePriority priority) {
    return orders.computeIfAbsent(
        priority,
        _ -> {
          RarityOrder order = new RarityOrder(priorities.length, random);
          for (int piece = 0; piece < priorities.length; piece++) {
            for (int n = normal.availability(piece); n > 0; n--) {
              order.increase(piece);
            }
          }
          return order;
        });
  }
}
