package io.l7.bittorrent.pick;

import io.l7.bittorrent.swarm.PeerKey;

/** When blocks are to be expected of a peer, by its speed so far. */
public interface Expectation {
  /** Nothing is known: who was asked may never answer, and who is asked now does so at once. */
  Expectation NONE =
      new Expectation() {
        @Override
        public double arrival(PeerKey peer, int ahead) {
          return 0;
        }

        @Override
        public double cancellable(PeerKey peer, int ahead) {
          return Double.POSITIVE_INFINITY;
        }
      };

  /** Seconds until a block arrives that a peer is asked for now, behind so many others. */
  double arrival(PeerKey peer, int ahead);

  /** Seconds from now in which a cancel comes in time for the block that so many are ahead of. */
  double cancellable(PeerKey peer, int ahead);
}
