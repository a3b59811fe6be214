package io.l7.bittorrent.peer;

import io.l7.bittorrent.brain.PeerView;
import io.l7.bittorrent.peer.Turnover.Use;
import io.l7.bittorrent.swarm.PeerKey;
import io.l7.bittorrent.wire.Handshake;
import io.l7.common.net.Connection;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is connected to a torrent, and what each has been told of the others. Called with the
 * torrent's lock held.
 */
final class Attendance {
  private static final Logger LOG = LoggerFactory.getLogger(Attendance.class);

  /** Peers that have left whose address is remembered. */
  private static final int REMEMBERED = 1_000;

  private final PeerNode node;
  private final Roster roster;
  private final Map<Integer, PeerExchange> exchanges = new HashMap<>();

  /** Where those were who left last: who sent a corrupt block may have left before it is found. */
  private final LinkedHashMap<Integer, InetSocketAddress> departed = new LinkedHashMap<>();

  private int serial;

  Attendance(PeerNode node) {
    this.node = node;
    this.roster = new Roster(node.peerId());
  }

  Roster roster() {
    return roster;
  }

  List<PeerConnection> all() {
    return new ArrayList<>(roster.all());
  }

  /** Why a connection may not join; empty when it may, and then somebody else may have to go. */
  Optional<String> refusal(
      Handshake theirs,
      PeerConnection.Origin origin,
      InetSocketAddress address,
      Optional<Swarming> swarming) {
    var why = roster.refusal(theirs, origin, address);
    if (why.isPresent()) {
      return why;
    }
    var all = roster.open();
    var neighbours =
        all.stream().filter(c -> c.address().getAddress().equals(address.getAddress())).toList();
    if (neighbours.size() >= node.limits().perAddress()) {
      return dismiss(neighbours, swarming)
          ? Optional.empty()
          : Optional.of("enough peers of this address");
    }
    return all.size() < node.limits().perTorrent() || dismiss(all, swarming)
        ? Optional.empty()
        : Optional.of("enough peers");
  }

  /** Sends away whoever from outside is of least use; whether somebody had to go. */
  boolean dismissIncoming(Optional<Swarming> swarming) {
    return dismiss(
        roster.open().stream().filter(c -> c.origin() == PeerConnection.Origin.INCOMING).toList(),
        swarming);
  }

  private boolean dismiss(List<PeerConnection> candidates, Optional<Swarming> swarming) {
    var least = Turnover.first(guests(candidates, swarming));
    least.ifPresent(
        guest -> {
          LOG.debug("{} gives way: {}", guest.connection().key(), guest.use());
          node.counters().dismissed().add();
          guest.connection().close();
        });
    return least.isPresent();
  }

  /** Places taken by whom we would not send away for a peer that we only know the address of. */
  int occupied(Optional<Swarming> swarming) {
    var open = roster.open();
    if (open.size() < node.limits().perTorrent()) {
      return open.size();
    }
    return (int)
        guests(open, swarming).stream()
            .filter(guest -> guest.hasTraded() || guest.use().compareTo(Use.WAITING) >= 0)
            .count();
  }

  private List<Turnover.Guest<PeerConnection>> guests(
      List<PeerConnection> connections, Optional<Swarming> swarming) {
    long now = System.nanoTime();
    Map<PeerKey, PeerView> views = new HashMap<>();
    swarming.ifPresent(swarm -> swarm.brain().peers(now).forEach(v -> views.put(v.peer(), v)));
    return connections.stream().map(c -> guest(c, views.get(c.key()), now)).toList();
  }

  private static Turnover.Guest<PeerConnection> guest(
      PeerConnection connection, @Nullable PeerView view, long now) {
    if (view == null) { // nobody knows yet what the torrent is
      double seconds = (now - connection.since()) / 1e9;
      var use = Use.whileUnknown(connection.offersMetadata(), seconds);
      return new Turnover.Guest<>(connection, use, false, seconds);
    }
    return new Turnover.Guest<>(connection, Use.of(view), view.hasTraded(), view.quietSeconds());
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
    departed.put(peer.key().id(), peer.address());
    if (departed.size() > REMEMBERED) {
      departed.pollFirstEntry();
    }
    exchanges.remove(peer.key().id());
    return roster.remove(peer);
  }

  /** Where a peer is, or was before it left. */
  Optional<InetSocketAddress> address(PeerKey peer) {
    return roster
        .of(peer)
        .map(PeerConnection::address)
        .or(() -> Optional.ofNullable(departed.get(peer.id())));
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
