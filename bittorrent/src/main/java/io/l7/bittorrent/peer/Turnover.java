package io.l7.bittorrent.peer;

import io.l7.bittorrent.brain.PeerView;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * Who gives way to the next when places are short: whoever is of least use, of those with whom no
 * block ever passed, for the longest time. With whom blocks pass now is never sent away, so a flood
 * costs a newcomer its place at worst, and nobody the peers it trades with.
 */
final class Turnover {
  /** So long a peer may be here, or wait for us, before its place counts as unused: a round. */
  static final double PATIENCE_SECONDS = 10;

  private Turnover() {}

  /** What a connection is good for, worst first. */
  enum Use {
    /** Neither wants anything of the other, or it has said no more than its handshake. */
    NONE,
    /** It could take, or owes us, and does neither. */
    IDLE,
    /** One waits for the other, and nothing has passed for a while. */
    WAITING,
    /** Blocks pass, or it has just come: it stays. */
    KEPT;

    /** Before there is anything to trade. */
    static Use whileUnknown(boolean offersMetadata, double seconds) {
      if (!offersMetadata) {
        return NONE;
      }
      return seconds < PATIENCE_SECONDS ? KEPT : WAITING;
    }

    /** By what the brain knows of a peer. */
    static Use of(PeerView view) {
      boolean patient = view.quietSeconds() < PATIENCE_SECONDS;
      if (patient && view.hasTraded()) {
        return KEPT;
      }
      if (!view.interestedInUs() && !view.interesting()) {
        return NONE;
      }
      boolean gives = view.interesting() && !view.snubbing();
      boolean takes = view.interestedInUs() && !view.idle();
      if (!gives && !takes) {
        return IDLE;
      }
      boolean underWay = view.queued() > 0 || gives && view.requested() > 0;
      return patient || underWay ? KEPT : WAITING;
    }
  }

  /**
   * One that may have to go.
   *
   * @param connection which
   * @param use what it is good for
   * @param hasTraded whether a block ever passed
   * @param quietSeconds since a block last passed, or since it came
   */
  record Guest<C>(C connection, Use use, boolean hasTraded, double quietSeconds) {}

  /** Who goes first; empty when everybody stays. */
  static <C> Optional<Guest<C>> first(Collection<Guest<C>> guests) {
    return guests.stream()
        .filter(guest -> guest.use() != Use.KEPT)
        .min(
            Comparator.<Guest<C>, Use>comparing(Guest::use)
                .thenComparing(Guest::hasTraded)
                .thenComparingDouble(guest -> -guest.quietSeconds()));
  }
}
