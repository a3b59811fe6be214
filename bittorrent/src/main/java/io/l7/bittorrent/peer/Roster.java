package io.l7.bittorrent.peer;

import io.l7.bittorrent.swarm.PeerKey;
import io.l7.bittorrent.wire.Handshake;
import io.l7.bittorrent.wire.PeerId;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The connections of one torrent, and who may join. Called with the torrent's lock held. */
final class Roster {
  private final PeerId ours;
  private final Map<Integer, PeerConnection> connections = new LinkedHashMap<>();

  Roster(PeerId ours) {
    this.ours = ours;
  }

  int size() {
    return connections.size();
  }

  Collection<PeerConnection> all() {
    return connections.values();
  }

  Optional<PeerConnection> of(PeerKey key) {
    return Optional.ofNullable(connections.get(key.id()));
  }

  /** The connection with the peer of that id. */
  Optional<PeerConnection> of(PeerId peerId) {
    return connections.values().stream().filter(c -> c.peerId().equals(peerId)).findFirst();
  }

  /** The connections that are not being closed. */
  List<PeerConnection> open() {
    return connections.values().stream().filter(c -> !c.isClosed()).toList();
  }

  /**
   * Judges a connection whose handshakes are through by who it is. Of two between the same peers
   * the one that the greater peer id has made stays, so that both ends keep the same.
   *
   * @return a reason to refuse it; empty when there is none
   */
  Optional<String> refusal(
      Handshake theirs, PeerConnection.Origin origin, InetSocketAddress address) {
    if (theirs.peerId().equals(ours)) {
      return Optional.of("that is ourselves");
    }
    var other = of(theirs.peerId());
    if (other.isEmpty()) {
      return Optional.empty();
    }
    boolean oursIsGreater = Arrays.compareUnsigned(ours.bytes(), theirs.peerId().bytes()) > 0;
    var staying = oursIsGreater ? PeerConnection.Origin.OUTGOING : PeerConnection.Origin.INCOMING;
    // A peer id is no secret: from elsewhere it must not push out who is here under it.
    boolean samePlace = other.get().address().getAddress().equals(address.getAddress());
    if (samePlace && origin == staying && other.get().origin() != staying) {
      other.get().close();
      return Optional.empty();
    }
    return Optional.of("connected already");
  }

  void add(PeerConnection connection) {
    connections.put(connection.key().id(), connection);
  }

  boolean remove(PeerConnection connection) {
    return connections.remove(connection.key().id(), connection);
  }
}
