package io.l7.dash.abr;

import java.util.ArrayDeque;

/**
 * RobustMPC (Yin et al., SIGCOMM 2015): every sequence of the next five segments over their real
 * sizes, at the harmonic mean of five throughputs divided by one plus the worst recent error; the
 * best sequence's first step is taken.
 */
final class RobustMpcRule implements AbrRule {
  private static final int HORIZON = 5;
  private static final int PAST = 5;

  /** Utility lost by one second of stall, on the scale of ln(rate ratio) a segment. */
  private static final double STALL_COST = 5.0;

  private final Movie movie;
  private final double bufferMs;
  private final ArrayDeque<Double> past = new ArrayDeque<>();
  private final ArrayDeque<Double> errors = new ArrayDeque<>();
  private double predicted;
  private int last;

  RobustMpcRule(Movie movie, double bufferMs) {
    this.movie = movie;
    this.bufferMs = bufferMs;
  }

  @Override
  public Choice choose(State state) {
    if (past.isEmpty()) {
      return new Choice(0, 0, "no estimate yet");
    }
    predicted = past.size() / past.stream().mapToDouble(kbps -> 1 / kbps).sum();
    double worst = errors.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    double kbps = predicted / (1 + worst);
    int best = 0;
    double bestValue = Double.NEGATIVE_INFINITY;
    for (int q = 0; q < movie.qualities(); q++) {
      double value = value(state.segment(), q, last, state.bufferMs(), kbps, HORIZON);
      if (value > bestValue) {
        bestValue = value;
        best = q;
      }
    }
    last = best;
    return new Choice(best, 0, "plan at " + Math.round(kbps) + " kbit/s");
  }

  private double value(int segment, int quality, int before, double buffer, double kbps, int left) {
    double room = Math.min(buffer, bufferMs - movie.segmentMs());
    double ms = movie.sizeBits(segment, quality) / kbps;
    double gain =
        movie.utility(quality)
            - Math.abs(movie.utility(quality) - movie.utility(before))
            - STALL_COST * Math.max(0, ms - room) / movie.segmentMs();
    if (left == 1 || segment + 1 == movie.segments()) {
      return gain;
    }
    double after = Math.max(0, room - ms) + movie.segmentMs();
    double best = Double.NEGATIVE_INFINITY;
    // More than two steps away from the quality before is never the best of a smooth plan.
    int from = Math.max(0, quality - 2);
    int to = Math.min(movie.qualities() - 1, quality + 2);
    for (int q = from; q <= to; q++) {
      best = Math.max(best, value(segment + 1, q, quality, after, kbps, left - 1));
    }
    return gain + best;
  }

  @Override
  public void finished(Transfer transfer) {
    if (transfer.ending() == Ending.GIVEN_UP || !(transfer.elapsedMs() > 0)) {
      return;
    }
    double kbps = Math.max(1, transfer.receivedBits() / transfer.elapsedMs());
    if (!past.isEmpty()) {
      errors.addLast(Math.abs(predicted - kbps) / kbps);
    }
    past.addLast(kbps);
    while (past.size() > PAST) {
      past.removeFirst();
    }
    while (errors.size() > PAST) {
      errors.removeFirst();
    }
  }
}
