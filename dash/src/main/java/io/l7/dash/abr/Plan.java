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
  private static final double LEAST_STALL_COST = 0.5;

  /**
   * What a request's rate may turn out to be where the link does not fall silent, in spreads from
   * its prediction: links fall further than they rise.
   */
  private static final double[] DRAW = {-3.3, -1.7, -0.9, -0.35, 0.15, 0.65, 1.3};

  private static final double[] CHANCE = {0.04, 0.10, 0.18, 0.20, 0.20, 0.18, 0.10};

  /** The draws, and an outage. */
  private static final int OUTCOMES = DRAW.length + 1;

  private final Movie movie;
  private final Tuning tuning;
  private final double capacityMs;
  private final Link link;
  private final double stallCost;
  private final int buffers;
  private final int from;
  private final float[][] worth;

  /**
   * What is expected of the link.
   *
   * @param mean log of the rate in kbit/s that it returns to
   * @param spread standard deviation of a request's log rate around its prediction
   * @param outage chance that it falls silent during a request
   */
  record Link(double mean, double spread, double outage, double latencyMs) {}

  /** Plans segments {@code from} to {@code to - 1}; what comes after counts as nothing. */
  Plan(Movie movie, Tuning tuning, double capacityMs, Link link, int from, int to) {
    this.movie = movie;
    this.tuning = tuning;
    this.capacityMs = capacityMs;
    this.link = link;
    this.stallCost = stallCost();
    this.from = from;
    buffers = (int) Math.ceil(capacityMs / BUFFER_STEP_MS) + 1;
    worth = new float[to - from + 1][];
    worth[to - from] = new float[RATES * buffers];
    for (int k = to - 1; k >= from; k--) {
      worth[k - from] = solve(k);
    }
  }

  /**
   * A score divides by the time of play, which a stall stretches: it costs its weight and the score
   * of the time it takes. On a link of a mean rate below the lowest, that is a loss.
   */
  private double stallCost() {
    double kbps = Math.exp(link.mean());
    double lowest = movie.rateKbps(0);
    double score =
        kbps >= lowest
            ? Math.min(movie.utility(movie.qualities() - 1), Math.log(kbps / lowest))
            : -tuning.stallCost() * (1 - kbps / lowest);
    return Math.max(LEAST_STALL_COST, tuning.stallCost() + score);
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

  /**
   * Expected worth of letting a running request move its last {@code bits}, or of giving it up
   * after one more look.
   */
  double valueOfGoingOn(int segment, double logRate, double bufferMs, int quality, double bits) {
    var draws = new Draws(segment, logRate);
    double sum = 0;
    for (int j = 0; j < OUTCOMES; j++) {
      double ms = bits * draws.msPerBit[j];
      sum += draws.chance[j] * draws.orGivenUp(j, bufferMs, ms, quality, tuning.lookMs());
    }
    return sum;
  }

  /**
   * What the link may do during the next request, seen from one rate; the worth of the rest beside
   * each.
   */
  private final class Draws {
    private final int segment;
    private final double[] chance = new double[OUTCOMES];
    private final double[] msPerBit = new double[OUTCOMES];
    private final float[][] rest = new float[OUTCOMES][];

    Draws(int segment, double logRate) {
      this.segment = segment;
      double center = logRate + tuning.reversion() * (link.mean() - logRate);
      float[] table = worth[segment + 1 - from];
      for (int j = 0; j < OUTCOMES; j++) {
        boolean outage = j == DRAW.length;
        chance[j] = outage ? link.outage() : CHANCE[j] * (1 - link.outage());
        double drawn = outage ? center - tuning.outageDrop() : center + link.spread() * DRAW[j];
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
      for (int j = 0; j < OUTCOMES; j++) {
        double ms = link.latencyMs() + bits * msPerBit[j];
        sum += chance[j] * orGivenUp(j, room, ms, quality, tuning.giveUpMs());
      }
      return sum;
    }

    /** The better of going on to the end and of the lowest quality, asked for after a loss. */
    double orGivenUp(int draw, double room, double ms, int quality, double lossMs) {
      double outcome = outcome(draw, room, ms, quality);
      if (ms <= room || quality == 0) {
        return outcome;
      }
      double instead = lossMs + link.latencyMs() + movie.sizeBits(segment, 0) * msPerBit[draw];
      return instead < ms ? Math.max(outcome, outcome(draw, room, instead, 0)) : outcome;
    }

    double outcome(int draw, double room, double ms, int quality) {
      double stall = Math.max(0, ms - room);
      double after = Math.max(0, room - ms) + movie.segmentMs();
      double y = Math.min(after * (1 / BUFFER_STEP_MS), buffers - 1);
      int b = (int) y;
      double share = y - b;
      return movie.utility(quality)
          - stallCost * stall / movie.segmentMs()
          + (1 - share) * rest[draw][b]
          + share * rest[draw][b + 1];
    }
  }
}
