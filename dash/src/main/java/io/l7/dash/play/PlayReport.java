package io.l7.dash.play;

import io.l7.common.json.Json;
import io.l7.dash.abr.Laboratory;
import io.l7.dash.abr.Movie;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a run was like.
 *
 * @param score as the rate laboratory's: (sum of ln(rate/lowest) - 5 x stall / segment) / (play
 *     time / segment)
 * @param chunksLeftOut requests before those in {@code chunks}: of what is live the last are kept
 * @param setting what the rule had before it, so that the session can be run again with another;
 *     none for a film of several Periods
 * @param live how it was to play live
 * @param kbps mean nominal rate of the picture (of the sound, in a film without)
 */
public record PlayReport(
    String url,
    String algorithm,
    double startupMs,
    int stalls,
    double stalledMs,
    double kbps,
    int switches,
    double score,
    double playedMs,
    List<Chunk> chunks,
    long chunksLeftOut,
    List<EdgeRecord> edges,
    Optional<Setting> setting,
    Optional<Live> live) {

  public PlayReport {
    chunks = List.copyOf(chunks);
    edges = List.copyOf(edges);
  }

  /** The player's buffer capacity, and the film with what plays beside the picture added. */
  public record Setting(double bufferMs, Movie movie) {}

  /**
   * How it was to play live. Times in ms.
   *
   * @param delayMs how far behind the live edge it was to be
   * @param meanLatencyMs how far it was, weighted by time
   * @param mostLatencyMs the farthest
   * @param clockAheadMs how far the server's clock is ahead of ours
   * @param jumps over what was gone, or not there
   * @param lost segments that nobody had
   * @param refreshes of the manifest
   * @param ignored refreshes that went back in time
   * @param failed refreshes that brought no manifest
   */
  public record Live(
      double delayMs,
      double meanLatencyMs,
      double mostLatencyMs,
      double clockAheadMs,
      int jumps,
      int lost,
      int refreshes,
      int ignored,
      int failed) {}

  /** The same, live. */
  PlayReport with(Live how) {
    return new PlayReport(
        url,
        algorithm,
        startupMs,
        stalls,
        stalledMs,
        kbps,
        switches,
        score,
        playedMs,
        chunks,
        chunksLeftOut,
        edges,
        setting,
        Optional.of(how));
  }

  /** How a request ended. */
  public enum Ending {
    PLAYED,
    GIVEN_UP,
    FAILED,
    /** At the live edge it was not there yet. */
    EARLY
  }

  /**
   * One request.
   *
   * @param segment from 1; 0 for an init segment
   * @param bufferMs what could be played when it was asked for
   * @param why the choice of rate and edge in words
   */
  public record Chunk(
      String kind,
      int segment,
      String representation,
      double nominalKbps,
      String url,
      long bytes,
      double startMs,
      double elapsedMs,
      double firstByteMs,
      double bufferMs,
      double measuredKbps,
      Ending ending,
      String why) {}

  /** An edge after the run. */
  public record EdgeRecord(
      String name, double kbps, double latencyMs, long requests, long failures) {}

  /** The report as other programs read it. */
  public Json toJson() {
    var json = Json.object();
    json.put("url", url)
        .put("algorithm", algorithm)
        .put("stalls", stalls)
        .put("stall_s", rounded(stalledMs / 1000))
        .put("startup_ms", rounded(startupMs))
        .put("bitrate_kbps", rounded(kbps))
        .put("switches", switches)
        .put("score", rounded(score))
        .put("played_s", rounded(playedMs / 1000))
        .put("chunks", chunks.stream().map(PlayReport::chunk).toList())
        .put(
            "edges",
            edges.stream()
                .map(
                    e ->
                        Json.object()
                            .put("name", e.name())
                            .put("kbps", rounded(e.kbps()))
                            .put("latency_ms", rounded(e.latencyMs()))
                            .put("requests", e.requests())
                            .put("failures", e.failures())
                            .build())
                .toList());
    setting.ifPresent(
        s ->
            json.put("buffer_capacity_s", rounded(s.bufferMs() / 1000))
                .put("movie", Laboratory.json(s.movie())));
    if (chunksLeftOut > 0) {
      json.put("chunks_left_out", chunksLeftOut);
    }
    live.ifPresent(
        l ->
            json.put("latency_s", rounded(l.meanLatencyMs() / 1000))
                .put("latency_max_s", rounded(l.mostLatencyMs() / 1000))
                .put(
                    "live",
                    Json.object()
                        .put("delay_s", rounded(l.delayMs() / 1000))
                        .put("clock_ahead_s", rounded(l.clockAheadMs() / 1000))
                        .put("jumps", l.jumps())
                        .put("lost", l.lost())
                        .put("refreshes", l.refreshes())
                        .put("refreshes_ignored", l.ignored())
                        .put("refreshes_failed", l.failed())
                        .build()));
    return json.build();
  }

  private static Json chunk(Chunk c) {
    return Json.object()
        .put("kind", c.kind())
        .put("segment", c.segment())
        .put("representation", c.representation())
        .put("kbps", rounded(c.nominalKbps()))
        .put("url", c.url())
        .put("bytes", c.bytes())
        .put("start_ms", rounded(c.startMs()))
        .put("ms", rounded(c.elapsedMs()))
        .put("first_byte_ms", rounded(c.firstByteMs()))
        .put("buffer_s", rounded(c.bufferMs() / 1000))
        .put("measured_kbps", rounded(c.measuredKbps()))
        .put("ending", c.ending().name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .put("why", c.why())
        .build();
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
