package io.l7.bittorrent.peer;

import io.l7.bittorrent.lsd.LsdServer;
import io.l7.bittorrent.metainfo.InfoHash;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The torrents of a node on its local networks (BEP 14). A private torrent has nothing to do with
 * it (BEP 27); as long as nobody knows whether it is one, others are heard, and nothing is
 * announced.
 */
public final class Neighbourhood implements AutoCloseable {
  private final Map<InfoHash, TorrentSession> torrents;
  private final LsdServer server;

  Neighbourhood(
      NodeSettings settings,
      List<InetSocketAddress> addresses,
      RandomGenerator random,
      Map<InfoHash, TorrentSession> torrents)
      throws IOException {
    this.torrents = torrents;
    this.server =
        LsdServer.start(
            settings.lsd().orElseThrow(),
            addresses,
            settings.network(),
            settings.metrics(),
            random,
            this::heard);
  }

  /** How many groups it is in, counting each interface. */
  public int places() {
    return server.places();
  }

  /** Once a second. */
  void tick() {
    var present =
        torrents.values().stream()
            .filter(torrent -> torrent.privacy() == TorrentSession.Privacy.PUBLIC)
            .filter(TorrentSession::wantsPeers)
            .map(TorrentSession::infoHash)
            .toList();
    server.tick(present, System.nanoTime());
  }

  private void heard(InetSocketAddress peer, List<InfoHash> in) {
    for (var infoHash : in) {
      var torrent = torrents.get(infoHash);
      if (torrent != null && torrent.privacy() != TorrentSession.Privacy.PRIVATE) {
        torrent.addPeers(List.of(peer));
      }
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
