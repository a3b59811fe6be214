package io.l7.bittorrent.peer;

import io.l7.bittorrent.swarm.PeerKey;
import io.l7.bittorrent.wire.Handshake;
import io.l7.bittorrent.wire.PeerId;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The connections of one torrent, and who may join. Called with the torrent's lock held. */
final class Roster {
  private final PeerLimits limits;
  private final PeerId ours;
  private final Map<Integer, PeerConnection> connections = new LinkedHashMap<>();

  Roster(PeerLimits limits, PeerId ours) {
    this.limits = limits;
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

  /**
   * Judges a connection whose handshakes are through. Of two between the same peers the one that
   * the greater peer id has made stays, so that both ends keep the same.
   *
   * @return a reason to refuse it; empty when it may join
   */
  Optional<String> refusal(
      Handshake theirs, PeerConnection.Origin origin, InetSocketAddress address) {
    if (theirs.peerId().equals(ours)) {
      return Optional.of("that is ourselves");
    }
    if (isFull() && !makeRoom()) {
      return Optional.of("enough peers");
    }
    long fromThere =
        connections.values().stream()
            .filter(c -> c.address().getAddress().equals(address.getAddress()))
            .count();
    if (fromThere >= limits.perAddress()) {
      return Optional.of("enough peers of this address");
    }
    var other =
        connections.values().stream().filter(c -> c.peerId().equals(theirs.peerId())).findFirst();
    if (other.isEmpty()) {
      return Optional.empty();
    }
    boolean oursIsGreater = Arrays.compareUnsigned(ours.bytes(), theirs.peerId().bytes()) > 0;
    var staying = oursIsGreater ? PeerConnection.Origin.OUTGOING : PeerConnection.Origin.INCOMING;
    if (origin == staying && other.get().origin() != staying) {
      other.get().close();
      return Optional.empty();
    }
    return Optional.of("connected already");
  }

  private boolean isFull() {
    return connections.values().stream().filter(c -> !c.isClosed()).count() >= limits.perTorrent();
  }

  /** Who has been here longest without a word gives way. */
  private boolean makeRoom() {
    var mute = connections.values().stream().filter(PeerConnection::isMute).findFirst();
    mute.ifPresent(PeerConnection::close);
    return mute.isPresent();
  }

  void add(PeerConnection connection) {
    connections.put(connection.key().id(), connection);
  }

  boolean remove(PeerConnection connection) {
    return connections.remove(connection.key().id(), connection);
  }
}
