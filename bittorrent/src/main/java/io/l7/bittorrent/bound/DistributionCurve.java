package io.l7.bittorrent.bound;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The textbook's figure: both bounds over the number of peers, all peers alike. */
public final class DistributionCurve {
  private DistributionCurve() {}

  /**
   * One point of both curves.
   *
   * @param peers N
   * @param clientServer D_cs
   * @param peerToPeer D_p2p
   */
  public record Point(int peers, Bound clientServer, Bound peerToPeer) {}

  /**
   * The curves.
   *
   * @param fileBits F
   * @param seedBps us
   * @param peer the links every peer has
   * @param counts the N to draw, each at least 1
   */
  public static List<Point> of(
      double fileBits, double seedBps, Capacity.Links peer, List<Integer> counts) {
    List<Point> points = new ArrayList<>();
    for (int n : counts) {
      Capacity swarm = new Capacity(fileBits, seedBps, Collections.nCopies(n, peer));
      points.add(new Point(n, Bound.clientServer(swarm), Bound.peerToPeer(swarm)));
    }
    return List.copyOf(points);
  }
}
