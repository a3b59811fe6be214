package io.l7.bittorrent.peer;

import io.l7.bittorrent.brain.Action;
import io.l7.bittorrent.brain.Extensions;
import io.l7.bittorrent.pick.Receipt;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.PeerKey;
import io.l7.bittorrent.swarm.PieceLayout;
import io.l7.bittorrent.wire.ExtensionHandshake;
import io.l7.bittorrent.wire.Handshake;
import io.l7.bittorrent.wire.Message;
import io.l7.bittorrent.wire.MessageReader;
import io.l7.bittorrent.wire.MetadataMessage;
import io.l7.bittorrent.wire.PeerId;
import io.l7.bittorrent.wire.PexMessage;
import io.l7.bittorrent.wire.WireLimits;
import io.l7.bittorrent.wire.WireViolation;
import io.l7.common.framing.WireReader;
import io.l7.common.net.Connection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * One peer, from the handshake to the end: the reading half of the dialogue. Reads a message, tells
 * the torrent, and again. The writing half is {@link PeerWriter}.
 */
final class PeerConnection implements MetadataTrade.Teller {
  /** The id under which we want metadata messages (BEP 9). */
  static final int UT_METADATA = 1;

  /** The id under which we want peer exchange (BEP 11). */
  static final int UT_PEX = 2;

  private final TorrentSession torrent;
  private final Connection connection;
  private final Handshake theirs;
  private final PeerKey key;
  private final Origin origin;
  private final WireLimits limits;
  private final Outbox outbox;
  private final MessageReader reader;
  private final PeerVoice voice;
  private final WireRules rules;
  private final long since = System.nanoTime();
  private volatile Optional<ExtensionHandshake> extension = Optional.empty();
  private volatile Optional<InetSocketAddress> listening;
  private volatile boolean closed;
  private boolean fieldSeen;
  private boolean fieldWasLast;
  private int blocksNotAsked;
  private int blocksSinceNudge;
  private long exchangedAt = Long.MIN_VALUE;

  /** Who made the connection. */
  enum Origin {
    INCOMING,
    OUTGOING
  }

  PeerConnection(
      TorrentSession torrent,
      Connection connection,
      Handshake theirs,
      PeerKey key,
      Origin origin,
      WireLimits limits) {
    this.torrent = torrent;
    this.connection = connection;
    this.theirs = theirs;
    this.key = key;
    this.origin = origin;
    this.limits = limits;
    this.listening = origin == Origin.OUTGOING ? Optional.of(connection.peer()) : Optional.empty();
    this.outbox = new Outbox(limits.requestsServed(), limits.unsent());
    this.voice = new PeerVoice(outbox, isFast() ? PeerVoice.Dialect.FAST : PeerVoice.Dialect.PLAIN);
    this.rules = new WireRules(torrent::layout, extensions());
    connection.in().bulkCapacity(WireReader.MAX_CAPACITY);
    this.reader =
        torrent
            .layout()
            .map(layout -> new MessageReader(connection.in(), limits, layout.pieces()))
            .orElseGet(() -> new MessageReader(connection.in(), limits));
  }

  PeerKey key() {
    return key;
  }

  PeerId peerId() {
    return theirs.peerId();
  }

  Origin origin() {
    return origin;
  }

  InetSocketAddress address() {
    return connection.peer();
  }

  Outbox outbox() {
    return outbox;
  }

  Optional<ExtensionHandshake> extension() {
    return extension;
  }

  /** Where it can be dialled, as far as is known. */
  Optional<InetSocketAddress> listening() {
    return listening;
  }

  /** It can be dialled here, as turned out; whether that is where we have it. */
  boolean listensAt(InetSocketAddress dialled) {
    if (listening.isEmpty() && dialled.getAddress().equals(address().getAddress())) {
      listening = Optional.of(dialled);
    }
    return listening.filter(dialled::equals).isPresent();
  }

  /** The peer's program, by its own words or by its id. */
  String client() {
    return extension.flatMap(ExtensionHandshake::client).orElse(theirs.peerId().client());
  }

  boolean isFast() {
    return theirs.extensions().contains(Handshake.Extension.FAST);
  }

  Extensions extensions() {
    return isFast() ? Extensions.FAST : Extensions.NONE;
  }

  boolean speaksExtensions() {
    return theirs.extensions().contains(Handshake.Extension.EXTENSION_PROTOCOL);
  }

  /** Whether it says that it can tell what the torrent is (BEP 9). */
  boolean offersMetadata() {
    return extension.flatMap(ExtensionHandshake::metadataSize).isPresent();
  }

  /** Since when it is here, in nanoseconds. */
  long since() {
    return since;
  }

  boolean isClosed() {
    return closed;
  }

  /** Ends the connection; safe from any thread. */
  void close() {
    closed = true;
    outbox.close();
    connection.close();
  }

  /** The dialogue; returns when the connection is over. */
  void run() throws IOException {
    // Ended by closing what it waits for, never by an interrupt: that would close the file it reads
    // under all others who read it.
    Thread.ofVirtual()
        .name("peer-writer-" + key.id())
        .start(new PeerWriter(torrent, connection, outbox, key, this::close));
    try {
      while (true) {
        connection.deadline(limits.idle(), "next message");
        var message = reader.read();
        if (message.isEmpty()) {
          return;
        }
        handle(message.get());
        if (!outbox.awaitRoom(limits.stuck())) {
          throw new WireViolation("what it asked for is not read");
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      close();
    }
  }

  private void handle(Message message) throws IOException {
    boolean afterField = fieldWasLast;
    fieldWasLast = false;
    switch (message) {
      case Message.KeepAlive() -> {}
      case Message.Unknown _ -> {}
      case Message.Port(int port) ->
          torrent.dht().heard(new InetSocketAddress(address().getAddress(), port));
      case Message.Extended(int id, byte[] payload) -> extended(id, payload);
      case Message.Piece piece -> piece(piece);
      case Message.BitfieldMessage(byte[] bits) -> {
        // BEP 3 wants it first and once. Later on aria2 sends one in place of many haves.
        if (fieldSeen && !afterField) {
          fieldSeen = false;
        }
        field(rules.bitfield(bits));
      }
      case Message.HaveAll() -> field(rules.fast(Bitfield::full));
      case Message.HaveNone() -> field(rules.fast(Bitfield::empty));
      case Message.SuggestPiece(int piece) -> rules.fastPiece(piece);
      case Message.AllowedFast(int piece) -> rules.fastPiece(piece);
      default -> {
        if (torrent.layout().isPresent()) {
          swarming(message, torrent.layout().get());
        }
      }
    }
  }

  /** What only means something once the pieces are known; before that it is forgotten. */
  private void swarming(Message message, PieceLayout layout) throws WireViolation {
    long now = System.nanoTime();
    switch (message) {
      case Message.Choke() -> {
        voice.requestsOut().set(0);
        torrent.tell(brain -> brain.choked(key, now));
      }
      case Message.Unchoke() -> torrent.tell(brain -> brain.unchoked(key, now));
      case Message.Interested() -> torrent.tell(brain -> brain.interested(key, now));
      case Message.NotInterested() -> torrent.tell(brain -> brain.notInterested(key, now));
      case Message.Have(int piece) -> {
        WireRules.piece(piece, layout);
        torrent.tell(brain -> brain.have(key, piece, now));
      }
      case Message.Request(int piece, int offset, int length) ->
          request(piece, offset, length, layout);
      case Message.Cancel(int piece, int offset, int length) -> {
        if (WireRules.isBlock(piece, offset, length, layout)) {
          torrent.tell(brain -> brain.cancelled(key, new Block(piece, offset, length)));
        }
      }
      case Message.RejectRequest(int piece, int offset, int length) -> {
        if (!isFast() || !WireRules.isBlock(piece, offset, length, layout)) {
          throw new WireViolation("a reject that makes no sense");
        }
        voice.requestsOut().decrementAndGet();
        torrent.tell(brain -> brain.rejected(key, new Block(piece, offset, length), now));
      }
      default -> throw new IllegalStateException("handled before: " + message);
    }
  }

  private void request(int piece, int offset, int length, PieceLayout layout) throws WireViolation {
    if (length > limits.requestLength()) {
      throw new WireViolation("a request for " + Integer.toUnsignedLong(length) + " bytes");
    }
    if (WireRules.isBlock(piece, offset, length, layout)) {
      torrent.tell(brain -> brain.requested(key, new Block(piece, offset, length)));
    } else if (isFast()) {
      // BEP 6: every request is answered.
      outbox.add(new Message.RejectRequest(piece, offset, length));
    } else {
      throw new WireViolation("a request beyond the content");
    }
  }

  private void field(Optional<Bitfield> field) throws WireViolation {
    if (fieldSeen) {
      throw new WireViolation("a second bitfield");
    }
    fieldSeen = true;
    fieldWasLast = true;
    field.ifPresent(f -> torrent.tell(brain -> brain.bitfield(key, f, System.nanoTime())));
  }

  private void piece(Message.Piece piece) throws IOException {
    var layout = torrent.layout();
    boolean known =
        layout.isPresent()
            && WireRules.isBlock(piece.piece(), piece.offset(), piece.length(), layout.get())
            && layout.get().onGrid(new Block(piece.piece(), piece.offset(), piece.length()));
    if (!known) {
      reader.skipBlock();
      notAsked(piece.length());
      return;
    }
    var block = new Block(piece.piece(), piece.offset(), piece.length());
    torrent.downPace().take(block.length());
    var buffers = torrent.buffers();
    var data = buffers.take();
    boolean kept = false;
    try {
      reader.block(data, 0, block.length());
      switch (torrent.block(key, block, data)) {
        case Receipt.Wanted _ -> {
          kept = true;
          voice.requestsOut().decrementAndGet();
        }
        case Receipt.Duplicate() -> {
          voice.requestsOut().decrementAndGet();
          torrent.counters().wasted().add(block.length());
        }
        case Receipt.Unrequested() -> notAsked(block.length());
      }
    } finally {
      if (!kept) {
        buffers.give(data);
      }
    }
    if (++blocksSinceNudge >= Outbox.worthAWrite(voice.requestsOut().get())) {
      blocksSinceNudge = 0;
      outbox.nudge();
    }
  }

  private void notAsked(int bytes) throws WireViolation {
    torrent.counters().wasted().add(bytes);
    if (++blocksNotAsked > limits.blocksNotAsked()) {
      throw new WireViolation("more than " + limits.blocksNotAsked() + " blocks nobody asked for");
    }
  }

  private void extended(int id, byte[] payload) throws WireViolation {
    switch (id) {
      case 0 -> {
        var said = ExtensionHandshake.decode(payload);
        var handshake = extension.map(before -> before.and(said)).orElse(said);
        extension = Optional.of(handshake);
        // BEP 10 allows another one later; who moves its port with each would fill the book alone.
        if (listening.isEmpty() && handshake.port().isPresent()) {
          var address = new InetSocketAddress(address().getAddress(), handshake.port().get());
          listening = Optional.of(address);
          torrent.door().learned(address);
        }
        torrent.metadata().introduced(this, handshake, System.nanoTime());
      }
      case UT_METADATA -> torrent.metadata(this, MetadataMessage.decode(payload));
      case UT_PEX -> exchanged(payload);
      default -> {} // BEP 10: not ours to judge
    }
  }

  private void exchanged(byte[] payload) {
    long now = System.nanoTime();
    boolean early =
        exchangedAt != Long.MIN_VALUE
            && now - exchangedAt < torrent.limits().exchangeRound().toNanos() / 2;
    if (!early) {
      exchangedAt = now;
      PexMessage.decode(payload).ifPresent(torrent::exchanged);
    }
  }

  @Override
  public void say(MetadataMessage message) {
    extension
        .flatMap(e -> e.idOf(ExtensionHandshake.UT_METADATA))
        .ifPresent(id -> outbox.add(new Message.Extended(id, message.encode())));
  }

  /**
   * Carries out what the brain wants said to this peer; whether there was room for it. Called with
   * the torrent's lock held.
   */
  boolean perform(Action.ToPeer action) {
    if (action instanceof Action.Ban) {
      close();
    }
    return voice.say(action);
  }
}
