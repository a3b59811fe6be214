package io.l7.bittorrent.peer;

import io.l7.bittorrent.bound.SwarmGauge;
import io.l7.bittorrent.brain.PeerBrain;
import io.l7.bittorrent.brain.PeerView;
import io.l7.bittorrent.swarm.PieceLayout;
import io.l7.bittorrent.swarm.PiecePriority;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads the bound meter from what peers tell they have. Called with the torrent's lock held.
 *
 * <p>Peers that came with everything are seeds and not counted.
 */
final class SwarmView {
  private static final int OURSELVES = 0;

  /** Missing pieces whose share at a peer says something of the others. */
  private static final int ENOUGH_TO_JUDGE = 32;

  private final PieceLayout layout;
  private final boolean seed;
  private final int had;
  private final SwarmGauge gauge;
  private final Set<Integer> seeds = new HashSet<>();
  private final Set<Integer> leechers = new HashSet<>();
  private final Set<Integer> interested = new HashSet<>();

  private SwarmView(PieceLayout layout, int had, SwarmGauge gauge) {
    this.layout = layout;
    this.had = had;
    this.seed = had == layout.pieces();
    this.gauge = gauge;
  }

  /** The view of who has {@code had} pieces at the start. */
  static SwarmView of(TorrentContent content, int had, OptionalLong upRate, OptionalLong downRate) {
    var layout = content.info().pieces();
    long bytes = 0;
    for (int p = 0; p < layout.pieces(); p++) {
      bytes += content.priorities().get(p) == PiecePriority.SKIP ? 0 : layout.lengthOf(p);
    }
    boolean seed = had == layout.pieces();
    var gauge =
        new SwarmGauge(
            bytes, seed ? upRate : OptionalLong.empty(), seed ? OptionalLong.empty() : downRate);
    return new SwarmView(layout, had, gauge);
  }

  /** Once a second. */
  void observe(PeerBrain brain, List<PeerView> views, long now) {
    int present = 0;
    int missing = brain.have().size() - brain.have().count();
    for (var view : views) {
      int id = view.peer().id();
      boolean isNew = !leechers.contains(id);
      // Who has everything at first sight came with it, unless it had it from us.
      if (isNew && view.pieces() == layout.pieces() && view.sent() == 0) {
        seeds.add(id);
      } else if (leechers.add(id)) {
        seeds.remove(id);
      }
      if (seeds.contains(id)) {
        present++;
      } else {
        long told = bytes(view.pieces());
        long has = isNew ? told : bytes(pieces(view, missing));
        gauge.leecher(id, has, Math.max(0, told - view.sent()));
      }
    }
    var have = brain.have();
    if (!seed) {
      gauge.leecher(OURSELVES, bytes(have.count()), bytes(had));
    }
    int spread = 0;
    for (int p = 0; p < layout.pieces(); p++) {
      spread += brain.availability(p) > present || !seed && have.get(p) ? 1 : 0;
    }
    gauge.observe(bytes(spread), now);
  }

  /**
   * What a peer has, as far as can be known: it need not tell of a piece to whom has it already. Of
   * those we lack it tells, so its share of them stands for its share of all; and once we have
   * everything, who has lost interest has everything too.
   */
  private int pieces(PeerView view, int missing) {
    if (view.interestedInUs()) {
      interested.add(view.peer().id());
    }
    if (missing == 0) {
      boolean satisfied = interested.contains(view.peer().id()) && !view.interestedInUs();
      return satisfied ? layout.pieces() : view.pieces();
    }
    int estimate =
        missing < ENOUGH_TO_JUDGE
            ? 0
            : Math.toIntExact((long) view.offers() * layout.pieces() / missing);
    return Math.max(view.pieces(), estimate);
  }

  private long bytes(int pieces) {
    return Math.min(layout.totalLength(), (long) pieces * layout.pieceLength());
  }

  Optional<SwarmGauge.Reading> read(long now) {
    return gauge.read(now);
  }
}
