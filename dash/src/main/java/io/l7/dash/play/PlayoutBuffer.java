package io.l7.dash.play;

/**
 * What is buffered of picture and sound and how far it is played: start-up and stall accounting.
 * Pure; times in ms come in with every call and never go back.
 */
final class PlayoutBuffer {
  private double endMs;
  private final double[] bufferedMs;
  private double positionMs;
  private double nowMs;
  private double startupMs = -1;
  private double stalledMs;
  private int stalls;
  private boolean stalled;

  /**
   * @param media number of tracks that must all have content to play
   * @param endMs duration of the film
   */
  PlayoutBuffer(int media, double endMs) {
    this.bufferedMs = new double[media];
    this.endMs = endMs;
  }

  /** The film turned out to end here. */
  void endsAt(double ms) {
    endMs = ms;
  }

  private double playableMs() {
    double least = Double.POSITIVE_INFINITY;
    for (double b : bufferedMs) {
      least = Math.min(least, b);
    }
    return Math.min(least, endMs);
  }

  /** Time passes: the film plays as far as all tracks are there, then stands still. */
  void advance(double now) {
    double elapsed = now - nowMs;
    nowMs = now;
    if (startupMs < 0 || positionMs >= endMs) {
      return;
    }
    double can = playableMs() - positionMs;
    if (elapsed <= can) {
      positionMs += elapsed;
      return;
    }
    positionMs += can;
    if (positionMs >= endMs) {
      return;
    }
    stalledMs += elapsed - can;
    stalls += stalled ? 0 : 1;
    stalled = true;
  }

  /** A segment has arrived: the track is there up to {@code untilMs} of the film. */
  void arrived(int medium, double untilMs, double now) {
    advance(now);
    bufferedMs[medium] = Math.max(bufferedMs[medium], untilMs);
    if (startupMs < 0 && playableMs() > 0) {
      startupMs = now;
    }
    if (playableMs() > positionMs) {
      stalled = false;
    }
  }

  /** How much of a track is buffered ahead of the position, in ms. */
  double aheadMs(int medium) {
    return Math.max(0, bufferedMs[medium] - positionMs);
  }

  /** How much can be played before it stands still, in ms. */
  double levelMs() {
    return Math.max(0, playableMs() - positionMs);
  }

  double positionMs() {
    return positionMs;
  }

  /** From the start of the player to the first picture; -1 before it. */
  double startupMs() {
    return startupMs;
  }

  double stalledMs() {
    return stalledMs;
  }

  int stalls() {
    return stalls;
  }
}
