package io.l7.bittorrent.peer;

import io.l7.bittorrent.announce.Announcer;
import io.l7.bittorrent.brain.Action;
import java.util.ArrayDeque;

/**
 * What the brain of a torrent wants done, and the doing of it, in order. Called with the torrent's
 * lock held.
 */
final class Dispatch {
  private final TorrentSession torrent;
  private final Attendance attendance;
  private final Recruiter recruiter;
  private final Announcer announcer;
  private final Stage stage;
  private final ArrayDeque<Action> pending = new ArrayDeque<>();

  Dispatch(
      TorrentSession torrent,
      Attendance attendance,
      Recruiter recruiter,
      Announcer announcer,
      Stage stage) {
    this.torrent = torrent;
    this.attendance = attendance;
    this.recruiter = recruiter;
    this.announcer = announcer;
    this.stage = stage;
  }

  /** Something is to be done; by {@link #all}. */
  void add(Action action) {
    pending.add(action);
  }

  /** Does what has been added, and what comes of that. */
  void all() {
    for (var action = pending.poll(); action != null; action = pending.poll()) {
      switch (action) {
        case Action.Verify(int piece) ->
            torrent.swarming().ifPresent(swarm -> swarm.pieces().verify(piece));
        case Action.Complete() -> completed();
        case Action.ToPeer toPeer -> {
          attendance.roster().of(toPeer.peer()).ifPresent(c -> perform(c, toPeer));
          if (toPeer instanceof Action.Ban(var peer, var why)) {
            torrent.webSeeds().banned(peer, why);
            attendance.address(peer).ifPresent(address -> recruiter.ban(address, why));
          }
        }
      }
    }
  }

  private void perform(PeerConnection connection, Action.ToPeer action) {
    boolean taken = connection.perform(action);
    if (!taken && action instanceof Action.Serve(var peer, var block)) {
      torrent.swarming().ifPresent(swarm -> swarm.brain().notServed(peer, block));
    }
  }

  private void completed() {
    torrent
        .swarming()
        .ifPresent(
            swarm -> {
              if (swarm.content().wantsEverything()) {
                announcer.completed();
              }
              swarm.checkpointer().soon(System.nanoTime());
            });
    stage.enter(new TorrentState.Seeding());
  }
}
