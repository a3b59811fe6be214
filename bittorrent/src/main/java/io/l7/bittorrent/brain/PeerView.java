package io.l7.bittorrent.brain;

import io.l7.bittorrent.swarm.PeerKey;

/**
 * One peer as a status shows it.
 *
 * @param peer which
 * @param pieces it is known to have
 * @param interestedInUs whether it wants something of ours
 * @param unchokedByUs whether it may download
 * @param interesting whether it has something we want
 * @param unchokesUs whether we may download
 * @param snubbing whether it has owed us blocks for too long
 * @param idle whether it may take, says it is interested, and asked for nothing for a round
 * @param givesUs bytes a second over the last 20 s, or since the first came
 * @param takesFromUs bytes a second over the last 20 s, or since the first went
 * @param received bytes of blocks, ever
 * @param sent bytes of blocks, ever
 * @param requested blocks asked for and not come yet
 * @param offers pieces it has told of that we want
 * @param queued bytes it asked for that have not left yet
 * @param quietSeconds since a block last passed between us, or since it came
 */
public record PeerView(
    PeerKey peer,
    int pieces,
    boolean interestedInUs,
    boolean unchokedByUs,
    boolean interesting,
    boolean unchokesUs,
    boolean snubbing,
    boolean idle,
    double givesUs,
    double takesFromUs,
    long received,
    long sent,
    int requested,
    int offers,
    long queued,
    double quietSeconds) {
  /** Whether a block ever passed, either way. */
  public boolean hasTraded() {
    return received + sent > 0;
  }
}
