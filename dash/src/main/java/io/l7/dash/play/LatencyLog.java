package io.l7.dash.play;

/** How far behind the live edge it was played, weighted by time. Pure; times in ms come in. */
final class LatencyLog {
  private double sum;
  private double weight;
  private double most;
  private double seenMs = Double.NaN;

  /**
   * Notes where playback is.
   *
   * @param latencyMs of what is shown now
   */
  void at(double nowMs, double latencyMs) {
    double passed = nowMs - seenMs;
    seenMs = nowMs;
    most = Math.max(most, latencyMs);
    if (passed > 0) {
      sum += latencyMs * passed;
      weight += passed;
    }
  }

  double meanMs() {
    return weight > 0 ? sum / weight : most;
  }

  double mostMs() {
    return most;
  }
}
