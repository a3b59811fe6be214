package io.l7.bittorrent.choke;

import io.l7.bittorrent.swarm.PeerKey;

/**
 * What the choker decided about one peer.
 *
 * @param peer about whom
 * @param rule the rule that fired
 * @param rank place in the order of merit, from 1; 0 for a peer that was not ranked
 * @param merit the figure it was ranked by; bytes a second for the rate policies
 */
public record Verdict(PeerKey peer, Rule rule, int rank, double merit) {
  /** The rules, by the outcome they lead to. */
  public enum Rule {
    /** Among the best of the last round. */
    FASTEST(true),
    /** Took a slot that became free between two rounds. */
    FREE_SLOT(true),
    /** Tried out, whatever it gives. */
    OPTIMISTIC(true),
    /** Not interested, but faster than the slowest that is; BEP 3 lets it start at once. */
    FASTER_BUT_NOT_INTERESTED(true),
    /** Lost interest, but nobody else needs its slot. */
    IDLE_SLOT(true),
    /** Wants nothing of ours. */
    NOT_INTERESTED(false),
    /** Interested, but others rank higher. */
    SLOWER(false),
    /** Owes us blocks for a minute; gets optimistic slots only. */
    SNUBBING(false),
    /** Says it is interested and asked for nothing when it could; gets optimistic slots only. */
    ASKS_FOR_NOTHING(false);

    private final boolean unchoke;

    Rule(boolean unchoke) {
      this.unchoke = unchoke;
    }

    /** Whether the rule ends in an unchoke. */
    public boolean unchokes() {
      return unchoke;
    }
  }

  /** Whether the peer may download. */
  public boolean unchoke() {
    return rule.unchokes();
  }
}
