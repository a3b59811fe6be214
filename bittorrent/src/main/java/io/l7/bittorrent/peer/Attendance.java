package io.l7.bittorrent.peer;

import io.l7.bittorrent.swarm.PeerKey;
import io.l7.bittorrent.wire.Handshake;
import io.l7.common.net.Connection;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who is connected to a torrent, and what each has been told of the others. Called with the
 * torrent's lock held.
 */
final class Attendance {
  private final PeerNode node;
  private final Roster roster;
  private final Map<Integer, PeerExchange> exchanges = new HashMap<>();
  private int serial;

  Attendance(PeerNode node) {
    this.node = node;
    this.roster = new Roster(node.limits(), node.peerId());
  }

  Roster roster() {
    return roster;
  }

  List<PeerConnection> all() {
    return new ArrayList<>(roster.all());
  }

  /** Why a connection may not join; empty when it may. */
  Optional<String> refusal(
      Handshake theirs, PeerConnection.Origin origin, InetSocketAddress address) {
    return roster.refusal(theirs, origin, address);
  }

  /** Takes a connection in. */
  PeerConnection join(
      TorrentSession torrent,
      Connection connection,
      Handshake theirs,
      PeerConnection.Origin origin) {
    var key = new PeerKey(++serial, connection.peer().toString().replaceFirst("^.*/", ""));
    var peer = new PeerConnection(torrent, connection, theirs, key, origin, node.wireLimits());
    roster.add(peer);
    exchanges.put(key.id(), new PeerExchange(node.limits()));
    return peer;
  }

  /** A connection is over; whether it was here. */
  boolean leave(PeerConnection peer) {
    exchanges.remove(peer.key().id());
    return roster.remove(peer);
  }

  /** Tells each peer of the others where that is due (BEP 11). */
  void exchange(long now) {
    for (var peer : roster.all()) {
      var exchange = exchanges.get(peer.key().id());
      if (exchange != null) {
        exchange.round(peer, roster.all(), now);
      }
    }
  }

  void nudge() {
    roster.all().forEach(peer -> peer.outbox().nudge());
  }
}
