package io.l7.bittorrent.peer;

import io.l7.bittorrent.announce.AnnounceEvent;
import io.l7.bittorrent.announce.AnnounceRequest;
import io.l7.bittorrent.announce.Announcer;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** What a torrent tells its trackers, and what becomes of their answers. */
record TrackerPort(TorrentSession torrent, PeerNode node, Recruiter recruiter)
    implements Announcer.Port {
  @Override
  public AnnounceRequest request(AnnounceEvent event) {
    var status = torrent.status();
    return new AnnounceRequest(
        torrent.infoHash(),
        node.peerId(),
        node.port().orElse(1),
        status.sent(),
        status.received(),
        torrent.left(),
        event,
        node.announceLimits().wanted(),
        node.key(),
        Optional.empty());
  }

  @Override
  public void peers(List<InetSocketAddress> peers) {
    recruiter.learn(peers);
  }
}
