package io.l7.bittorrent.peer;

import io.l7.bittorrent.announce.Announcer;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.swarm.PiecePriority;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts a torrent's status together. Called with the torrent's lock held. */
final class StatusReport {
  private StatusReport() {}

  /** Bytes that have passed, and how fast. */
  record Flow(long received, long sent, long wasted, double downRate, double upRate) {}

  static TorrentStatus of(
      InfoHash infoHash,
      Optional<String> name,
      TorrentState state,
      Optional<Swarming> swarming,
      Roster roster,
      Flow flow,
      int known,
      List<Announcer.TrackerStatus> trackers,
      long now) {
    long wanted = 0;
    long missing = 0;
    int verified = 0;
    var lines = new ArrayList<TorrentStatus.PeerLine>();
    if (swarming.isPresent()) {
      var swarm = swarming.get();
      var have = swarm.brain().have();
      verified = have.count();
      var priorities = swarm.content().priorities();
      for (int p = 0; p < priorities.size(); p++) {
        if (priorities.get(p) != PiecePriority.SKIP) {
          int length = swarm.layout().lengthOf(p);
          wanted += length;
          missing += have.get(p) ? 0 : length;
        }
      }
      for (var view : swarm.brain().peers(now)) {
        roster
            .of(view.peer())
            .ifPresent(c -> lines.add(new TorrentStatus.PeerLine(c.address(), c.client(), view)));
      }
    }
    return new TorrentStatus(
        infoHash,
        name,
        state,
        swarming.map(s -> s.layout().pieces()).orElse(0),
        verified,
        swarming.map(s -> s.layout().totalLength()).orElse(0L),
        wanted,
        missing,
        flow.received(),
        flow.sent(),
        flow.wasted(),
        flow.downRate(),
        flow.upRate(),
        lines,
        known,
        trackers,
        swarming.flatMap(swarm -> swarm.view().read(now)));
  }
}
