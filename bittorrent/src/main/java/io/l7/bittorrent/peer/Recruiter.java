package io.l7.bittorrent.peer;

import io.l7.bittorrent.wire.PexMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds peers for one torrent: learns addresses and dials them, a few at a time. */
final class Recruiter {
  private static final Logger LOG = LoggerFactory.getLogger(Recruiter.class);

  private final TorrentSession torrent;
  private final PeerNode node;
  private final PeerBook book;
  private int dialling;

  Recruiter(TorrentSession torrent, PeerNode node) {
    this.torrent = torrent;
    this.node = node;
    this.book = new PeerBook(node.limits());
  }

  /** Learns addresses, and tries what is new. */
  void learn(List<InetSocketAddress> addresses) {
    long now = System.nanoTime();
    boolean fresh = false;
    synchronized (this) {
      for (var address : addresses) {
        fresh |= book.add(address, now);
      }
    }
    if (fresh) {
      dial();
    }
  }

  /** Dials as many as there is room for. */
  void dial() {
    if (!torrent.wantsPeers()) {
      return;
    }
    int connected = torrent.door().occupied();
    var wanted =
        torrent.state() instanceof TorrentState.Seeding
            ? PeerBook.Wanted.INCOMPLETE
            : PeerBook.Wanted.ANYONE;
    synchronized (this) {
      long now = System.nanoTime();
      while (dialling < node.limits().halfOpen()
          && connected + dialling < node.limits().perTorrent()) {
        var address = book.next(wanted, now);
        if (address.isEmpty()) {
          return;
        }
        dialling++;
        Thread.ofVirtual().name("peer-dial").start(() -> dial(address.get()));
      }
    }
  }

  private void dial(InetSocketAddress address) {
    boolean halfOpen = true;
    var entry = Optional.<Door.Entry>empty();
    try (var connection = node.dialer().dial(address)) {
      var theirs = node.greet(connection, torrent);
      halfOpen = false;
      dialled();
      if (theirs.isPresent()) {
        node.counters().dialled().add();
        entry = Optional.of(Door.Entry.JOINED); // also where it ends by an error
        var in = torrent.door().serve(connection, theirs.get(), PeerConnection.Origin.OUTGOING);
        entry = Optional.of(in);
      }
    } catch (IOException e) {
      LOG.debug("torrent {}: {}: {}", torrent.infoHash(), address, e.toString());
    } catch (RuntimeException e) {
      LOG.error("torrent {}: {}", torrent.infoHash(), address, e);
    } finally {
      if (halfOpen) {
        dialled();
      }
      // Whoever joined, now or before, has its address from the door until it leaves.
      if (entry.isEmpty() || entry.get() == Door.Entry.REFUSED) {
        failed(address);
      }
    }
  }

  private synchronized void dialled() {
    dialling--;
  }

  /** An address is ours: it is not dialled. */
  synchronized void own(InetSocketAddress address) {
    book.own(address);
  }

  /** A peer is connected under this address: it is known and not dialled. */
  synchronized void connected(InetSocketAddress address) {
    book.add(address, System.nanoTime());
    book.connected(address);
  }

  /** A connection could not be made, or was of no use: the next is tried later each time. */
  synchronized void failed(InetSocketAddress address) {
    book.failed(address, System.nanoTime());
  }

  /** A connection with this address that was of use has ended. */
  synchronized void ended(InetSocketAddress address) {
    book.ended(address, System.nanoTime());
  }

  /** The peer of this address has everything. */
  synchronized void complete(InetSocketAddress address) {
    book.complete(address);
  }

  /** An address is worth trying at once. */
  synchronized void retry(InetSocketAddress address) {
    book.retry(address, System.nanoTime());
  }

  /** Peers of a peer (BEP 11); of one message no more than the limit. */
  void exchanged(PexMessage message) {
    learn(
        message.added().stream()
            .limit(node.limits().exchanged())
            .map(PexMessage.Added::address)
            .toList());
  }

  /** A peer has cheated: its address is not dialled and not let in again. */
  synchronized void ban(InetSocketAddress cheat, String why) {
    node.counters().bans().add();
    LOG.info("torrent {}: banned {}: {}", torrent.infoHash(), cheat, why);
    book.ban(cheat.getAddress());
  }

  synchronized boolean isBanned(InetAddress address) {
    return book.isBanned(address);
  }

  /** Addresses known. */
  synchronized int known() {
    return book.size();
  }
}
