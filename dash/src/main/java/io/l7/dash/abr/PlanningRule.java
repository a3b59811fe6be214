package io.l7.dash.abr;

/**
 * Our rule: a plan to the end of the film over real segment sizes, with the link as a random walk
 * around its mean. Every look at a running request feeds the estimate, and compares going on with
 * asking afresh for less.
 */
final class PlanningRule implements AbrRule {
  /** Between two comparisons of a running request with its alternatives. */
  private static final double COMPARE_EVERY_MS = 100;

  private final Tuning tuning;
  private final PlanShelf shelf;
  private final RateEstimate estimate;
  private double seenBits;
  private double seenMs;
  private double comparedMs;
  private double predicted;

  PlanningRule(Tuning tuning, PlanShelf shelf) {
    this.tuning = tuning;
    this.shelf = shelf;
    this.estimate = new RateEstimate(tuning);
  }

  @Override
  public Choice choose(State state) {
    seenBits = 0;
    seenMs = 0;
    comparedMs = 0;
    if (estimate.isEmpty()) {
      predicted = 0;
      return new Choice(0, 0, "no estimate yet");
    }
    double now = estimate.logRate();
    predicted = now + tuning.reversion() * (estimate.logMean() - now);
    Plan plan = plan(state.segment());
    double[] values = plan.values(state.segment(), now, state.bufferMs());
    return new Choice(best(values, values.length), 0, why(now));
  }

  private String why(double now) {
    return "plan: link %.0f kbit/s, mean %.0f, spread %.2f, outage %.1f %%"
        .formatted(
            Math.exp(now),
            Math.exp(estimate.logMean()),
            estimate.spread(),
            estimate.outage() * 100);
  }

  private Plan plan(int segment) {
    return shelf.plan(segment, estimate);
  }

  private static int best(double[] values, int below) {
    int best = 0;
    for (int q = 1; q < below; q++) {
      best = values[q] > values[best] ? q : best;
    }
    return best;
  }

  @Override
  public Verdict watch(Progress p) {
    observe(p.receivedBits(), p.elapsedMs(), p.firstByteMs());
    double left = p.sizeBits() - p.receivedBits();
    if (p.quality() == 0 || p.elapsedMs() - comparedMs < COMPARE_EVERY_MS) {
      return Verdict.CONTINUE;
    }
    comparedMs = p.elapsedMs();
    double now = estimate.logRate();
    // A request that ends well inside the buffer is never worth losing.
    if (left / Math.exp(now) < p.bufferMs() / 4) {
      return Verdict.CONTINUE;
    }
    Plan plan = plan(p.segment());
    double[] values = plan.values(p.segment(), now, p.bufferMs());
    double instead = values[best(values, p.quality())];
    double on = plan.valueOfGoingOn(p.segment(), now, p.bufferMs(), p.quality(), left);
    return instead > on + tuning.giveUpMargin() ? Verdict.GIVE_UP : Verdict.CONTINUE;
  }

  private void observe(double receivedBits, double elapsedMs, double firstByteMs) {
    double ms = elapsedMs - Math.max(seenMs, firstByteMs);
    if (ms > 0) {
      estimate.add(receivedBits - seenBits, ms);
    }
    seenBits = receivedBits;
    seenMs = elapsedMs;
  }

  @Override
  public void finished(Transfer t) {
    observe(t.receivedBits(), t.elapsedMs(), t.firstByteMs());
    double ms = t.elapsedMs() - t.firstByteMs();
    if (ms > 0 && t.receivedBits() > 0) {
      estimate.requestEnded(t.firstByteMs(), Math.log(t.receivedBits() / ms), predicted);
    }
  }
}
