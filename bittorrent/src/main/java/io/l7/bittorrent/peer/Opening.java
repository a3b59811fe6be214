package io.l7.bittorrent.peer;

import io.l7.bittorrent.brain.Action;
import io.l7.bittorrent.brain.BrainConfig.Uplink;
import io.l7.bittorrent.brain.PeerBrain;
import io.l7.bittorrent.metainfo.InfoDictionary;
import io.l7.bittorrent.storage.PieceStore;
import io.l7.bittorrent.swarm.Decision;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/** Opens the content of a torrent, checks it, and makes what the swarm needs. Blocking. */
record Opening(TorrentSession torrent, PeerNode node, TorrentSpec spec) {

  /** All that a torrent has once its metadata is known; its first actions are given out already. */
  Swarming of(InfoDictionary info, Consumer<Action> actions, Consumer<Decision> log)
      throws IOException {
    var content =
        new TorrentContent(
            info,
            spec.folder(),
            spec.access(),
            spec.selection(),
            node.disk(),
            node.storageLimits());
    try {
      return of(content, actions, log);
    } catch (IOException | RuntimeException e) {
      content.close();
      throw e;
    }
  }

  private Swarming of(TorrentContent content, Consumer<Action> actions, Consumer<Decision> log)
      throws IOException {
    var info = content.info();
    var found = content.check(this::checked);
    var have = found.verified();
    var pieces =
        new PieceStore(
            content.store(),
            content.hashes(),
            node.diskPool(),
            node.buffers(),
            node.storageLimits(),
            new PieceJudge(torrent));
    var up = limit(spec.upRate(), node.upRate());
    var policies = spec.policies().onUplink(up.isPresent() ? Uplink.LIMITED : Uplink.UNLIMITED);
    var brain = new PeerBrain(info.pieces(), have, policies, node.random(), actions, log);
    long now = System.nanoTime();
    brain.order(content.order(spec.order()));
    brain.select(content.priorities(), now);
    found
        .begun()
        .forEach(
            (piece, blocks) -> {
              pieces.stored(piece, blocks);
              brain.stored(piece, blocks);
            });
    var checkpointer =
        new Checkpointer(
            content,
            pieces,
            torrent::verified,
            torrent.trouble()::removed,
            node.diskPool(),
            node.limits().checkpoint(),
            now);
    var down = limit(spec.downRate(), node.downRate());
    var view = SwarmView.of(info.pieces(), content.priorities(), have.count(), up, down);
    return new Swarming(content, pieces, brain, info.pieces(), checkpointer, view);
  }

  /** Hashing ends where it is when nobody waits for it any more. */
  private void checked(long bytes) {
    if (torrent.state() instanceof TorrentState.Closed) {
      throw new CancellationException("closed while the disk was checked");
    }
    spec.progress().accept(bytes);
  }

  /** The limit that holds: the torrent's own, or that of all. */
  static OptionalLong limit(OptionalLong own, OptionalLong common) {
    return own.isPresent() ? own : common;
  }
}
