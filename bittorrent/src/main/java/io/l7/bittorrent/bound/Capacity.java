package io.l7.bittorrent.bound;

import java.util.List;

/**
 * A file and the links it has to cross.
 *
 * @param fileBits F, in bits
 * @param seedBps us, bits a second of payload
 * @param peers the links of everybody who wants the file
 */
public record Capacity(double fileBits, double seedBps, List<Links> peers) {
  /**
   * The links of one peer, in bits a second of payload.
   *
   * @param upBps 0 for one that gives nothing
   * @param downBps {@link Double#POSITIVE_INFINITY} for one without a limit
   */
  public record Links(double upBps, double downBps) {}

  public Capacity {
    if (!(fileBits > 0) || !(seedBps > 0)) {
      throw new IllegalArgumentException("a distribution needs a file and a seed that sends");
    }
    peers = List.copyOf(peers);
  }

  /** N. */
  public int size() {
    return peers.size();
  }

  /** The sum of all ui, without the seed. */
  public double totalUpBps() {
    return peers.stream().mapToDouble(Links::upBps).sum();
  }

  /** dmin. */
  public double slowestDownBps() {
    return peers.stream().mapToDouble(Links::downBps).min().orElse(Double.POSITIVE_INFINITY);
  }
}
