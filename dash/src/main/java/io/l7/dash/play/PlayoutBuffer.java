package io.l7.dash.play;

import java.util.ArrayDeque;
import java.util.Deque;

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
  private final Deque<Leap> leaps = new ArrayDeque<>();

  /** Where the film goes on elsewhere. */
  private record Leap(double fromMs, double toMs) {}

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
    double left = elapsed;
    double can = leapOrPlay();
    while (left > can) {
      positionMs += can;
      left -= can;
      if (positionMs >= endMs) {
        return;
      }
      double further = leapOrPlay();
      if (further == 0) {
        stall(left);
        return;
      }
      can = further;
    }
    positionMs += left;
  }

  /** How long it plays from here until it leaps, or stands still. */
  private double leapOrPlay() {
    while (!leaps.isEmpty() && positionMs >= leaps.getFirst().fromMs()) {
      positionMs = leaps.removeFirst().toMs();
    }
    double stop = leaps.isEmpty() ? playableMs() : leaps.getFirst().fromMs();
    return Math.max(0, Math.min(stop, playableMs()) - positionMs);
  }

  private void stall(double ms) {
    stalledMs += ms;
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

  /** From the end of what is buffered the film goes on there: what is between is not played. */
  void leap(double toMs) {
    double from = Math.max(positionMs, playableMs());
    if (toMs <= from) {
      return;
    }
    leaps.addLast(new Leap(from, toMs));
    for (int medium = 0; medium < bufferedMs.length; medium++) {
      bufferedMs[medium] = Math.max(bufferedMs[medium], toMs);
    }
  }

  int media() {
    return bufferedMs.length;
  }

  private double leaptMs() {
    double sum = 0;
    for (var leap : leaps) {
      sum += leap.toMs() - leap.fromMs();
    }
    return sum;
  }

  /** How much of a track is buffered ahead of the position, in ms. */
  double aheadMs(int medium) {
    return Math.max(0, bufferedMs[medium] - positionMs - leaptMs());
  }

  /** How much can be played before it stands still, in ms. */
  double levelMs() {
    return Math.max(0, playableMs() - positionMs - leaptMs());
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
