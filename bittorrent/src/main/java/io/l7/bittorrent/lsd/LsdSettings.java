package io.l7.bittorrent.lsd;

/**
 * How local discovery is set up. Immutable.
 *
 * @param reach on which interfaces it is
 * @param limits of it
 */
public record LsdSettings(Reach reach, LsdLimits limits) {
  /** On the networks where the peer takes connections. */
  public static final LsdSettings DEFAULT = new LsdSettings(Reach.NETWORK, LsdLimits.DEFAULT);

  /** The same, and between the programs of this machine. */
  public static final LsdSettings LOOPBACK_TOO =
      new LsdSettings(Reach.LOOPBACK_TOO, LsdLimits.DEFAULT);

  /** On which interfaces it is, among those where the peer takes connections. */
  public enum Reach {
    /**
     * Those to other machines: who takes connections on the loopback alone can be of use to none.
     */
    NETWORK,
    /** The loopback too, where a torrent would be found by all who run on this machine. */
    LOOPBACK_TOO
  }
}
