package io.l7.dash.abr;

/**
 * BOLA (Spiteri et al., INFOCOM 2016), the finite form with BOLA-U's throughput cap as Sabre runs
 * it: the quality that maximises (V(u + gamma p) - buffer) / rate, with a virtual buffer that
 * shrinks towards both ends of the film.
 */
final class BolaRule implements AbrRule {
  private static final double GAMMA_P = 5;

  private final Movie movie;
  private final double bufferMs;
  private final Ewma estimate;
  private double control;
  private int last;

  BolaRule(Movie movie, double bufferMs) {
    this.movie = movie;
    this.bufferMs = bufferMs;
    this.estimate = new Ewma(movie.segmentMs());
  }

  @Override
  public Choice choose(State state) {
    if (estimate.isEmpty()) {
      return new Choice(0, 0, "first segment");
    }
    double fromEnds = Math.min(state.segment(), movie.segments() - state.segment());
    double virtualMs = Math.min(bufferMs, Math.max(fromEnds / 2, 3) * movie.segmentMs());
    control = (virtualMs - movie.segmentMs()) / (movie.utility(movie.qualities() - 1) + GAMMA_P);
    int quality = 0;
    for (int q = 1; q < movie.qualities(); q++) {
      if (objective(q, state.bufferMs(), movie.rateKbps(q))
          > objective(quality, state.bufferMs(), movie.rateKbps(quality))) {
        quality = q;
      }
    }
    String why = "buffer";
    if (quality > last) {
      int carried = movie.sustained(estimate.kbps(), estimate.latencyMs());
      if (quality > carried) {
        quality = last > carried ? last : carried + 1;
        why = "buffer, held to one above the estimate";
      }
    }
    last = quality;
    return new Choice(quality, 0, why);
  }

  private double objective(int quality, double buffer, double cost) {
    return (control * (movie.utility(quality) + GAMMA_P) - buffer) / cost;
  }

  @Override
  public Verdict watch(Progress p) {
    double remaining = p.sizeBits() - p.receivedBits();
    if (p.receivedBits() <= 0 || remaining <= 0) {
      return Verdict.CONTINUE;
    }
    double best = objective(p.quality(), p.bufferMs(), remaining);
    if (best < 0) {
      return Verdict.CONTINUE;
    }
    int to = p.quality();
    for (int q = 0; q < p.quality(); q++) {
      double bits = p.sizeBits() * movie.rateKbps(q) / movie.rateKbps(p.quality());
      double value = objective(q, p.bufferMs(), bits);
      if (bits < remaining && value > best) {
        best = value;
        to = q;
      }
    }
    if (to == p.quality()) {
      return Verdict.CONTINUE;
    }
    last = to;
    return Verdict.GIVE_UP;
  }

  @Override
  public void finished(Transfer transfer) {
    estimate.add(transfer);
  }
}
