package io.l7.bittorrent.bound;

/**
 * A lower bound of the time a distribution takes (Kurose and Ross, 2.5).
 *
 * @param seconds no schedule is faster
 * @param term which resource makes it so
 */
public record Bound(double seconds, Term term) {
  /** The resource that binds. */
  public enum Term {
    /** F/us: the seed has to send each bit once. */
    SEED_UPLINK("F/us"),
    /** F/dmin: the slowest downlink has to take each bit once. */
    SLOWEST_DOWNLINK("F/dmin"),
    /** NF/(us + sum ui): all uplinks together have to send N copies. */
    ALL_UPLINKS("NF/(us+sum ui)"),
    /** NF/us: the server alone has to send N copies. */
    SERVER_UPLINK("NF/us");

    private final String formula;

    Term(String formula) {
      this.formula = formula;
    }

    /** The term as the textbook writes it. */
    public String formula() {
      return formula;
    }
  }

  /** D_p2p = max(F/us, F/dmin, NF/(us + sum ui)). */
  public static Bound peerToPeer(Capacity swarm) {
    return new Bound(swarm.fileBits() / swarm.seedBps(), Term.SEED_UPLINK)
        .orSlower(swarm.fileBits() / swarm.slowestDownBps(), Term.SLOWEST_DOWNLINK)
        .orSlower(
            swarm.size() * swarm.fileBits() / (swarm.seedBps() + swarm.totalUpBps()),
            Term.ALL_UPLINKS);
  }

  /** D_cs = max(NF/us, F/dmin). */
  public static Bound clientServer(Capacity swarm) {
    return new Bound(swarm.size() * swarm.fileBits() / swarm.seedBps(), Term.SERVER_UPLINK)
        .orSlower(swarm.fileBits() / swarm.slowestDownBps(), Term.SLOWEST_DOWNLINK);
  }

  Bound orSlower(double other, Term otherTerm) {
    return other > seconds ? new Bound(other, otherTerm) : this;
  }
}
