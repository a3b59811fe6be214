package io.l7.bittorrent.brain;

import io.l7.bittorrent.pick.Expectation;
import io.l7.bittorrent.pick.Pick;
import io.l7.bittorrent.pick.PickReason;
import io.l7.bittorrent.pick.PiecePicker;
import io.l7.bittorrent.pick.PipelineDepth;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.Decision;
import io.l7.bittorrent.swarm.Decision.Topic;
import io.l7.bittorrent.swarm.PeerKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sources that are no peers: they have everything, want nothing, and send long runs best (web
 * seeds, BEP 19). They come when they have room, rather than being told with each block.
 */
final class SourceSide {
  private final Map<PeerKey, PeerState> sources = new LinkedHashMap<>();
  private final PiecePicker picker;
  private final BrainConfig config;
  private final int pieces;
  private final Consumer<Decision> log;
  private final boolean logged;

  SourceSide(PiecePicker picker, BrainConfig config, int pieces, Consumer<Decision> log) {
    this.picker = picker;
    this.config = config;
    this.pieces = pieces;
    this.log = log;
    this.logged = !log.equals(PeerBrain.UNLOGGED);
  }

  @Nullable PeerState of(PeerKey key) {
    return sources.get(key);
  }

  void joined(PeerKey key, long now) {
    var pipeline = new PipelineDepth(config.pipeline());
    var source = new PeerState(key, Extensions.NONE, pieces, pipeline, now);
    fill(source.pieces);
    sources.put(key, source);
  }

  private static void fill(Bitfield all) {
    for (int piece = all.nextClear(0); piece >= 0; piece = all.nextClear(piece + 1)) {
      all.set(piece);
    }
  }

  /** It turned out not to have some pieces; none: it is to be asked for any again. */
  void lacks(PeerState source, Bitfield missing) {
    fill(source.pieces);
    for (int piece = missing.nextSet(0); piece >= 0; piece = missing.nextSet(piece + 1)) {
      source.pieces.clear(piece);
    }
  }

  /** Chooses what to ask it for next, and counts that as asked for. */
  List<Block> ask(PeerState source, int blocks, Expectation expected, long now) {
    var picks = picker.pickRun(source.key, source.pieces, blocks, expected);
    if (!picks.isEmpty()) {
      source.waitingSince = now;
      source.askedAt = now;
      note(source, picks, now);
    }
    return picks.stream().map(Pick::block).toList();
  }

  private void note(PeerState source, List<Pick> picks, long now) {
    if (logged) {
      var first = picks.getFirst();
      String rule =
          first.reason() == PickReason.RUN
              ? "longest-gap"
              : first.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
      int last = picks.getLast().block().piece();
      String what =
          first.block().piece() == last
              ? "piece " + last
              : "pieces " + first.block().piece() + " to " + last;
      log.accept(
          new Decision(
              now, source.key, Topic.PICK, rule, what + ", " + picks.size() + " blocks in a run"));
    }
  }

  /** What is urgent of a run that takes longer than that, others may be asked for too. */
  void tick(long patienceNanos, long now) {
    for (var source : sources.values()) {
      if (now - source.askedAt >= patienceNanos) {
        picker.spare(source.key);
      }
    }
  }

  /** Nothing more comes of what it was asked for; how many blocks that are. */
  int released(PeerState source) {
    return picker.released(source.key);
  }

  void left(PeerKey key) {
    sources.remove(key);
  }

  /** Takes back all that was asked for. */
  void withdraw() {
    sources.keySet().forEach(picker::withdraw);
  }

  List<PeerView> views(long now) {
    return sources.values().stream()
        .map(source -> source.view(now, picker.outstanding(source.key).size()))
        .toList();
  }
}
