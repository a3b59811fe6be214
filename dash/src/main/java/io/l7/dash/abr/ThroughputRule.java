package io.l7.dash.abr;

/**
 * The throughput rule of dash.js 2018 as Sabre models it: nine tenths of the estimate, capped by
 * what the buffer can survive (insufficient-buffer rule), and a request given up when it would
 * outlast 1.8 segments.
 */
final class ThroughputRule implements AbrRule {
  private static final double SAFETY = 0.9;
  private static final double BUFFER_SAFETY_FIRST = 0.9;
  private static final double BUFFER_SAFETY_LAST = 0.5;
  private static final double GIVE_UP_SEGMENTS = 1.8;
  private static final double GRACE_MS = 500;

  private final Movie movie;
  private final Ewma estimate;
  private double bufferSafety = BUFFER_SAFETY_FIRST;

  ThroughputRule(Movie movie) {
    this.movie = movie;
    this.estimate = new Ewma(movie.segmentMs());
  }

  @Override
  public Choice choose(State state) {
    if (estimate.isEmpty()) {
      return new Choice(0, 0, "no estimate yet");
    }
    double kbps = estimate.kbps();
    int quality = movie.sustained(kbps * SAFETY, estimate.latencyMs());
    double safeBits = bufferSafety * (state.bufferMs() - estimate.latencyMs()) * kbps;
    bufferSafety = Math.max(bufferSafety * BUFFER_SAFETY_FIRST, BUFFER_SAFETY_LAST);
    for (int q = 0; q < quality; q++) {
      if (movie.rateKbps(q + 1) * movie.segmentMs() > safeBits) {
        return new Choice(q, 0, "buffer too short for more");
      }
    }
    return new Choice(quality, 0, "estimate " + Math.round(kbps) + " kbit/s");
  }

  @Override
  public Verdict watch(Progress p) {
    double transferMs = p.elapsedMs() - p.firstByteMs();
    if (p.elapsedMs() < GRACE_MS || transferMs <= 0) {
      return Verdict.CONTINUE;
    }
    double kbps = p.receivedBits() / transferMs;
    double leftBits = p.sizeBits() - p.receivedBits();
    if (p.elapsedMs() + leftBits / kbps <= GIVE_UP_SEGMENTS * movie.segmentMs()) {
      return Verdict.CONTINUE;
    }
    int quality = movie.sustained(kbps * SAFETY, estimate.latencyMs());
    double insteadBits = p.sizeBits() * movie.rateKbps(quality) / movie.rateKbps(p.quality());
    return quality >= p.quality() || insteadBits >= leftBits ? Verdict.CONTINUE : Verdict.GIVE_UP;
  }

  @Override
  public void finished(Transfer transfer) {
    estimate.add(transfer);
  }
}
