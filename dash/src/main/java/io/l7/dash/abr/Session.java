package io.l7.dash.abr;

import java.util.List;
import java.util.OptionalDouble;

/**
 * A simulated run and its score: (sum of utilities - 5 x rebuffering / segment) / (play time /
 * segment).
 *
 * @param utility time average of the utility played
 * @param kbps time average of the nominal rate played
 * @param playMs film + rebuffering + first request
 */
public record Session(
    String trace,
    String algorithm,
    double score,
    double utility,
    double kbps,
    double rebufferMs,
    int rebufferEvents,
    int switches,
    double playMs,
    List<Attempt> attempts) {

  public Session {
    attempts = List.copyOf(attempts);
  }

  /**
   * One request: what was asked for, the wait the rule put before it, and when it was given up, if
   * it was.
   */
  public record Attempt(
      int segment,
      int quality,
      double waitMs,
      OptionalDouble cutMs,
      double startMs,
      double elapsedMs,
      double bits,
      double bufferMs,
      String why) {}
}
