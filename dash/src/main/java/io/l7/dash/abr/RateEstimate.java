package io.l7.dash.abr;

/**
 * The link as the plan sees it: its rate now, the mean it returns to, how far requests stray from
 * the prediction, and how often it falls silent.
 */
final class RateEstimate {
  /** A silent link counts as this rate, in kbit/s. */
  private static final double FLOOR = 5;

  private static final double LATENCY_WEIGHT = 0.3;

  /** What a miss still counts for at the next request. */
  private static final double KEEP = 0.97;

  /** A miss of two in log rate is an outage's, not the spread's. */
  private static final double MOST_SQUARED = 4;

  private static final double MOST_OUTAGE = 0.3;

  private final Tuning tuning;
  private double fast;
  private double fastMs;
  private double slow;
  private double slowMs;
  private double latencyMs;
  private double squares;
  private double requests;
  private double outages;
  private double seen;

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
      double weight = miss > 0 ? tuning.riseWeight() : 1;
      squares = KEEP * squares + Math.min(weight * miss * miss, MOST_SQUARED);
      requests = KEEP * requests + 1;
      outages += miss < -tuning.outageFall() ? 1 : 0;
      seen++;
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

  /** Chance that the link falls silent during the next request. */
  double outage() {
    double weight = tuning.outageWeight();
    return Math.min(MOST_OUTAGE, (tuning.outage() * weight + outages) / (weight + seen));
  }

  double latencyMs() {
    return latencyMs;
  }
}
