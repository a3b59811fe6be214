package io.l7.dash.abr;

/**
 * Throughput and latency as the smaller (larger) of two exponential averages, half-lives 3 s and 8
 * s of transfer time, corrected for the missing past: the short one falls quickly, the long one
 * rises slowly.
 */
final class Ewma {
  private static final double[] HALF_LIFE_MS = {8000, 3000};

  private final double segmentMs;
  private final double[] throughput = new double[2];
  private final double[] latency = new double[2];
  private double transferMs;
  private int samples;

  Ewma(double segmentMs) {
    this.segmentMs = segmentMs;
  }

  void add(double transferTimeMs, double kbps, double latencyMs) {
    for (int i = 0; i < 2; i++) {
      double alpha = Math.pow(0.5, transferTimeMs / HALF_LIFE_MS[i]);
      throughput[i] = alpha * throughput[i] + (1 - alpha) * kbps;
      double beta = Math.pow(0.5, segmentMs / HALF_LIFE_MS[i]);
      latency[i] = beta * latency[i] + (1 - beta) * latencyMs;
    }
    transferMs += transferTimeMs;
    samples++;
  }

  boolean isEmpty() {
    return samples == 0;
  }

  double kbps() {
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < 2; i++) {
      least = Math.min(least, throughput[i] / (1 - Math.pow(0.5, transferMs / HALF_LIFE_MS[i])));
    }
    return least;
  }

  double latencyMs() {
    double most = 0;
    for (int i = 0; i < 2; i++) {
      most =
          Math.max(most, latency[i] / (1 - Math.pow(0.5, samples * segmentMs / HALF_LIFE_MS[i])));
    }
    return most;
  }

  /** Feeds a complete transfer; those given up tell too little. */
  void add(AbrRule.Transfer transfer) {
    double ms = transfer.elapsedMs() - transfer.firstByteMs();
    if (transfer.ending() == AbrRule.Ending.COMPLETE && ms > 0 && transfer.receivedBits() > 0) {
      add(ms, transfer.receivedBits() / ms, transfer.firstByteMs());
    }
  }
}
