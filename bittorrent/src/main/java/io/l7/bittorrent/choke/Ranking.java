package io.l7.bittorrent.choke;

/** The order of merit for the regular slots. */
public enum Ranking {
  /**
   * Tit for tat: who gives us most. Who snubs us has no merit at all, nor who only holds a slot.
   */
  RECIPROCATION {
    @Override
    double merit(PeerStanding peer, long nowNanos) {
      return peer.givesUs();
    }

    @Override
    boolean eligible(PeerStanding peer) {
      return !peer.snubbing() && (!peer.idle() || peer.givesUs() > 0);
    }
  },
  /** For seeds: who takes our bytes fastest, so that they are spread soonest. */
  FASTEST_UPLOAD {
    @Override
    double merit(PeerStanding peer, long nowNanos) {
      return peer.takesFromUs();
    }
  },
  /** For seeds: everybody in turn, at least a minute each; a thief gets no more than its share. */
  ROUND_ROBIN {
    @Override
    double merit(PeerStanding peer, long nowNanos) {
      if (peer.newcomer()) {
        return Double.MAX_VALUE;
      }
      double seconds = (nowNanos - peer.unchokedAt()) / 1e9;
      // Within its minute a peer stays on top; after it, the one whose turn is longest ago leads.
      return peer.unchoked() && seconds < TURN_SECONDS ? 1e12 - seconds : seconds;
    }
  },
  /** For seeds: who has just begun or is nearly done; the middle can trade with others. */
  ANTI_LEECH {
    @Override
    double merit(PeerStanding peer, long nowNanos) {
      return Math.abs(peer.completeness() - 0.5) * 2;
    }
  };

  private static final double TURN_SECONDS = 60;

  abstract double merit(PeerStanding peer, long nowNanos);

  /** Whether it may have a regular slot; one that it does not use is for somebody who would. */
  boolean eligible(PeerStanding peer) {
    return !peer.idle();
  }
}
