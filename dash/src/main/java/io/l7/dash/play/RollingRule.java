package io.l7.dash.play;

import io.l7.dash.abr.AbrAlgorithm;
import io.l7.dash.abr.AbrRule;
import io.l7.dash.abr.Movie;
import io.l7.dash.mpd.Mpd.Representation;
import java.util.List;

/**
 * A rate rule for what has no end: it stands for ever in the middle of a film of even segments, and
 * its buffer is what the distance to the live edge allows.
 */
final class RollingRule implements AbrRule {
  private static final int SEGMENTS = 60;
  private static final int HERE = SEGMENTS / 2;

  private final AbrRule rule;
  private final List<Long> rates;

  private RollingRule(AbrRule rule, List<Long> rates) {
    this.rule = rule;
    this.rates = List.copyOf(rates);
  }

  /** Whether it was made for these rates. */
  boolean isFor(List<Representation> others) {
    return rates.equals(others.stream().map(Representation::bandwidth).toList());
  }

  /**
   * A rule for these rates.
   *
   * @param besideKbps what plays beside them
   * @param reachMs from the live edge back to what is played
   */
  static RollingRule of(
      AbrAlgorithm algorithm,
      List<Representation> rates,
      double besideKbps,
      double segmentMs,
      double reachMs) {
    double length = Math.max(1, segmentMs);
    double[] kbps = rates.stream().mapToDouble(r -> Math.max(1, r.bandwidth()) / 1000.0).toArray();
    double[][] sizes = new double[SEGMENTS][kbps.length];
    for (double[] row : sizes) {
      for (int q = 0; q < kbps.length; q++) {
        row[q] = (kbps[q] + besideKbps) * length;
      }
    }
    var movie = new Movie(length, kbps, sizes);
    return new RollingRule(
        algorithm.start(movie, Math.max(2 * length, reachMs)),
        rates.stream().map(Representation::bandwidth).toList());
  }

  @Override
  public Choice choose(State state) {
    return rule.choose(new State(HERE, state.bufferMs()));
  }

  @Override
  public Verdict watch(Progress p) {
    return rule.watch(
        new Progress(
            HERE,
            p.quality(),
            p.sizeBits(),
            p.receivedBits(),
            p.elapsedMs(),
            p.firstByteMs(),
            p.bufferMs()));
  }

  @Override
  public void finished(Transfer t) {
    rule.finished(
        new Transfer(
            HERE, t.quality(), t.receivedBits(), t.elapsedMs(), t.firstByteMs(), t.ending()));
  }

  @Override
  public void waited(double ms) {
    rule.waited(ms);
  }
}
