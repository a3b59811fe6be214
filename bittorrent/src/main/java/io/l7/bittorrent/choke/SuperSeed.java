package io.l7.bittorrent.choke;

import io.l7.bittorrent.swarm.PeerKey;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What a super-seed shows to whom (BEP 16): it hides what it has and shows each peer a few pieces
 * that nobody else got yet, so that its uplink sends every piece once before any piece twice. It
 * ends when every piece was seen at some other peer. Pieces a peer got but did not pass on count
 * against what it is shown next, so who gives nothing soon gets nothing.
 */
public final class SuperSeed {
  private final int window;
  private final int unspread;
  private final int[] copies;
  private final boolean[] assigned;
  private final Deque<Integer> pool = new ArrayDeque<>();
  private final Map<PeerKey, Shown> peers = new HashMap<>();
  private int notOut;

  /**
   * @param pieces of the torrent
   * @param window pieces a peer may be fetching at a time, at least 1; two keep the link busy while
   *     the next is announced
   * @param unspread pieces a peer may have got from us without passing one of them on
   * @param random the order in which pieces are shown
   */
  public SuperSeed(int pieces, int window, int unspread, RandomGenerator random) {
    this.window = window;
    this.unspread = unspread;
    this.copies = new int[pieces];
    this.assigned = new boolean[pieces];
    this.notOut = pieces;
    int[] order = new int[pieces];
    for (int i = 0; i < pieces; i++) {
      int at = random.nextInt(i + 1);
      order[i] = order[at];
      order[at] = i;
    }
    for (int piece : order) {
      pool.add(piece);
    }
  }

  /** Whether every piece was seen at another peer: from here on an ordinary seed does better. */
  public boolean done() {
    return notOut == 0;
  }

  /** Pieces that were seen at another peer. */
  public int out() {
    return copies.length - notOut;
  }

  /** A peer has a piece, from us or from elsewhere. */
  public void seen(PeerKey holder, int piece) {
    if (copies[piece]++ == 0) {
      notOut--;
    }
    Shown shown = peers.get(holder);
    if (shown != null && shown.fetching.remove(piece)) {
      shown.unspread.add(piece);
    }
    if (copies[piece] > 1 && assigned[piece]) {
      for (Shown other : peers.values()) {
        other.unspread.remove(piece);
        other.fetching.remove(piece);
      }
    }
  }

  /** A peer left, with whatever it had. What it was fetching is shown to others. */
  public void gone(PeerKey peer, Iterable<Integer> pieces) {
    for (int piece : pieces) {
      if (--copies[piece] == 0) {
        notOut++;
        giveBack(piece);
      }
    }
    Shown shown = peers.remove(peer);
    if (shown != null) {
      shown.fetching.forEach(this::giveBack);
    }
  }

  /** A peer was choked: what it has not fetched may go to others meanwhile. */
  public void choked(PeerKey peer) {
    Shown shown = peers.get(peer);
    if (shown != null) {
      shown.fetching.forEach(this::giveBack);
      shown.stale.addAll(shown.fetching);
      shown.fetching.clear();
    }
  }

  /**
   * The next piece to show to a peer, or empty when it has enough to fetch. The piece counts as
   * shown from here on. A peer that is choked is shown a single piece, so that it becomes
   * interested.
   *
   * @param peer to whom
   * @param unchoked whether it can fetch now
   */
  public OptionalInt show(PeerKey peer, Fetching unchoked) {
    Shown shown = peers.computeIfAbsent(peer, _ -> new Shown());
    if (unchoked == Fetching.CHOKED) {
      if (!shown.stale.isEmpty() || !shown.fetching.isEmpty() || pool.isEmpty()) {
        return OptionalInt.empty();
      }
      for (int tries = pool.size(); tries > 0; tries--) {
        int piece = pool.removeFirst();
        if (copies[piece] == 0 && !assigned[piece]) {
          pool.addLast(piece);
          shown.stale.add(piece);
          return OptionalInt.of(piece);
        }
      }
      return OptionalInt.empty();
    }
    // What it was shown before a choke and still lacks comes first, and needs no new HAVE.
    for (var it = shown.stale.iterator(); it.hasNext(); ) {
      int piece = it.next();
      it.remove();
      if (copies[piece] == 0 && !assigned[piece]) {
        assigned[piece] = true;
        shown.fetching.add(piece);
      }
    }
    if (shown.fetching.size() >= window
        || (peers.size() > 1 && shown.fetching.size() + shown.unspread.size() >= unspread)) {
      return OptionalInt.empty();
    }
    return assign(shown);
  }

  /**
   * One more piece for a peer beyond what it may have, for a seed whose uplink stands idle: holding
   * back then helps nobody.
   */
  public OptionalInt showMore(PeerKey peer) {
    Shown shown = peers.computeIfAbsent(peer, _ -> new Shown());
    return assign(shown);
  }

  private OptionalInt assign(Shown shown) {
    while (!pool.isEmpty()) {
      int piece = pool.removeFirst();
      if (copies[piece] == 0 && !assigned[piece]) {
        assigned[piece] = true;
        shown.fetching.add(piece);
        return OptionalInt.of(piece);
      }
    }
    return OptionalInt.empty();
  }

  private void giveBack(int piece) {
    assigned[piece] = false;
    if (copies[piece] == 0) {
      pool.addFirst(piece);
    }
  }

  /** Whether a peer can fetch from us now. */
  public enum Fetching {
    /** It is unchoked. */
    UNCHOKED,
    /** It is choked. */
    CHOKED
  }

  private static final class Shown {
    final Set<Integer> fetching = new LinkedHashSet<>();
    final Set<Integer> unspread = new LinkedHashSet<>();
    final Set<Integer> stale = new LinkedHashSet<>();
  }
}
