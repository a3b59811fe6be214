package io.l7.bittorrent.peer;

import io.l7.bittorrent.announce.Announcer;
import io.l7.bittorrent.brain.PeerView;
import io.l7.bittorrent.dht.DhtStatus;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.swarm.PiecePriority;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Puts a torrent's status together. Called with the torrent's lock held. */
final class StatusReport {
  private StatusReport() {}

  /** Bytes that have passed, and how fast. */
  record Flow(long received, long sent, long wasted, double downRate, double upRate) {}

  /** The limits the torrent stands under, in bytes a second. */
  record Limits(OptionalLong up, OptionalLong down) {}

  static TorrentStatus of(
      InfoHash infoHash,
      Optional<String> name,
      TorrentState state,
      Optional<Swarming> swarming,
      Roster roster,
      Flow flow,
      Limits limits,
      int known,
      List<Announcer.TrackerStatus> trackers,
      Optional<DhtStatus> dht,
      WebSeeds webSeeds,
      long now) {
    long wanted = 0;
    long missing = 0;
    int verified = 0;
    var lines = new ArrayList<TorrentStatus.PeerLine>();
    List<PeerView> sources = swarming.map(swarm -> swarm.brain().sources(now)).orElse(List.of());
    List<PeerView> views = swarming.map(swarm -> swarm.brain().peers(now)).orElse(List.of());
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
      for (var view : views) {
        var why = Diagnosis.ofPeer(state, view);
        roster
            .of(view.peer())
            .ifPresent(
                c -> lines.add(new TorrentStatus.PeerLine(c.address(), c.client(), view, why)));
      }
    }
    return new TorrentStatus(
        infoHash,
        name,
        state,
        Diagnosis.of(state, views, sources, flow, limits, known),
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
        dht,
        webSeeds.lines(sources),
        swarming.flatMap(swarm -> swarm.view().read(now)));
  }
}
