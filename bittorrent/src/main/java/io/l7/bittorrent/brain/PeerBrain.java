package io.l7.bittorrent.brain;

import io.l7.bittorrent.pick.PiecePicker;
import io.l7.bittorrent.pick.PipelineDepth;
import io.l7.bittorrent.pick.ReadingOrder;
import io.l7.bittorrent.pick.ReadingOrder.Limits;
import io.l7.bittorrent.pick.ReadingOrder.Mode;
import io.l7.bittorrent.pick.Receipt;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.Decision;
import io.l7.bittorrent.swarm.PeerKey;
import io.l7.bittorrent.swarm.PieceLayout;
import io.l7.bittorrent.swarm.PiecePriority;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Everything one peer decides about one torrent: whom to choke, what to request, what to announce,
 * whom to ban. Whoever owns the connections reports what happened by calling the event methods, and
 * carries out the {@link Action}s that come out, in order.
 *
 * <p>Contract of the driver:
 *
 * <ul>
 *   <li>Not safe for concurrent use: hold one lock, or call from one thread. Actions are delivered
 *       during the call that causes them; the receiver must only queue them, and never call back.
 *   <li>{@code now} is nanoseconds of one monotonic clock, as {@link System#nanoTime()}.
 *   <li>{@link #tick} at least once a second. Everything urgent happens in the events themselves.
 *   <li>After the handshake: {@link #connected}, then the peer's messages, then {@link
 *       #disconnected}. Events of unknown peers are ignored, so late ones do no harm.
 *   <li>When {@link #block} answers {@link Receipt.Wanted}, store the block before acting on a
 *       {@link Action.Verify} of the same call. Anything else it answers: drop the bytes.
 *   <li>A choked peer's upload queue is dropped by the driver on {@link Action.SendChoke}.
 * </ul>
 */
public final class PeerBrain {
  /** A log that keeps nothing; then no reason is even put into words. */
  public static final Consumer<Decision> UNLOGGED = _ -> {};

  private static final long[] NO_DIGESTS = {};

  /** Blocks that a source is asked for at a time while somebody reads; 1 MiB. */
  private static final int SHORT_RUN = 64;

  private final PieceLayout layout;
  private final BrainConfig config;
  private final Consumer<Action> actions;
  private final Map<PeerKey, PeerState> peers = new LinkedHashMap<>();
  private final PiecePicker picker;
  private final DownloadSide downloads;
  private final UploadSide uploads;
  private final SourceSide sources;
  private ReadingOrder order;
  private boolean complete;

  /**
   * @param layout of the torrent
   * @param have what is verified already
   * @param config the policies
   * @param random every choice by lot comes from here
   * @param actions receives what is to be done
   * @param log receives every decision with its reason
   */
  public PeerBrain(
      PieceLayout layout,
      Bitfield have,
      BrainConfig config,
      RandomGenerator random,
      Consumer<Action> actions,
      Consumer<Decision> log) {
    this.layout = layout;
    this.config = config;
    this.actions = actions;
    this.picker = new PiecePicker(layout, have, config.pick(), random);
    this.sources = new SourceSide(picker, config, layout.pieces(), log);
    this.downloads = new DownloadSide(picker, config, actions, log, peers, sources);
    this.uploads =
        new UploadSide(layout, config, random, actions, log, peers.values(), picker.have());
    this.order = new ReadingOrder(layout, List.of(), Mode.RAREST_FIRST, Limits.DEFAULTS);
    this.complete = picker.wantedMissing() == 0;
  }

  // --- connections

  /** The handshake with a peer is over. */
  public void connected(PeerKey key, Extensions extensions, long now) {
    PeerState peer =
        new PeerState(key, extensions, layout.pieces(), new PipelineDepth(config.pipeline()), now);
    peers.put(key, peer);
    uploads.connected(peer, now);
  }

  /** The connection is gone. */
  public void disconnected(PeerKey key, long now) {
    PeerState peer = peers.remove(key);
    if (peer != null) {
      downloads.gone(peer, now);
      uploads.gone(peer, now);
    }
  }

  // --- messages

  /**
   * A bitfield, {@code have all} or {@code have none}: the first message, or none of it.
   *
   * @throws IllegalArgumentException when its size is not the number of pieces
   */
  public void bitfield(PeerKey key, Bitfield pieces, long now) {
    if (pieces.size() != layout.pieces()) {
      throw new IllegalArgumentException("a bitfield of " + pieces.size() + " pieces");
    }
    PeerState peer = peers.get(key);
    if (peer == null) {
      return;
    }
    if (!peer.pieces.isEmpty()) {
      for (int piece = pieces.nextSet(0); piece >= 0; piece = pieces.nextSet(piece + 1)) {
        have(key, piece, now);
      }
      return;
    }
    for (int piece = pieces.nextSet(0); piece >= 0; piece = pieces.nextSet(piece + 1)) {
      peer.pieces.set(piece);
    }
    downloads.has(peer, pieces, now);
    uploads.has(peer, pieces, now);
  }

  /** {@code have}; an index beyond the torrent is ignored here, the wire refuses it. */
  public void have(PeerKey key, int piece, long now) {
    PeerState peer = peers.get(key);
    if (peer != null && piece >= 0 && piece < layout.pieces() && peer.pieces.set(piece)) {
      downloads.has(peer, piece, now);
      uploads.has(peer, piece, now);
    }
  }

  /** {@code choke}. */
  public void choked(PeerKey key, long now) {
    PeerState peer = peers.get(key);
    if (peer != null && peer.unchokesUs) {
      downloads.choked(peer, now);
    }
  }

  /** {@code unchoke}. */
  public void unchoked(PeerKey key, long now) {
    PeerState peer = peers.get(key);
    if (peer != null && !peer.unchokesUs) {
      downloads.unchoked(peer, now);
    }
  }

  /** {@code interested}. */
  public void interested(PeerKey key, long now) {
    PeerState peer = peers.get(key);
    if (peer != null) {
      uploads.interest(peer, true, now);
    }
  }

  /** {@code not interested}. */
  public void notInterested(PeerKey key, long now) {
    PeerState peer = peers.get(key);
    if (peer != null) {
      uploads.interest(peer, false, now);
    }
  }

  /** {@code request}: answered by {@link Action.Serve}, {@link Action.SendReject} or silence. */
  public void requested(PeerKey key, Block block) {
    PeerState peer = peers.get(key);
    if (peer != null) {
      uploads.requested(peer, block);
    }
  }

  /** {@code cancel}. */
  public void cancelled(PeerKey key, Block block) {
    PeerState peer = peers.get(key);
    if (peer != null) {
      uploads.cancelled(peer, block);
    }
  }

  /** {@code reject request} (BEP 6). */
  public void rejected(PeerKey key, Block block, long now) {
    PeerState peer = peers.get(key);
    if (peer != null) {
      downloads.rejected(peer, block, now);
    }
  }

  /** {@code piece}: a block arrived; only a {@link Receipt.Wanted} one is to be stored. */
  public Receipt block(PeerKey key, Block block, long now) {
    PeerState peer = peers.get(key);
    PeerState from = peer == null ? sources.of(key) : peer;
    return from == null ? new Receipt.Unrequested() : downloads.block(from, block, now);
  }

  /** Bytes of a block that we were told to serve have left. */
  public void served(PeerKey key, int bytes, long now) {
    PeerState peer = peers.get(key);
    if (peer != null) {
      uploads.served(peer, bytes, now);
    }
  }

  /** A block that we were told to serve is not: too many wait already, or it was lost on disk. */
  public void notServed(PeerKey key, Block block) {
    PeerState peer = peers.get(key);
    if (peer != null) {
      uploads.notServed(peer, block);
    }
  }

  // --- sources that are no peers (BEP 19)

  /** A source that has everything until {@link #lacks} says otherwise, and wants nothing. */
  public void sourceJoined(PeerKey key, long now) {
    sources.joined(key, now);
  }

  /** Which pieces a source turned out not to have; empty when it may be asked for any again. */
  public void lacks(PeerKey key, Bitfield pieces) {
    PeerState source = sources.of(key);
    if (source != null) {
      sources.lacks(source, pieces);
    }
  }

  /**
   * What a source is to send next, in the order of the content; nothing when it cannot help now.
   * Each block is to be reported by {@link #block}, or the rest by {@link #released}.
   *
   * @param blocks at most, unless one piece has more
   */
  public List<Block> ask(PeerKey key, int blocks, long now) {
    PeerState source = sources.of(key);
    int most = order.hasReaders() ? Math.min(blocks, SHORT_RUN) : blocks;
    return source == null ? List.of() : downloads.ask(source, most, now);
  }

  /**
   * Whether what a source is about to send is of use: not when others brought it first, nor when
   * somebody waits for something else that nobody was asked for.
   */
  public boolean awaits(PeerKey key) {
    PeerState source = sources.of(key);
    return source != null
        && picker.outstanding(key).stream().anyMatch(picker::lacks)
        && !(order.hasReaders() && picker.isBesideThePoint(key, source.pieces));
  }

  /** What a source was asked for and has not sent will not come. */
  public void released(PeerKey key, long now) {
    PeerState source = sources.of(key);
    if (source != null) {
      downloads.released(source, now);
    }
  }

  /** A source is used no more. */
  public void sourceLeft(PeerKey key, long now) {
    released(key, now);
    sources.left(key);
  }

  /** Every source as a status shows it, in the order in which they joined. */
  public List<PeerView> sources(long now) {
    return sources.views(now);
  }

  // --- pieces

  /** Whether {@link #verified(int, long[], long)} needs the digests of this piece's blocks. */
  public boolean suspects(int piece) {
    return downloads.suspects(piece);
  }

  /** Some, but not all, blocks of a piece are on disk from an earlier run. */
  public void stored(int piece, Bitfield blocks) {
    picker.stored(piece, blocks);
  }

  /** A piece that nobody is suspected of has the right hash. */
  public void verified(int piece, long now) {
    verified(piece, NO_DIGESTS, now);
  }

  /**
   * A piece has the right hash.
   *
   * @param digests of its blocks in order, 64 bits of a hash each; may be empty for a piece that is
   *     not suspect
   */
  public void verified(int piece, long[] digests, long now) {
    if (picker.have().get(piece)) {
      return;
    }
    downloads.verified(piece, digests, now);
    picker.urge(order.urgent(picker::wants));
    if (!complete && picker.wantedMissing() == 0) {
      complete = true;
      actions.accept(new Action.Complete());
      uploads.seeding(now);
    }
  }

  /**
   * A piece has not the right hash, or was lost on disk; it will be fetched again.
   *
   * @param digests of its blocks in order as they were received; empty when the fault is ours
   */
  public void failed(int piece, long[] digests, long now) {
    order.missing(piece);
    downloads.failed(piece, digests, now);
    picker.urge(order.urgent(picker::wants));
    complete = picker.wantedMissing() == 0;
  }

  /** Selects what is wanted: one priority a piece. */
  public void select(List<PiecePriority> priorities, long now) {
    for (int piece = 0; piece < layout.pieces(); piece++) {
      picker.prioritise(piece, priorities.get(piece));
    }
    order.missing(0);
    picker.urge(order.urgent(picker::wants));
    downloads.reselected(now);
    complete = picker.wantedMissing() == 0;
  }

  /** What comes before the rarest pieces, from now on. */
  public void order(ReadingOrder newOrder) {
    order = newOrder;
    picker.urge(order.urgent(picker::wants));
  }

  /** Who reads the content now: what is before each of them comes first. */
  public void readers(List<ReadingOrder.Reader> now, long time) {
    order.readers(now);
    picker.urge(order.urgent(picker::wants));
    downloads.hurry(time);
  }

  /** Whether a piece is verified. */
  public boolean has(int piece) {
    return picker.have().get(piece);
  }

  /** Stops asking, as when the disk is full: without it every lost block would be asked again. */
  public void pause() {
    downloads.pause();
  }

  /** Asks again. */
  public void resume(long now) {
    downloads.resume(now);
  }

  // --- time and status

  /** Lets rounds and time-outs happen; at least once a second. */
  public void tick(long now) {
    if (order.hasReaders()) {
      downloads.tickForReaders(now);
    }
    downloads.tick(now);
    uploads.tick(now);
  }

  /** What is verified; a copy. */
  public Bitfield have() {
    return picker.have().copy();
  }

  /** Whether every selected piece is verified. */
  public boolean complete() {
    return complete;
  }

  /** How many connected peers have a piece. */
  public int availability(int piece) {
    return picker.availability(piece);
  }

  /** Every connected peer as a status shows it, in order of connection. */
  public List<PeerView> peers(long now) {
    return peers.values().stream()
        .map(peer -> peer.view(now, picker.outstanding(peer.key).size()))
        .toList();
  }
}
