package io.l7.bittorrent.peer;

import io.l7.bittorrent.dht.DhtSearch;
import io.l7.bittorrent.dht.DhtServer;
import io.l7.bittorrent.dht.DhtStatus;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Peers of one torrent from the DHT (BEP 5), and the torrent in it. A private torrent has nothing
 * to do with it (BEP 27); as long as nobody knows whether it is one, peers are looked for, and
 * nothing is announced.
 */
final class DhtSource {
  private final TorrentSession torrent;
  private final PeerNode node;
  private final Recruiter recruiter;
  private final Optional<DhtServer> dht;
  private final DhtSchedule schedule;
  private boolean known;

  DhtSource(TorrentSession torrent, PeerNode node, Recruiter recruiter) {
    this.torrent = torrent;
    this.node = node;
    this.recruiter = recruiter;
    this.dht = node.dht();
    this.schedule = new DhtSchedule(node.dhtLimits(), node.random(), System.nanoTime());
  }

  /** Whether this torrent's peers may hear of the DHT from us. */
  boolean isOn() {
    return dht.isPresent() && torrent.privacy() != TorrentSession.Privacy.PRIVATE;
  }

  /** Once a second: begins a search when it is time. */
  void tick() {
    if (!isOn() || !torrent.wantsPeers()) {
      return;
    }
    long now = System.nanoTime();
    boolean isPublic = torrent.privacy() == TorrentSession.Privacy.PUBLIC;
    boolean alone = torrent.door().connections() == 0;
    boolean wanting = !(torrent.state() instanceof TorrentState.Seeding);
    boolean due;
    synchronized (this) {
      if (isPublic && !known) {
        known = true;
        schedule.changed(now);
      }
      if (!alone) {
        schedule.inCompany();
      } else if (wanting) {
        schedule.alone();
      }
      due = schedule.begin(now);
    }
    if (due) {
      dht.get()
          .search(
              new DhtSearch(
                  torrent.infoHash(),
                  isPublic ? node.port() : Optional.empty(),
                  recruiter::learn,
                  this::ended));
    }
  }

  private synchronized void ended(DhtSearch.End end) {
    schedule.ended(end, System.nanoTime());
  }

  /** A peer says that it has a node (BEP 5, PORT). */
  void heard(InetSocketAddress node) {
    if (isOn()) {
      dht.get().probe(node);
    }
  }

  /** How the node stands; empty where there is none for this torrent. */
  Optional<DhtStatus> status() {
    return isOn() ? dht.map(DhtServer::status) : Optional.empty();
  }

  /** The port to tell peers, of the family they are connected by (BEP 5, PORT). */
  Optional<Integer> port(InetSocketAddress peer) {
    if (!isOn()) {
      return Optional.empty();
    }
    var family = peer.getAddress().getClass();
    return dht.get().addresses().stream()
        .filter(address -> family.isInstance(address.getAddress()))
        .map(InetSocketAddress::getPort)
        .findFirst();
  }
}
