package io.l7.bittorrent.peer;

import io.l7.bittorrent.bound.SwarmGauge;
import io.l7.bittorrent.brain.PeerBrain;
import io.l7.bittorrent.brain.PeerView;
import io.l7.bittorrent.swarm.PeerKey;
import io.l7.bittorrent.swarm.PieceLayout;
import io.l7.bittorrent.swarm.PiecePriority;
import io.l7.bittorrent.wire.PeerId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads the bound meter from what peers tell they have. Called with the torrent's lock held.
 *
 * <p>Peers that came with everything are seeds and not counted; nor is who has told nothing yet of
 * what it has or wants. Who comes again under the same peer id is the same.
 */
final class SwarmView {
  private static final int OURSELVES = 0;

  /** Peers remembered: as many as the addresses of a torrent. */
  private static final int MOST_KNOWN = 5_000;

  /** Missing pieces whose share at a peer says something of the others. */
  private static final int ENOUGH_TO_JUDGE = 32;

  private final PieceLayout layout;
  private final boolean seed;
  private final int had;
  private final SwarmGauge gauge;
  private final Map<PeerId, Integer> known = new HashMap<>();
  private final Map<PeerKey, PeerId> present = new HashMap<>();
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
  static SwarmView of(
      PieceLayout layout,
      List<PiecePriority> priorities,
      int had,
      OptionalLong upRate,
      OptionalLong downRate) {
    long bytes = 0;
    for (int p = 0; p < layout.pieces(); p++) {
      bytes += priorities.get(p) == PiecePriority.SKIP ? 0 : layout.lengthOf(p);
    }
    boolean seed = had == layout.pieces();
    var gauge =
        new SwarmGauge(
            bytes, seed ? upRate : OptionalLong.empty(), seed ? OptionalLong.empty() : downRate);
    return new SwarmView(layout, had, gauge);
  }

  /** A peer is here. */
  void met(PeerKey key, PeerId peerId) {
    present.put(key, peerId);
  }

  /** It has gone; when it comes again, what it wants is not known. */
  void left(PeerKey key) {
    var peerId = present.remove(key);
    if (peerId != null) {
      interested.remove(known.getOrDefault(peerId, -1));
    }
  }

  /** Which of those that ever told us something this is; negative when it is none. */
  private int identity(PeerView view) {
    var peerId = present.get(view.peer());
    if (peerId == null) {
      return -1;
    }
    boolean mute = view.pieces() == 0 && !view.interestedInUs();
    if (!known.containsKey(peerId) && !mute && known.size() < MOST_KNOWN) {
      known.put(peerId, known.size() + 1);
    }
    return known.getOrDefault(peerId, -1);
  }

  /** Once a second. */
  void observe(PeerBrain brain, List<PeerView> views, long now) {
    int seedsHere = 0;
    int missing = brain.have().size() - brain.have().count();
    for (var view : views) {
      int id = identity(view);
      if (id < 0) {
        continue;
      }
      boolean isNew = !leechers.contains(id);
      // Who has everything at first sight came with it, unless it had it from us.
      if (isNew && view.pieces() == layout.pieces() && view.sent() == 0) {
        seeds.add(id);
      } else if (leechers.add(id)) {
        seeds.remove(id);
      }
      if (seeds.contains(id)) {
        seedsHere++;
      } else {
        long told = bytes(view.pieces());
        long has = isNew ? told : bytes(pieces(id, view, missing));
        gauge.leecher(id, has, Math.max(0, told - view.sent()));
      }
    }
    var have = brain.have();
    if (!seed) {
      gauge.leecher(OURSELVES, bytes(have.count()), bytes(had));
    }
    int spread = 0;
    for (int p = 0; p < layout.pieces(); p++) {
      spread += brain.availability(p) > seedsHere || !seed && have.get(p) ? 1 : 0;
    }
    gauge.observe(bytes(spread), now);
  }

  /**
   * What a peer has, as far as can be known: it need not tell of a piece to whom has it already. Of
   * those we lack it tells, so its share of them stands for its share of all; and once we have
   * everything, who has lost interest has everything too.
   */
  private int pieces(int id, PeerView view, int missing) {
    if (view.interestedInUs()) {
      interested.add(id);
    }
    if (missing == 0) {
      boolean satisfied = interested.contains(id) && !view.interestedInUs();
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
