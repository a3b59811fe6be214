package io.l7.bittorrent.peer;

import io.l7.bittorrent.brain.PeerView;
import io.l7.bittorrent.wire.Handshake;
import io.l7.bittorrent.wire.Message;
import io.l7.bittorrent.wire.WireViolation;
import io.l7.common.net.Connection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where peers come into a torrent and leave it: who may, and who must hear of it. */
final class Door {
  private static final Logger LOG = LoggerFactory.getLogger(Door.class);

  private final TorrentSession torrent;
  private final PeerNode node;
  private final Object lock;
  private final Attendance attendance;
  private final Recruiter recruiter;

  /** The door of {@code torrent}, whose lock guards the attendance. */
  Door(
      TorrentSession torrent,
      PeerNode node,
      Object lock,
      Attendance attendance,
      Recruiter recruiter) {
    this.torrent = torrent;
    this.node = node;
    this.lock = lock;
    this.attendance = attendance;
    this.recruiter = recruiter;
  }

  /** What became of a connection at the door. */
  enum Entry {
    JOINED,
    /** It was one too many with a peer that is here, and can be dialled at its address. */
    HERE_ALREADY,
    REFUSED
  }

  /** Takes a connection whose handshakes are through, and stays with it to its end. */
  Entry serve(Connection connection, Handshake theirs, PeerConnection.Origin origin)
      throws IOException {
    PeerConnection peer;
    synchronized (lock) {
      var refusal = refusal(theirs, origin, connection.peer());
      if (refusal.isPresent()) {
        LOG.debug(
            "torrent {}: {} refused: {}", torrent.infoHash(), connection.peer(), refusal.get());
        return origin == PeerConnection.Origin.OUTGOING
            ? turnedAway(connection.peer(), theirs)
            : Entry.REFUSED;
      }
      peer = attendance.join(torrent, connection, theirs, origin);
      if (origin == PeerConnection.Origin.OUTGOING) {
        recruiter.connected(connection.peer());
      }
      torrent.swarming().ifPresent(swarm -> swarm.view().met(peer.key(), peer.peerId()));
      torrent.tell(brain -> brain.connected(peer.key(), peer.extensions(), System.nanoTime()));
      if (peer.speaksExtensions()) {
        var introduction = Introduction.of(torrent.swarming(), node);
        peer.outbox().add(new Message.Extended(0, introduction.encode()));
      }
      if (theirs.extensions().contains(Handshake.Extension.DHT)) {
        torrent
            .dht()
            .port(connection.peer())
            .ifPresent(port -> peer.outbox().add(new Message.Port(port)));
      }
    }
    try {
      peer.run();
    } catch (WireViolation e) {
      node.counters().violations().add();
      LOG.debug(
          "torrent {}: {} broke the protocol: {}", torrent.infoHash(), peer.key(), e.getMessage());
    } finally {
      gone(peer);
    }
    return Entry.JOINED;
  }

  private Entry turnedAway(InetSocketAddress dialled, Handshake theirs) {
    if (theirs.peerId().equals(node.peerId())) {
      recruiter.own(dialled);
    }
    var here = attendance.roster().of(theirs.peerId());
    if (here.isEmpty() || !here.get().listensAt(dialled)) {
      return Entry.REFUSED;
    }
    recruiter.connected(dialled);
    return Entry.HERE_ALREADY;
  }

  /** A peer that came to us says where it can be dialled. */
  void learned(InetSocketAddress address) {
    recruiter.connected(address);
  }

  /** Connections that are here. */
  int connections() {
    synchronized (lock) {
      return attendance.roster().size();
    }
  }

  /** Places that are not free for a peer that we know of. */
  int occupied() {
    synchronized (lock) {
      return attendance.occupied(torrent.swarming());
    }
  }

  /** Sends away whoever from outside is of least use; whether somebody had to go. */
  boolean dismissIncoming() {
    synchronized (lock) {
      return attendance.dismissIncoming(torrent.swarming());
    }
  }

  private Optional<String> refusal(
      Handshake theirs, PeerConnection.Origin origin, InetSocketAddress address) {
    return switch (torrent.state()) {
      case TorrentState.Closed(), TorrentState.Checking() -> Optional.of("not ready");
      default ->
          recruiter.isBanned(address.getAddress())
              ? Optional.of("banned")
              : attendance.refusal(theirs, origin, address, torrent.swarming());
    };
  }

  private void gone(PeerConnection peer) {
    peer.close();
    synchronized (lock) {
      if (attendance.leave(peer)) {
        long now = System.nanoTime();
        torrent.metadata().gone(peer, now);
        boolean ofUse = torrent.swarming().map(swarm -> lastLook(swarm, peer, now)).orElse(true);
        peer.listening().ifPresent(ofUse ? recruiter::ended : recruiter::failed);
        torrent.tell(brain -> brain.disconnected(peer.key(), now));
      }
    }
  }

  /** Takes stock before it is forgotten; whether a block ever passed. */
  private boolean lastLook(Swarming swarm, PeerConnection peer, long now) {
    var views = swarm.brain().peers(now);
    swarm.view().observe(swarm.brain(), views, now);
    swarm.view().left(peer.key());
    int all = swarm.layout().pieces();
    var last = views.stream().filter(v -> v.peer().equals(peer.key())).findFirst();
    if (last.filter(v -> v.pieces() == all).isPresent()) {
      peer.listening().ifPresent(recruiter::complete);
    }
    return last.filter(PeerView::hasTraded).isPresent();
  }
}
