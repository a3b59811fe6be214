package io.l7.bittorrent.brain;

import io.l7.bittorrent.pick.Pick;
import io.l7.bittorrent.pick.PickReason;
import io.l7.bittorrent.pick.PiecePicker;
import io.l7.bittorrent.pick.Receipt;
import io.l7.bittorrent.pick.SmartBan;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.Decision;
import io.l7.bittorrent.swarm.Decision.Topic;
import io.l7.bittorrent.swarm.PeerKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The half of the brain that takes: interest, requests, snubs, corrupt pieces. */
final class DownloadSide {
  private static final int EVIDENCE_BLOCKS = 65_536;

  /** Who reads the content waits no longer for a silent peer, nor for a source's run. */
  private static final long SILENCE_NANOS = 5_000_000_000L;

  private final PiecePicker picker;
  private final long snubNanos;
  private final Consumer<Action> actions;
  private final Consumer<Decision> log;
  private final boolean logged;
  private final Map<PeerKey, PeerState> peers;
  private final SourceSide sources;
  private final BySpeed expected;
  private final SmartBan smartBan = new SmartBan(EVIDENCE_BLOCKS);
  private boolean paused;
  private boolean someoneHungry;

  /** Somebody has rejected what we asked, since the last tick. */
  private boolean refused;

  DownloadSide(
      PiecePicker picker,
      BrainConfig config,
      Consumer<Action> actions,
      Consumer<Decision> log,
      Map<PeerKey, PeerState> peers,
      SourceSide sources) {
    this.picker = picker;
    this.snubNanos = config.snubAfter().toNanos();
    this.actions = actions;
    this.log = log;
    this.logged = !log.equals(PeerBrain.UNLOGGED);
    this.peers = peers;
    this.sources = sources;
    this.expected = new BySpeed(peers, sources);
  }

  // --- what peers have

  /** Takes note of new pieces of a peer; those it was known to have must not be among them. */
  void has(PeerState peer, int piece, long now) {
    picker.available(piece);
    if (picker.wants(piece)) {
      peer.offers++;
      reconsider(peer, now);
      fill(peer, now);
    }
  }

  void has(PeerState peer, Bitfield pieces, long now) {
    picker.available(pieces);
    for (int piece = pieces.nextSet(0); piece >= 0; piece = pieces.nextSet(piece + 1)) {
      if (picker.wants(piece)) {
        peer.offers++;
      }
    }
    reconsider(peer, now);
    fill(peer, now);
  }

  void gone(PeerState peer, long now) {
    picker.unavailable(peer.pieces);
    if (picker.released(peer.key) > 0) {
      feedTheHungry(now);
    }
  }

  private void reconsider(PeerState peer, long now) {
    boolean interesting = peer.offers > 0;
    if (interesting == peer.interesting) {
      return;
    }
    peer.interesting = interesting;
    if (interesting) {
      if (logged) {
        note(now, peer, Topic.INTEREST, "interested", offers(peer));
      }
      actions.accept(new Action.SendInterested(peer.key));
    } else {
      note(now, peer, Topic.INTEREST, "not-interested", "has nothing we lack");
      actions.accept(new Action.SendNotInterested(peer.key));
    }
  }

  /** Counts anew what every peer offers, after the selection changed. */
  void reselected(long now) {
    for (PeerState peer : peers.values()) {
      peer.offers = 0;
      for (int p = peer.pieces.nextSet(0); p >= 0; p = peer.pieces.nextSet(p + 1)) {
        if (picker.wants(p)) {
          peer.offers++;
        }
      }
      reconsider(peer, now);
      fill(peer, now);
    }
  }

  // --- asking

  void unchoked(PeerState peer, long now) {
    peer.unchokesUs = true;
    note(now, peer, Topic.PACE, "unchokes-us", "we may ask it");
    if (peer.extensions != Extensions.FAST) { // BEP 6: what was not rejected still comes
      picker.released(peer.key);
    }
    fill(peer, now);
  }

  void choked(PeerState peer, long now) {
    peer.unchokesUs = false;
    picker.choked(peer.key);
    if (logged) {
      int open = picker.outstanding(peer.key).size();
      note(now, peer, Topic.PACE, "chokes-us", open + " blocks were on their way");
    }
    // BEP 6: each request will be rejected right behind the choke, or still be answered. To ask
    // others before that is known would fetch some blocks twice.
    if (peer.extensions != Extensions.FAST && picker.released(peer.key) > 0) {
      feedTheHungry(now);
    }
  }

  void rejected(PeerState peer, Block block, long now) {
    picker.rejected(peer.key, block);
    if (someoneHungry) {
      someoneHungry = false;
      for (PeerState other : peers.values()) {
        if (other != peer) {
          fill(other, now);
        }
      }
    }
    refused = true; // it is asked again, but not as fast as it refuses
  }

  Receipt block(PeerState peer, Block block, long now) {
    boolean queueWasFull = picker.outstanding(peer.key).size() > 1;
    Receipt receipt = picker.received(peer.key, block);
    if (receipt instanceof Receipt.Unrequested) {
      return receipt;
    }
    if (!queueWasFull) {
      peer.pipeline.delay((now - peer.waitingSince) / 1e9);
    }
    peer.gave(block.length(), now);
    arrived(peer, block, now);
    peer.waitingSince = now;
    if (peer.snubbing) {
      peer.snubbing = false;
      note(now, peer, Topic.PACE, "gives-again", "sent a block");
    }
    if (receipt instanceof Receipt.Wanted(boolean complete, List<PeerKey> cancel)) {
      for (PeerKey other : cancel) {
        actions.accept(new Action.SendCancel(other, block));
      }
      if (complete) {
        actions.accept(new Action.Verify(block.piece()));
      }
      for (PeerKey other : cancel) {
        PeerState state = peers.get(other);
        if (state != null) {
          fill(state, now);
        }
      }
    }
    fill(peer, now);
    return receipt;
  }

  private void arrived(PeerState peer, Block block, long now) {
    boolean wasStarting = peer.pipeline.isStarting();
    peer.pipeline.arrived(block.length(), now);
    if (logged && wasStarting && !peer.pipeline.isStarting()) {
      String detail =
          String.format(
              Locale.ROOT,
              "%d blocks cover a second and the delay of %.0f ms",
              peer.pipeline.blocks(now),
              peer.pipeline.delaySeconds() * 1e3);
      note(now, peer, Topic.PACE, "queue-follows-rate", detail);
    }
  }

  /** What is urgent has changed. */
  void hurry(long now) {
    someoneHungry = true;
    feedTheHungry(now);
  }

  /** A source has room for so many blocks: what it is to send. */
  List<Block> ask(PeerState source, int blocks, long now) {
    return paused ? List.of() : sources.ask(source, blocks, expected.at(now), now);
  }

  /** Nothing more comes of what a source was asked for. */
  void released(PeerState source, long now) {
    if (sources.released(source) > 0) {
      feedTheHungry(now);
    }
  }

  private void fill(PeerState peer, long now) {
    if (paused || !peer.unchokesUs || !peer.interesting) {
      return;
    }
    int asked = picker.outstanding(peer.key).size();
    int room = (peer.snubbing ? 1 : peer.pipeline.blocks(now)) - asked;
    if (room <= 0) {
      return;
    }
    List<Pick> picks = picker.pick(peer.key, peer.pieces, room, expected.at(now));
    if (picks.size() < room) {
      someoneHungry = true;
    }
    if (asked == 0 && !picks.isEmpty()) {
      peer.waitingSince = now;
    }
    for (Pick pick : picks) {
      if (logged && (pick.begins() || pick.reason() == PickReason.ENDGAME)) {
        String rule = pick.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
        note(now, peer, Topic.PICK, rule, chosen(pick));
      }
      actions.accept(new Action.SendRequest(peer.key, pick.block()));
    }
  }

  private static String offers(PeerState peer) {
    return peer.offers == 1 ? "has a piece we lack" : "has " + peer.offers + " pieces we lack";
  }

  private static String chosen(Pick pick) {
    String what = "piece " + pick.block().piece();
    if (pick.reason() == PickReason.ENDGAME) {
      return what + ", block " + pick.block().index() + " comes sooner from here";
    }
    return what
        + (pick.availability() == 1
            ? ", one peer has it"
            : ", " + pick.availability() + " peers have it");
  }

  private void feedTheHungry(long now) {
    if (someoneHungry) {
      someoneHungry = false;
      for (PeerState peer : peers.values()) {
        fill(peer, now);
      }
    }
  }

  // --- time

  void tick(long now) {
    for (PeerState peer : peers.values()) {
      boolean owes = peer.unchokesUs || peer.extensions == Extensions.FAST;
      boolean waiting = owes && !picker.outstanding(peer.key).isEmpty();
      if (waiting && now - peer.waitingSince >= SILENCE_NANOS) {
        picker.spare(peer.key);
      }
      if (waiting && !peer.snubbing && now - peer.waitingSince >= snubNanos) {
        peer.snubbing = true;
        note(now, peer, Topic.PACE, "snubbed", "no block for " + snubNanos / 1_000_000_000 + " s");
        picker.loosen(peer.key);
        someoneHungry = true;
      }
    }
    someoneHungry |= refused;
    refused = false;
    feedTheHungry(now);
  }

  /** Somebody reads: what a source is slow to bring of that, others may be asked for too. */
  void tickForReaders(long now) {
    sources.tick(SILENCE_NANOS, now);
  }

  /** Asks for nothing more, and takes back what was asked: there is nowhere to store it. */
  void pause() {
    paused = true;
    for (PeerState peer : peers.values()) {
      for (Block block : picker.withdraw(peer.key)) {
        actions.accept(new Action.SendCancel(peer.key, block));
      }
    }
    sources.withdraw();
  }

  void resume(long now) {
    paused = false;
    hurry(now);
  }

  // --- whole pieces

  boolean suspects(int piece) {
    return smartBan.suspects(piece);
  }

  void verified(int piece, long[] digests, long now) {
    Set<PeerKey> guilty = smartBan.passed(piece, digests);
    boolean wanted = picker.wants(piece);
    Set<PeerKey> senders = Set.copyOf(picker.senders(piece));
    picker.verified(piece);
    for (PeerState peer : peers.values()) {
      boolean hasIt = peer.pieces.get(piece);
      // Who has the piece gains nothing from hearing that we have it too; except a super-seed that
      // showed it to us and waits for the word before it shows the next (BEP 16).
      if (!hasIt || senders.contains(peer.key)) {
        actions.accept(new Action.SendHave(peer.key, piece));
      }
      if (wanted && hasIt) {
        peer.offers--;
        reconsider(peer, now);
      }
    }
    if (!guilty.isEmpty()) {
      ban(guilty, "sent a corrupt block of piece " + piece, now);
    }
  }

  void failed(int piece, long[] digests, long now) {
    List<PeerKey> senders = new ArrayList<>(picker.senders(piece));
    boolean wanted = picker.wants(piece);
    picker.failed(piece);
    if (!wanted && picker.wants(piece)) {
      for (PeerState peer : peers.values()) {
        if (peer.pieces.get(piece)) {
          peer.offers++;
          reconsider(peer, now);
        }
      }
    }
    ban(smartBan.failed(piece, senders, digests), "sent the whole of corrupt piece " + piece, now);
    if (smartBan.suspects(piece)) {
      picker.suspect(piece);
    }
    hurry(now);
  }

  private void ban(Set<PeerKey> guilty, String why, long now) {
    for (PeerKey key : guilty) {
      if (!key.equals(PeerKey.DISK)) {
        log.accept(new Decision(now, key, Topic.BAN, "smart-ban", why));
        actions.accept(new Action.Ban(key, why));
      }
    }
  }

  private void note(long now, PeerState peer, Topic topic, String rule, String detail) {
    if (logged) {
      log.accept(new Decision(now, peer.key, topic, rule, detail));
    }
  }
}
