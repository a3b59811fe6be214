package io.l7.bittorrent.choke;

import io.l7.bittorrent.swarm.PeerKey;

/**
 * What a choker needs to know about one connected peer, at one moment.
 *
 * @param key the peer
 * @param interested whether it wants something of ours
 * @param unchoked whether we let it download now
 * @param givesUs what it sent us, bytes a second over the last 20 s
 * @param takesFromUs what we sent it, bytes a second over the last 20 s
 * @param unchokedAt when we last unchoked it, in nanoseconds; {@link #NEVER} for a newcomer
 * @param snubbing whether it owes us blocks and has sent none for a minute
 * @param idle whether it was let in, says it is interested, and asked for nothing for a round
 * @param completeness the share of the pieces it has, 0 to 1
 */
public record PeerStanding(
    PeerKey key,
    boolean interested,
    boolean unchoked,
    double givesUs,
    double takesFromUs,
    long unchokedAt,
    boolean snubbing,
    boolean idle,
    double completeness) {
  /** The {@code unchokedAt} of a peer that was never unchoked. */
  public static final long NEVER = Long.MIN_VALUE;

  /** Whether we never unchoked it: such a peer is three times as likely to be tried. */
  public boolean newcomer() {
    return unchokedAt == NEVER;
  }
}
