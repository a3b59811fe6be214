package io.l7.dash.abr;

import java.util.concurrent.ConcurrentHashMap;

/** Our rule, {@code l7}; plans are shared by the sessions of one film. */
final class PlanningAlgorithm implements AbrAlgorithm {
  private final Tuning tuning;
  private final ConcurrentHashMap<Key, PlanShelf> shelves = new ConcurrentHashMap<>();

  PlanningAlgorithm(Tuning tuning) {
    this.tuning = tuning;
  }

  @Override
  public String name() {
    return "l7";
  }

  @Override
  public AbrRule start(Movie movie, double bufferMs) {
    var shelf =
        shelves.computeIfAbsent(
            new Key(movie, bufferMs), key -> new PlanShelf(movie, tuning, bufferMs));
    return new PlanningRule(tuning, shelf);
  }

  private record Key(Movie movie, double bufferMs) {}
}
