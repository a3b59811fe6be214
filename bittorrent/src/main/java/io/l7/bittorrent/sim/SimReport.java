package io.l7.bittorrent.sim;

import io.l7.bittorrent.bound.Bound;
import java.util.List;

/**
 * What came of a simulated swarm. Times are seconds since the first byte left the seed.
 *
 * @param bound the least time possible
 * @param clientServer what the seed alone would have taken
 * @param peers one entry a leecher
 * @param lastSeconds D: when the last leecher was done; infinite when one never was
 * @param medianSeconds when half of them were done
 * @param efficiency the bound over D
 * @param seedUplinkUse the share of the seed's uplink that was used until D
 * @param peerUplinkUse the same, of all leechers' uplinks together
 * @param seedCopies how often the seed sent the content, while leechers were left
 * @param redundantShare bytes received in vain, of all bytes received
 * @param fairness Jain's index of the completion times: 1 when all are done together
 * @param interestEntropy the share of the connections between leechers, sampled each second, on
 *     which one was interested in the other
 * @param replicaEntropy the evenness of the pieces' copies, sampled each second: 1 when all pieces
 *     are equally frequent
 * @param events run
 * @param traceHash of every event: equal runs have equal hashes
 */
public record SimReport(
    Bound bound,
    Bound clientServer,
    List<PeerResult> peers,
    double lastSeconds,
    double medianSeconds,
    double efficiency,
    double seedUplinkUse,
    double peerUplinkUse,
    double seedCopies,
    double redundantShare,
    double fairness,
    double interestEntropy,
    double replicaEntropy,
    long events,
    long traceHash) {
  /**
   * One leecher.
   *
   * @param id from 1
   * @param role honest, free-rider or poisoner
   * @param completedSeconds since the first byte left the seed; infinite when never
   * @param sentBytes of blocks
   * @param receivedBytes of blocks
   * @param uplinkUse the share of its uplink that was used until D
   */
  public record PeerResult(
      int id,
      String role,
      double completedSeconds,
      long sentBytes,
      long receivedBytes,
      double uplinkUse) {}

  /** How many leechers were done in time. */
  public long finished() {
    return peers.stream().filter(peer -> Double.isFinite(peer.completedSeconds())).count();
  }

  /** The mean completion time of the leechers of a role, in seconds. */
  public double meanSeconds(String role) {
    return peers.stream()
        .filter(peer -> peer.role().equals(role))
        .mapToDouble(PeerResult::completedSeconds)
        .average()
        .orElse(Double.NaN);
  }
}
