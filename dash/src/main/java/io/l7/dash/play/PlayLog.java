package io.l7.dash.play;

import io.l7.dash.abr.Simulator;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Gathers what a run's report needs. */
final class PlayLog {
  private final Deque<PlayReport.Chunk> chunks = new ArrayDeque<>();
  private final Consumer<PlayReport.Chunk> watcher;
  private final int most;
  private long leftOut;
  private double utility;
  private double rateTime;
  private double playedMs;
  private int segments;
  private int switches;
  private double lastKbps = -1;

  /**
   * @param most requests that are kept: the last ones
   */
  PlayLog(Consumer<PlayReport.Chunk> watcher, int most) {
    this.watcher = watcher;
    this.most = most;
  }

  void add(PlayReport.Chunk chunk) {
    if (chunks.size() == most) {
      chunks.removeFirst();
      leftOut++;
    }
    chunks.add(chunk);
    watcher.accept(chunk);
  }

  /** A segment of the picture will be played. */
  void played(double kbps, double lowestKbps, double durationMs) {
    utility += Math.log(kbps / lowestKbps);
    rateTime += kbps * durationMs;
    playedMs += durationMs;
    segments++;
    switches += lastKbps >= 0 && lastKbps != kbps ? 1 : 0;
    lastKbps = kbps;
  }

  PlayReport report(
      String url,
      String algorithm,
      PlayoutBuffer buffer,
      List<EdgeSelector.Standing> edges,
      Optional<PlayReport.Setting> setting) {
    double segmentMs = segments == 0 ? 1 : playedMs / segments;
    double slots = (playedMs + buffer.stalledMs() + Math.max(0, buffer.startupMs())) / segmentMs;
    double score =
        (utility - Simulator.STALL_WEIGHT * buffer.stalledMs() / segmentMs) / Math.max(1, slots);
    return new PlayReport(
        url,
        algorithm,
        Math.max(0, buffer.startupMs()),
        buffer.stalls(),
        buffer.stalledMs(),
        rateTime / Math.max(1, playedMs),
        switches,
        score,
        playedMs,
        List.copyOf(chunks),
        leftOut,
        edges.stream()
            .map(
                e ->
                    new PlayReport.EdgeRecord(
                        e.name(), e.kbps(), e.latencyMs(), e.requests(), e.failures()))
            .toList(),
        setting,
        Optional.empty());
  }
}
