package io.l7.bittorrent.brain;

import io.l7.bittorrent.brain.BrainConfig.SeedMode;
import io.l7.bittorrent.choke.Choker;
import io.l7.bittorrent.choke.PeerStanding;
import io.l7.bittorrent.choke.RankedChoker;
import io.l7.bittorrent.choke.Ranking;
import io.l7.bittorrent.choke.SuperSeed;
import io.l7.bittorrent.choke.SuperSeed.Fetching;
import io.l7.bittorrent.choke.Verdict;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.Decision;
import io.l7.bittorrent.swarm.Decision.Topic;
import io.l7.bittorrent.swarm.PieceLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The half of the brain that gives: slots, requests of others, what a super-seed shows. */
final class UploadSide {
  /** How long a super-seed's uplink may be idle before it doubts what it hides: a few delays. */
  private static final long IDLE_NANOS = 2_000_000_000L;

  private final PieceLayout layout;
  private final BrainConfig config;
  private final RandomGenerator random;
  private final Consumer<Action> actions;
  private final Consumer<Decision> log;
  private final boolean logged;
  private final Collection<PeerState> peers;
  private final Bitfield have;
  private Choker choker;
  private @Nullable SuperSeed superSeed;
  private long busyAt;

  UploadSide(
      PieceLayout layout,
      BrainConfig config,
      RandomGenerator random,
      Consumer<Action> actions,
      Consumer<Decision> log,
      Collection<PeerState> peers,
      Bitfield have) {
    this.layout = layout;
    this.config = config;
    this.random = random;
    this.actions = actions;
    this.log = log;
    this.logged = !log.equals(PeerBrain.UNLOGGED);
    this.peers = peers;
    this.have = have;
    boolean seed = have.isFull();
    this.choker = choker(seed ? config.seedRanking() : Ranking.RECIPROCATION);
    if (seed && config.seedMode() == SeedMode.SUPER) {
      superSeed =
          new SuperSeed(
              layout.pieces(),
              Math.max(2, config.superWindow() / layout.pieceLength()),
              Math.max(8, config.superUnspread() / layout.pieceLength()),
              random);
    }
  }

  private Choker choker(Ranking ranking) {
    return new RankedChoker(config.slots(), ranking, config.timing(), random);
  }

  /** We have all we want: others are judged as a seed judges them, from now on. */
  void seeding(long now) {
    choker = choker(config.seedRanking());
    rechoke(now);
  }

  void connected(PeerState peer, long now) {
    busyAt = now;
    if (superSeed == null) {
      actions.accept(new Action.SendBitfield(peer.key, have.copy()));
    } else {
      actions.accept(new Action.SendBitfield(peer.key, Bitfield.empty(have.size())));
      show(peer, now);
    }
  }

  void gone(PeerState peer, long now) {
    if (superSeed != null) {
      List<Integer> pieces = new ArrayList<>();
      for (int piece = peer.pieces.nextSet(0); piece >= 0; piece = peer.pieces.nextSet(piece + 1)) {
        pieces.add(piece);
      }
      superSeed.gone(peer.key, pieces);
    }
    if (peer.unchokedByUs && someoneWaits()) {
      rechoke(now);
    }
    // What only it was shown, or had, is for the others now.
    peers.forEach(other -> show(other, now));
  }

  /** A peer is known to have one more piece. */
  void has(PeerState holder, int piece, long now) {
    if (superSeed != null) {
      superSeed.seen(holder.key, piece);
      shownSome(now);
    }
  }

  /** A peer is known to have these pieces more: looked at once, however many they are. */
  void has(PeerState holder, Bitfield pieces, long now) {
    if (superSeed != null) {
      for (int piece = pieces.nextSet(0); piece >= 0; piece = pieces.nextSet(piece + 1)) {
        superSeed.seen(holder.key, piece);
      }
      shownSome(now);
    }
  }

  private void shownSome(long now) {
    if (superSeed != null && superSeed.done()) {
      endSuperSeed("every piece was seen at another peer", now);
    } else {
      peers.forEach(peer -> show(peer, now));
    }
  }

  private void endSuperSeed(String why, long now) {
    superSeed = null;
    for (PeerState peer : peers) {
      note(now, peer, Topic.REVEAL, "all", why);
      for (int piece = peer.pieces.nextClear(0);
          piece >= 0;
          piece = peer.pieces.nextClear(piece + 1)) {
        actions.accept(new Action.SendHave(peer.key, piece));
      }
    }
  }

  private void show(PeerState peer, long now) {
    if (superSeed == null) {
      return;
    }
    Fetching fetching = peer.unchokedByUs ? Fetching.UNCHOKED : Fetching.CHOKED;
    OptionalInt piece = superSeed.show(peer.key, fetching);
    while (piece.isPresent()) {
      reveal(now, peer, "new-piece", piece.getAsInt(), superSeed);
      actions.accept(new Action.SendHave(peer.key, piece.getAsInt()));
      piece = superSeed.show(peer.key, fetching);
    }
  }

  private void reveal(long now, PeerState peer, String rule, int piece, SuperSeed seed) {
    if (logged) {
      String detail = "piece " + piece + ", " + seed.out() + " of " + layout.pieces() + " are out";
      note(now, peer, Topic.REVEAL, rule, detail);
    }
  }

  void interest(PeerState peer, boolean interested, long now) {
    if (peer.interestedInUs == interested) {
      return;
    }
    peer.interestedInUs = interested;
    if (interested ? choker.freeSlots() > 0 : peer.unchokedByUs && someoneWaits()) {
      rechoke(now);
    }
  }

  private boolean someoneWaits() {
    for (PeerState peer : peers) {
      if (peer.interestedInUs && !peer.unchokedByUs) {
        return true;
      }
    }
    return false;
  }

  /** Rounds of the choker; and what a super-seed does whose uplink has nothing to do. */
  void tick(long now) {
    peers.forEach(peer -> peer.judge(config.timing().round().toNanos(), now));
    rechoke(now);
    if (superSeed == null || peers.isEmpty() || now - busyAt < IDLE_NANOS || isBusy()) {
      return;
    }
    boolean more = false;
    for (PeerState peer : peers) {
      more |= showMore(peer, now);
    }
    if (!more) {
      // Whoever was shown the rest does not tell of it: hiding it helps nobody.
      endSuperSeed("the uplink is idle and nothing is left to show", now);
    }
  }

  private boolean isBusy() {
    for (PeerState peer : peers) {
      if (peer.queuedBytes > 0) {
        return true;
      }
    }
    return false;
  }

  private boolean showMore(PeerState peer, long now) {
    if (superSeed == null) {
      return false;
    }
    OptionalInt piece = superSeed.showMore(peer.key);
    if (piece.isPresent()) {
      reveal(now, peer, "idle-uplink", piece.getAsInt(), superSeed);
      actions.accept(new Action.SendHave(peer.key, piece.getAsInt()));
    }
    return piece.isPresent();
  }

  private void rechoke(long now) {
    List<PeerStanding> standings = new ArrayList<>(peers.size());
    List<PeerState> order = new ArrayList<>(peers);
    for (PeerState peer : order) {
      standings.add(peer.standing(now));
    }
    List<Verdict> verdicts = choker.decide(now, standings);
    // Chokes first, so that a slot is empty before it is given away.
    for (int i = 0; i < order.size(); i++) {
      PeerState peer = order.get(i);
      if (peer.unchokedByUs && !verdicts.get(i).unchoke()) {
        peer.unchokedByUs = false;
        peer.queuedBytes = 0;
        if (superSeed != null) {
          superSeed.choked(peer.key);
        }
        say(now, peer, verdicts.get(i));
        actions.accept(new Action.SendChoke(peer.key));
      }
    }
    for (int i = 0; i < order.size(); i++) {
      PeerState peer = order.get(i);
      if (!peer.unchokedByUs && verdicts.get(i).unchoke()) {
        peer.unchokedByUs = true;
        peer.unchokedAt = now;
        say(now, peer, verdicts.get(i));
        actions.accept(new Action.SendUnchoke(peer.key));
        show(peer, now);
      }
    }
  }

  void requested(PeerState peer, Block block) {
    if (peer.unchokedByUs && layout.contains(block) && have.get(block.piece())) {
      peer.idle = false;
      peer.queuedBytes += block.length();
      actions.accept(new Action.Serve(peer.key, block));
    } else {
      reject(peer, block);
    }
  }

  private void reject(PeerState peer, Block block) {
    if (peer.extensions == Extensions.FAST) {
      actions.accept(new Action.SendReject(peer.key, block)); // BEP 6: every request is answered
    }
  }

  /** It must not count as on its way: for that its place and its slot would be kept for ever. */
  void notServed(PeerState peer, Block block) {
    peer.queuedBytes = Math.max(0, peer.queuedBytes - block.length());
    reject(peer, block);
  }

  void served(PeerState peer, int bytes, long now) {
    peer.took(bytes, now);
    peer.queuedBytes = Math.max(0, peer.queuedBytes - bytes);
    busyAt = now;
    if (superSeed == null || peer.queuedBytes > 0 || isBusy()) {
      return;
    }
    for (PeerState other : peers) {
      if (other.unchokedByUs && other.interestedInUs) {
        showMore(other, now);
      }
    }
  }

  void cancelled(PeerState peer, Block block) {
    peer.queuedBytes = Math.max(0, peer.queuedBytes - block.length());
    actions.accept(new Action.Unserve(peer.key, block));
  }

  private void say(long now, PeerState peer, Verdict verdict) {
    if (!logged) {
      return;
    }
    String what =
        String.format(
            Locale.ROOT,
            "%s, rank %d, %.1f kB/s",
            verdict.unchoke() ? "unchoked" : "choked",
            verdict.rank(),
            verdict.merit() / 1e3);
    String rule = verdict.rule().name().toLowerCase(Locale.ROOT).replace('_', '-');
    note(now, peer, Topic.CHOKE, rule, what);
  }

  private void note(long now, PeerState peer, Topic topic, String rule, String detail) {
    if (logged) {
      log.accept(new Decision(now, peer.key, topic, rule, detail));
    }
  }
}
