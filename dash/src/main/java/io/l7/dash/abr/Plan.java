package io.l7.dash.abr;

/**
 * The expected worth of the rest of a film, by backward induction over (segment, link rate,
 * buffer): the rate moves as a log random walk that is drawn back to a mean, and segment sizes are
 * the real ones. To the end of the film, where a full buffer is worth nothing. Immutable once made.
 */
final class Plan {
  /** Log-rate grid: 15 kbit/s to 100 Mbit/s in steps of e^0.4. */
  private static final double LOWEST = Math.log(15);

  private static final double STEP = 0.4;
  private static final int RATES = 23;
  private static final double BUFFER_STEP_MS = 500;

  /**
   * What a request's rate may turn out to be, in spreads from its prediction: links fall further
   * than they rise.
   */
  private static final double[] DRAW = {-3.3, -1.7, -0.9, -0.35, 0.15, 0.65, 1.3};

  private static final double[] CHANCE = {0.04, 0.10, 0.18, 0.20, 0.20, 0.18, 0.10};

  private final Movie movie;
  private final Tuning tuning;
  private final double capacityMs;
  private final double latencyMs;
  private final double mean;
  private final double spread;
  private final int buffers;
  private final int from;
  private final float[][] worth;

  /**
   * Plans segments {@code from} to {@code to - 1}; what comes after counts as nothing.
   *
   * @param mean log of the rate in kbit/s that the link returns to
   * @param spread standard deviation of a request's log rate around its prediction
   */
  Plan(
      Movie movie,
      Tuning tuning,
      double capacityMs,
      double latencyMs,
      double mean,
      double spread,
      int from,
      int to) {
    this.movie = movie;
    this.tuning = tuning;
    this.capacityMs = capacityMs;
    this.latencyMs = latencyMs;
    this.mean = mean;
    this.spread = spread;
    this.from = from;
    buffers = (int) Math.ceil(capacityMs / BUFFER_STEP_MS) + 1;
    worth = new float[to - from + 1][];
    worth[to - from] = new float[RATES * buffers];
    for (int k = to - 1; k >= from; k--) {
      worth[k - from] = solve(k);
    }
  }

  private float[] solve(int segment) {
    float[] table = new float[RATES * buffers];
    for (int r = 0; r < RATES; r++) {
      var draws = new Draws(segment, LOWEST + r * STEP);
      for (int b = 0; b < buffers; b++) {
        double best = Double.NEGATIVE_INFINITY;
        for (int q = 0; q < movie.qualities(); q++) {
          best = Math.max(best, draws.value(b * BUFFER_STEP_MS, q));
        }
        table[r * buffers + b] = (float) best;
      }
    }
    return table;
  }

  /**
   * Expected worth of fetching {@code segment} at each quality now, and the rest of the film as
   * well as can be.
   */
  double[] values(int segment, double logRate, double bufferMs) {
    var draws = new Draws(segment, logRate);
    double[] values = new double[movie.qualities()];
    for (int q = 0; q < values.length; q++) {
      values[q] = draws.value(bufferMs, q);
    }
    return values;
  }

  /** Expected worth of letting a running request move its last {@code bits}. */
  double valueOfGoingOn(int segment, double logRate, double bufferMs, int quality, double bits) {
    var draws = new Draws(segment, logRate);
    double sum = 0;
    for (int j = 0; j < DRAW.length; j++) {
      sum += CHANCE[j] * draws.outcome(j, bufferMs, bits * draws.msPerBit[j], quality);
    }
    return sum;
  }

  /**
   * What the link may do during the next request, seen from one rate; the worth of the rest beside
   * each.
   */
  private final class Draws {
    private final int segment;
    private final double[] msPerBit = new double[DRAW.length];
    private final float[][] rest = new float[DRAW.length][];

    Draws(int segment, double logRate) {
      this.segment = segment;
      double center = logRate + tuning.reversion() * (mean - logRate);
      float[] table = worth[segment + 1 - from];
      for (int j = 0; j < DRAW.length; j++) {
        double drawn = center + spread * DRAW[j];
        msPerBit[j] = Math.exp(-drawn);
        double x = Math.clamp((drawn - LOWEST) / STEP, 0, RATES - 1.000001);
        int below = ((int) x) * buffers;
        float share = (float) (x - (int) x);
        rest[j] = new float[buffers + 1];
        for (int b = 0; b < buffers; b++) {
          rest[j][b] = (1 - share) * table[below + b] + share * table[below + buffers + b];
        }
        rest[j][buffers] = rest[j][buffers - 1];
      }
    }

    double value(double bufferMs, int quality) {
      double room = Math.min(bufferMs, Math.max(0, capacityMs - movie.segmentMs()));
      double bits = movie.sizeBits(segment, quality);
      double sum = 0;
      for (int j = 0; j < DRAW.length; j++) {
        double ms = latencyMs + bits * msPerBit[j];
        double outcome = outcome(j, room, ms, quality);
        if (ms > room && quality > 0) {
          double instead = tuning.giveUpMs() + latencyMs + movie.sizeBits(segment, 0) * msPerBit[j];
          if (instead < ms) {
            outcome = Math.max(outcome, outcome(j, room, instead, 0));
          }
        }
        sum += CHANCE[j] * outcome;
      }
      return sum;
    }

    double outcome(int draw, double room, double ms, int quality) {
      double stall = Math.max(0, ms - room);
      double after = Math.max(0, room - ms) + movie.segmentMs();
      double y = Math.min(after * (1 / BUFFER_STEP_MS), buffers - 1);
      int b = (int) y;
      double share = y - b;
      return movie.utility(quality)
          - tuning.stallCost() * stall / movie.segmentMs()
          + (1 - share) * rest[draw][b]
          + share * rest[draw][b + 1];
    }
  }
}
