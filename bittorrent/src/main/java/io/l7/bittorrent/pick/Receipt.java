package io.l7.bittorrent.pick;

import io.l7.bittorrent.swarm.PeerKey;
import java.util.List;

/** What became of a block that arrived. */
public sealed interface Receipt {
  /**
   * It was missing: store it.
   *
   * @param completesPiece whether the piece can be verified now
   * @param cancel other peers that were asked for it too
   */
  record Wanted(boolean completesPiece, List<PeerKey> cancel) implements Receipt {}

  /** It had been asked for, but came twice: the price of the endgame. */
  record Duplicate() implements Receipt {}

  /** Nobody asked this peer for it. */
  record Unrequested() implements Receipt {}
}
