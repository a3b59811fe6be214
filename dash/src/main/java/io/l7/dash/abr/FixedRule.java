package io.l7.dash.abr;

/** Always the same quality, the first segment too; never gives up. */
final class FixedRule implements AbrRule {
  private final int quality;

  FixedRule(Movie movie, int quality) {
    if (quality >= movie.qualities()) {
      throw new IllegalArgumentException(
          "fixed:" + quality + ": the film has qualities 0 to " + (movie.qualities() - 1));
    }
    this.quality = quality;
  }

  @Override
  public Choice choose(State state) {
    return new Choice(quality, 0, "fixed");
  }
}
