package io.l7.bittorrent.choke;

import java.util.List;

/**
 * Decides who may download from us. An implementation remembers its slots and its rounds but
 * nothing of the peers; it has no clock, and is not safe for concurrent use.
 */
public interface Choker {
  /**
   * Judges all connected peers. To be called at least once a second, and at once when a peer
   * becomes interested while {@link #freeSlots()} is above zero, or when one that holds a slot
   * leaves or loses interest; the choker itself knows when a round is due.
   *
   * @param nowNanos of a monotonic clock
   * @param peers every connected peer, in a stable order
   * @return one verdict a peer, in the order given
   */
  List<Verdict> decide(long nowNanos, List<PeerStanding> peers);

  /** Slots that no interested peer held after the last decision. */
  int freeSlots();
}
