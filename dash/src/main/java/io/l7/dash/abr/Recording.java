package io.l7.dash.abr;

import io.l7.common.json.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * A session that a player recorded, ready to be run again with any rule: the film as the rules saw
 * it, the player's buffer, and the link as the requests met it. What the link would have carried
 * while nobody asked is not known: the rate of the request before stands for it. Immutable.
 *
 * @param algorithm the rule that played
 * @param score of the session as it was played
 * @param stalledMs its stalls, in ms
 */
public record Recording(
    Movie movie, double bufferMs, Trace trace, String algorithm, double score, double stalledMs) {
  /** Shorter transfers came out of a buffer on the way; the clock tells nothing below this. */
  private static final double LEAST_MS = 0.5;

  /**
   * Reads a report in JSON.
   *
   * @param name for the trace
   * @throws IllegalArgumentException where the report does not hold what a re-run needs
   */
  public static Recording of(String name, String report) {
    Json json = Json.parse(report);
    if (json.at("movie").isNull() || json.at("buffer_capacity_s").isNull()) {
      throw new IllegalArgumentException(
          "no film in it: a report of a film of several Periods, or of an older version");
    }
    return new Recording(
        Laboratory.movie(json.at("movie")),
        json.at("buffer_capacity_s").number() * 1000,
        new Trace(name, periods(json.at("chunks").elements())),
        json.at("algorithm").text(),
        json.at("score").number(),
        json.at("stall_s").number() * 1000);
  }

  /** What the requests tell of the link, one after the other. */
  private static List<Trace.Period> periods(List<Json> chunks) {
    var periods = new ArrayList<Trace.Period>();
    double now = 0;
    double kbps = 0;
    double latency = 0;
    for (Json chunk : chunks) {
      double start = chunk.at("start_ms").number();
      double elapsed = chunk.at("ms").number();
      double bits = chunk.at("bytes").number() * 8;
      double waited = Math.min(chunk.at("first_byte_ms").number(), elapsed);
      double moving = bits > 0 ? Math.max(LEAST_MS, elapsed - waited) : elapsed;
      double rate = bits / Math.max(LEAST_MS, moving);
      if (bits > 0) {
        latency = waited;
      }
      // What ran beside another request counts from the end of that.
      double overlap = Math.clamp(now - start, 0, elapsed);
      waited = Math.max(0, waited - overlap);
      moving = bits > 0 ? moving : elapsed - overlap;
      double idle = start - now;
      if (idle > 0) {
        periods.add(new Trace.Period(idle, periods.isEmpty() ? rate : kbps, latency));
      }
      // A request that failed is time in which not a bit came.
      kbps = bits > 0 ? rate : kbps;
      periods.add(new Trace.Period(bits > 0 ? waited : 0, rate, latency));
      periods.add(new Trace.Period(moving, rate, latency));
      now = Math.max(now, start + elapsed);
    }
    return periods.stream().filter(p -> p.durationMs() > 0).toList();
  }

  /** Plays the film again over the recorded link. Deterministic. */
  public Session replay(AbrAlgorithm rule) {
    return Simulator.run(movie, trace, rule, bufferMs);
  }
}
