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

  /** Was unchoked, says it is interested, and asked for nothing; ends when it asks. */
  boolean idle;

  /** Bytes it asked for that have not left yet. */
  long queuedBytes;

  /** Pieces it has and we want. */
  int offers;

  /** When the oldest wait for a block of its began; it ends with each block that comes. */
  long waitingSince;

  /** When it was last asked for a run, of a source that is no peer. */
  long askedAt;

  long unchokedAt = PeerStanding.NEVER;

  /** When a block last passed, either way; at first when it came. */
  long tradedAt;

  /** When a block last went to it. */
  private long servedAt;

  PeerState(PeerKey key, Extensions extensions, int pieces, PipelineDepth pipeline, long now) {
    this.key = key;
    this.extensions = extensions;
    this.pieces = Bitfield.empty(pieces);
    this.pipeline = pipeline;
    this.tradedAt = now;
    this.servedAt = now;
  }

  /** A block has come from it. */
  void gave(int bytes, long now) {
    givesUs.add(bytes, now);
    tradedAt = now;
  }

  /** A block has gone to it. */
  void took(int bytes, long now) {
    takesFromUs.add(bytes, now);
    tradedAt = now;
    servedAt = now;
  }

  /** Notes whether it holds a slot for so long without a use for it. */
  void judge(long idleNanos, long now) {
    idle |=
        unchokedByUs
            && interestedInUs
            && queuedBytes == 0
            && now - unchokedAt >= idleNanos
            && now - servedAt >= idleNanos;
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
        idle,
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
        idle,
        givesUs.recent(now),
        takesFromUs.recent(now),
        givesUs.total(),
        takesFromUs.total(),
        requested,
        offers,
        queuedBytes,
        (now - tradedAt) / 1e9);
  }
}
