package io.l7.dash.abr;

/**
 * BBA-1 (Huang et al., SIGCOMM 2014): the buffer level alone picks the size of the next segment,
 * between a reservoir and a cushion, over real segment sizes; a change needs the map to cross the
 * neighbouring rate.
 */
final class BbaRule implements AbrRule {
  private static final double RESERVOIR = 0.3;
  private static final double CUSHION_TOP = 0.9;

  private final Movie movie;
  private final double bufferMs;
  private int last;

  BbaRule(Movie movie, double bufferMs) {
    this.movie = movie;
    this.bufferMs = bufferMs;
  }

  @Override
  public Choice choose(State state) {
    double low = RESERVOIR * bufferMs;
    double high = CUSHION_TOP * bufferMs;
    int top = movie.qualities() - 1;
    String why;
    if (state.bufferMs() <= low) {
      last = 0;
      why = "buffer inside the reservoir";
    } else if (state.bufferMs() >= high) {
      last = top;
      why = "buffer above the cushion";
    } else {
      double lowest = movie.rateKbps(0) * movie.segmentMs();
      double highest = movie.rateKbps(top) * movie.segmentMs();
      double allowed = lowest + (highest - lowest) * (state.bufferMs() - low) / (high - low);
      int up = Math.min(last + 1, top);
      int down = Math.max(last - 1, 0);
      if (allowed >= movie.sizeBits(state.segment(), up)) {
        while (last < top && movie.sizeBits(state.segment(), last + 1) <= allowed) {
          last++;
        }
      } else if (allowed <= movie.sizeBits(state.segment(), down)) {
        while (last > 0 && movie.sizeBits(state.segment(), last) > allowed) {
          last--;
        }
      }
      why = "buffer map";
    }
    return new Choice(last, 0, why);
  }
}
