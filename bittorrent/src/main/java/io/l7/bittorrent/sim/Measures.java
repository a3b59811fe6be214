package io.l7.bittorrent.sim;

import java.util.List;

/** What is sampled once a second while the swarm runs. */
final class Measures {
  final int[] copies;
  private double interest;
  private long interestSamples;
  private double evenness;
  private long evennessSamples;

  Measures(int pieces) {
    copies = new int[pieces];
  }

  void sample(List<SimPeer> leechers) {
    long links = 0;
    long interested = 0;
    for (SimPeer peer : leechers) {
      if (!peer.online || peer.complete() || peer.receivedBytes == 0) {
        continue;
      }
      for (Link link : peer.out.values()) {
        if (link.to.role != SimPeer.Role.SEED && !link.to.complete()) {
          links++;
          interested += link.interested ? 1 : 0;
        }
      }
    }
    if (links > 0) {
      interest += (double) interested / links;
      interestSamples++;
    }
    double total = 0;
    for (int n : copies) {
      total += n;
    }
    if (total > 0 && copies.length > 1) {
      double entropy = 0;
      for (int n : copies) {
        if (n > 0) {
          double p = n / total;
          entropy -= p * Math.log(p);
        }
      }
      evenness += entropy / Math.log(copies.length);
      evennessSamples++;
    }
  }

  double interestEntropy() {
    return interestSamples == 0 ? 1 : interest / interestSamples;
  }

  double replicaEntropy() {
    return evennessSamples == 0 ? 1 : evenness / evennessSamples;
  }
}
