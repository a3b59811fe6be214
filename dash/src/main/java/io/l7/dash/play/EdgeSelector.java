package io.l7.dash.play;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Where to fetch: per edge an estimate of throughput and delay from what was measured, exclusion
 * after a failure with re-admission after a pause that doubles, and a look at unmeasured edges only
 * while the buffer can afford it. Pure; times in ms come in. Not thread-safe.
 */
final class EdgeSelector {
  /** First pause after a failure; doubles with each further one. */
  static final double FIRST_PAUSE_MS = 4_000;

  static final double LONGEST_PAUSE_MS = 120_000;

  /** Another edge must be so many times faster before a working one is left. */
  private static final double WORTH_LEAVING = 1.3;

  /** An edge that was not asked for so long is measured again, where the buffer allows. */
  private static final double STALE_MS = 45_000;

  /** Buffer below which nothing is tried out. */
  private static final double SAFE_BUFFER_MS = 10_000;

  private static final double WEIGHT = 0.4;

  private final Map<String, Edge> edges = new LinkedHashMap<>();
  private String current = "";

  private static final class Edge {
    double kbps;
    double latencyMs;
    double measuredAt = Double.NEGATIVE_INFINITY;
    double excludedUntil = Double.NEGATIVE_INFINITY;
    int failures;
    long requests;
    long failed;

    /** Endless where nothing was measured. */
    double expectedMs(double bits) {
      return latencyMs + bits / kbps;
    }
  }

  /** What is known of an edge, for the report. */
  record Standing(String name, double kbps, double latencyMs, long requests, long failures) {}

  /** A choice and its reason. */
  record Choice(String edge, String why) {}

  /**
   * Picks among the candidates, which stand in the manifest's order of preference.
   *
   * @param bits expected size of what is to be fetched
   */
  Choice choose(List<String> candidates, double bits, double bufferMs, double now) {
    var open = new ArrayList<String>();
    for (String name : candidates) {
      if (edge(name).excludedUntil <= now) {
        open.add(name);
      }
    }
    if (open.isEmpty()) {
      String soonest = candidates.getFirst();
      for (String name : candidates) {
        soonest = edge(name).excludedUntil < edge(soonest).excludedUntil ? name : soonest;
      }
      current = soonest;
      return new Choice(soonest, "all edges excluded: the one due back first");
    }
    String stay = open.contains(current) ? current : open.getFirst();
    if (open.size() > 1 && bufferMs >= SAFE_BUFFER_MS) {
      for (String name : open) {
        if (!name.equals(stay) && edge(name).measuredAt < now - STALE_MS) {
          return new Choice(name, "measuring this edge: buffer allows");
        }
      }
    }
    String best = stay;
    for (String name : open) {
      Edge e = edge(name);
      if (e.kbps > 0 && edge(best).kbps > 0 && e.expectedMs(bits) < edge(best).expectedMs(bits)) {
        best = name;
      }
    }
    if (!best.equals(stay)
        && edge(stay).expectedMs(bits) < WORTH_LEAVING * edge(best).expectedMs(bits)) {
      best = stay;
    }
    String why =
        best.equals(current)
            ? "same edge"
            : current.isEmpty()
                ? "first edge"
                : open.contains(current) ? "faster edge" : "failover";
    current = best;
    return new Choice(best, why);
  }

  /**
   * Who may race an edge that is silent: the fastest of those not excluded, else the one due back
   * first; none where there is no other.
   *
   * @param bits expected size of what is to be fetched
   */
  Optional<String> rival(List<String> candidates, String silent, double bits, double now) {
    var others = candidates.stream().filter(name -> !name.equals(silent)).toList();
    var open = others.stream().filter(name -> edge(name).excludedUntil <= now).toList();
    return open.isEmpty()
        ? others.stream().min(Comparator.comparingDouble(name -> edge(name).excludedUntil))
        : open.stream().min(Comparator.comparingDouble(name -> edge(name).expectedMs(bits)));
  }

  /** This one has won a race: it is asked from now on. */
  void won(String name) {
    current = name;
  }

  /** From request to first byte, in ms; none before the first answer that was measured. */
  OptionalDouble latencyMs(String name) {
    Edge e = edge(name);
    return e.kbps > 0 ? OptionalDouble.of(e.latencyMs) : OptionalDouble.empty();
  }

  private Edge edge(String name) {
    return edges.computeIfAbsent(name, n -> new Edge());
  }

  /** A request went well. */
  void succeeded(String name, double kbps, double latencyMs, double now) {
    Edge e = edge(name);
    e.requests++;
    e.failures = 0;
    boolean first = e.kbps == 0;
    e.kbps = first ? kbps : e.kbps + WEIGHT * (kbps - e.kbps);
    e.latencyMs = first ? latencyMs : e.latencyMs + WEIGHT * (latencyMs - e.latencyMs);
    e.measuredAt = now;
  }

  /** A request went well, but says nothing about speed (too small, or from a cache). */
  void answered(String name) {
    edge(name).requests++;
    edge(name).failures = 0;
  }

  /** A request failed: the edge is left alone for a while. */
  void failed(String name, double now) {
    Edge e = edge(name);
    e.requests++;
    e.failed++;
    double pause = FIRST_PAUSE_MS * Math.pow(2, Math.min(e.failures, 10));
    e.excludedUntil = now + Math.min(LONGEST_PAUSE_MS, pause);
    e.failures++;
  }

  /** Whether an edge other than this one may be asked now. */
  boolean hasAlternative(List<String> candidates, String name, double now) {
    return candidates.stream().anyMatch(c -> !c.equals(name) && edge(c).excludedUntil <= now);
  }

  List<Standing> standings() {
    return edges.entrySet().stream()
        .map(
            e ->
                new Standing(
                    e.getKey(),
                    e.getValue().kbps,
                    e.getValue().latencyMs,
                    e.getValue().requests,
                    e.getValue().failed))
        .toList();
  }
}
