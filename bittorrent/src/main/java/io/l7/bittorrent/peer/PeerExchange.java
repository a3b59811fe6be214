package io.l7.bittorrent.peer;

import io.l7.bittorrent.wire.ExtensionHandshake;
import io.l7.bittorrent.wire.Message;
import io.l7.bittorrent.wire.PexMessage;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;

/** What one peer has been told of the others (BEP 11). Called with the torrent's lock held. */
final class PeerExchange {
  private final PeerLimits limits;
  private final Set<InetSocketAddress> told = new HashSet<>();
  private long nextRound;
  private boolean begun;

  PeerExchange(PeerLimits limits) {
    this.limits = limits;
  }

  /** Tells {@code to} what has changed, if it wants to know and the time has come. */
  void round(PeerConnection to, Iterable<PeerConnection> others, long now) {
    var id = to.extension().flatMap(e -> e.idOf(ExtensionHandshake.UT_PEX));
    if (id.isEmpty() || begun && now - nextRound < 0) {
      return;
    }
    begun = true;
    nextRound = now + limits.exchangeRound().toNanos();
    var present = new HashSet<InetSocketAddress>();
    var added = new ArrayList<PexMessage.Added>();
    for (var other : others) {
      var address = other.listening();
      if (other != to && address.isPresent()) {
        present.add(address.get());
        if (!told.contains(address.get()) && added.size() < limits.exchanged()) {
          int reachable =
              other.origin() == PeerConnection.Origin.OUTGOING ? PexMessage.REACHABLE : 0;
          added.add(new PexMessage.Added(address.get(), reachable));
        }
      }
    }
    var dropped = new ArrayList<InetSocketAddress>();
    for (var address : told) {
      if (!present.contains(address) && dropped.size() < limits.exchanged()) {
        dropped.add(address);
      }
    }
    if (!added.isEmpty() || !dropped.isEmpty()) {
      added.forEach(a -> told.add(a.address()));
      dropped.forEach(told::remove);
      to.outbox().add(new Message.Extended(id.get(), new PexMessage(added, dropped).encode()));
    }
  }
}
