package io.l7.dash.abr;

import io.l7.common.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Reads films and traces in Sabre's JSON, and writes sessions so that any other simulator can
 * replay them. Bad input is an {@link IllegalArgumentException} that says what is missing.
 */
public final class Laboratory {
  private Laboratory() {}

  /** {@code segment_duration_ms}, {@code bitrates_kbps}, {@code segment_sizes_bits}. */
  public static Movie movie(String json) {
    return movie(Json.parse(json));
  }

  static Movie movie(Json film) {
    double[] rates = numbers(film.at("bitrates_kbps"));
    var rows = film.at("segment_sizes_bits").elements();
    double[][] sizes = new double[rows.size()][];
    for (int k = 0; k < sizes.length; k++) {
      sizes[k] = numbers(rows.get(k));
    }
    return new Movie(film.at("segment_duration_ms").number(), rates, sizes);
  }

  /** A film as {@link #movie(String)} reads it. */
  public static Json json(Movie movie) {
    var sizes = new ArrayList<Json>();
    for (int k = 0; k < movie.segments(); k++) {
      int segment = k;
      sizes.add(
          Json.array(
              IntStream.range(0, movie.qualities())
                  .mapToObj(q -> Math.round(movie.sizeBits(segment, q)))
                  .toList()));
    }
    return Json.object()
        .put("segment_duration_ms", movie.segmentMs())
        .put(
            "bitrates_kbps",
            IntStream.range(0, movie.qualities()).mapToObj(movie::rateKbps).toList())
        .put("segment_sizes_bits", sizes)
        .build();
  }

  private static double[] numbers(Json array) {
    return array.elements().stream().mapToDouble(Json::number).toArray();
  }

  /** A list of {@code duration_ms}, {@code bandwidth_kbps}, {@code latency_ms}. */
  public static Trace trace(String name, String json) {
    var periods = new ArrayList<Trace.Period>();
    for (Json period : Json.parse(json).elements()) {
      periods.add(
          new Trace.Period(
              period.at("duration_ms").number(),
              period.at("bandwidth_kbps").number(),
              period.at("latency_ms").number()));
    }
    return new Trace(name, periods);
  }

  /**
   * One session with every attempt as {@code [segment, quality, wait_ms, cut_ms]}.
   *
   * @param optimum the best score that could be had on the trace, where it was computed
   */
  public static Json json(Session session, OptionalDouble optimum) {
    var attempts = new ArrayList<Json>();
    for (var a : session.attempts()) {
      Optional<Double> cut =
          a.cutMs().isPresent() ? Optional.of(a.cutMs().getAsDouble()) : Optional.empty();
      attempts.add(Json.array(List.of(a.segment(), a.quality(), a.waitMs(), cut)));
    }
    var object =
        Json.object()
            .put("trace", session.trace())
            .put("algorithm", session.algorithm())
            .put("score", session.score())
            .put("utility", session.utility())
            .put("bitrate_kbps", session.kbps())
            .put("rebuffer_s", session.rebufferMs() / 1000)
            .put("rebuffer_events", session.rebufferEvents())
            .put("switches", session.switches())
            .put("play_s", session.playMs() / 1000);
    if (optimum.isPresent()) {
      object.put("optimum", optimum.getAsDouble());
    }
    return object.put("attempts", attempts).build();
  }
}
