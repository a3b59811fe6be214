package io.l7.bittorrent.brain;

import io.l7.bittorrent.pick.Expectation;
import io.l7.bittorrent.swarm.PeerKey;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When blocks are to be expected, by the rates and delays of the pipelines; one object, as it is
 * asked for with each block.
 */
final class BySpeed implements Expectation {
  private final Map<PeerKey, PeerState> peers;
  private final SourceSide sources;
  private long now;

  BySpeed(Map<PeerKey, PeerState> peers, SourceSide sources) {
    this.peers = peers;
    this.sources = sources;
  }

  /** The same at another moment. */
  Expectation at(long time) {
    now = time;
    return this;
  }

  @Override
  public double arrival(PeerKey peer, int ahead) {
    PeerState state = state(peer);
    return state == null ? Double.POSITIVE_INFINITY : state.pipeline.arrivalSeconds(ahead, now);
  }

  @Override
  public double cancellable(PeerKey peer, int ahead) {
    PeerState state = state(peer);
    return state == null || state.snubbing
        ? Double.POSITIVE_INFINITY
        : state.pipeline.cancellableSeconds(ahead, now);
  }

  private @Nullable PeerState state(PeerKey key) {
    PeerState peer = peers.get(key);
    return peer == null ? sources.of(key) : peer;
  }
}
