package io.l7.bittorrent.brain;

import io.l7.bittorrent.choke.PeerStanding;
import io.l7.bittorrent.pick.PipelineDepth;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.PeerKey;
import io.l7.bittorrent.swarm.RollingRate;

/** What we know of one connected peer. */
final class PeerState {
  static final int RATE_SECONDS = 20;

  final PeerKey key;
  final Extensions extensions;
  final Bitfield pieces;
  final RollingRate givesUs = new RollingRate(RATE_SECONDS);
  final RollingRate takesFromUs = new RollingRate(RATE_SECONDS);
  final PipelineDepth pipeline;

  boolean interestedInUs;
  boolean unchokedByUs;
  boolean interesting;
  boolean unchokesUs;
  boolean snubbing;

  /** Bytes it asked for that have not left yet. */
  long queuedBytes;

  /** Pieces it has and we want. */
  int offers;

  /** When the oldest wait for a block of its began; it ends with each block that comes. */
  long waitingSince;

  long unchokedAt = PeerStanding.NEVER;

  PeerState(PeerKey key, Extensions extensions, int pieces, PipelineDepth pipeline) {
    this.key = key;
    this.extensions = extensions;
    this.pieces = Bitfield.empty(pieces);
    this.pipeline = pipeline;
  }

  PeerStanding standing(long now) {
    return new PeerStanding(
        key,
        interestedInUs,
        unchokedByUs,
        givesUs.rate(now),
        takesFromUs.rate(now),
        unchokedAt,
        snubbing,
        pieces.size() == 0 ? 0 : (double) pieces.count() / pieces.size());
  }

  PeerView view(long now, int requested) {
    return new PeerView(
        key,
        pieces.count(),
        interestedInUs,
        unchokedByUs,
        interesting,
        unchokesUs,
        snubbing,
        givesUs.recent(now),
        takesFromUs.recent(now),
        givesUs.total(),
        takesFromUs.total(),
        requested,
        offers);
  }
}
