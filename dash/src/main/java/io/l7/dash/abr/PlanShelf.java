package io.l7.dash.abr;

import java.util.concurrent.ConcurrentHashMap;

/**
 * The plans of one film, made when first needed: one for each step of mean rate, spread, chance of
 * an outage and latency, and for each stretch of a long film. Thread-safe.
 */
final class PlanShelf {
  private static final double MEAN_STEP = 0.5;
  private static final double SPREAD_STEP = 0.2;
  private static final double OUTAGE_STEP = 0.7;
  private static final double LATENCY_STEP_MS = 50;

  /**
   * A plan serves this many segments and looks as many beyond them; a film not longer than both is
   * one stretch.
   */
  private static final int STRETCH = 120;

  private final Movie movie;
  private final Tuning tuning;
  private final double bufferMs;
  private final ConcurrentHashMap<Key, Plan> plans = new ConcurrentHashMap<>();

  PlanShelf(Movie movie, Tuning tuning, double bufferMs) {
    this.movie = movie;
    this.tuning = tuning;
    this.bufferMs = bufferMs;
  }

  Plan plan(int segment, RateEstimate link) {
    int stretch = movie.segments() <= 2 * STRETCH ? 0 : segment / STRETCH;
    var key =
        new Key(
            stretch,
            (int) Math.round(link.logMean() / MEAN_STEP),
            Math.clamp(Math.round(link.spread() / SPREAD_STEP), 1, 8),
            (int) Math.round(Math.log(link.outage()) / OUTAGE_STEP),
            Math.clamp(Math.round(link.latencyMs() / LATENCY_STEP_MS), 0, 20));
    return plans.computeIfAbsent(key, this::make);
  }

  private Plan make(Key key) {
    int from = key.stretch() * STRETCH;
    return new Plan(
        movie,
        tuning,
        bufferMs,
        new Plan.Link(
            key.mean() * MEAN_STEP,
            key.spread() * SPREAD_STEP,
            Math.exp(key.outage() * OUTAGE_STEP),
            key.latency() * LATENCY_STEP_MS),
        from,
        Math.min(movie.segments(), from + 2 * STRETCH));
  }

  private record Key(int stretch, int mean, int spread, int outage, int latency) {}
}
