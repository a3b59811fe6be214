package io.l7.dash.abr;

/**
 * The link as the plan sees it: its rate now, the mean it returns to, and how far requests stray
 * from the prediction.
 */
final class RateEstimate {
  /** A silent link counts as this rate, in kbit/s. */
  private static final double FLOOR = 5;

  private static final double LATENCY_WEIGHT = 0.3;

  private final Tuning tuning;
  private double fast;
  private double fastMs;
  private double slow;
  private double slowMs;
  private double latencyMs;
  private double squares;
  private double requests;

  RateEstimate(Tuning tuning) {
    this.tuning = tuning;
    requests = tuning.spreadWeight();
    squares = requests * tuning.spread() * tuning.spread();
  }

  boolean isEmpty() {
    return fastMs <= 0;
  }

  void add(double bits, double ms) {
    double kbps = bits / ms;
    double alpha = Math.pow(0.5, ms / tuning.fastHalfLifeMs());
    fast = alpha * fast + (1 - alpha) * kbps;
    fastMs += ms;
    double beta = Math.pow(0.5, ms / tuning.slowHalfLifeMs());
    slow = beta * slow + (1 - beta) * kbps;
    slowMs += ms;
  }

  void requestEnded(double firstByteMs, double logRate, double predicted) {
    latencyMs += (latencyMs == 0 ? 1 : LATENCY_WEIGHT) * (firstByteMs - latencyMs);
    if (predicted > 0) {
      double miss = logRate - predicted;
      double keep = 0.97;
      squares = keep * squares + Math.min(miss * miss, 4);
      requests = keep * requests + 1;
    }
  }

  double logRate() {
    double rate = fast / (1 - Math.pow(0.5, fastMs / tuning.fastHalfLifeMs()));
    return Math.log(Math.max(FLOOR, rate));
  }

  double logMean() {
    double rate = slow / (1 - Math.pow(0.5, slowMs / tuning.slowHalfLifeMs()));
    return Math.log(Math.max(FLOOR, rate));
  }

  double spread() {
    return tuning.spreadScale() * Math.sqrt(squares / requests);
  }

  double latencyMs() {
    return latencyMs;
  }
}
