package io.l7.bittorrent.peer;

import io.l7.bittorrent.announce.Announcer;
import java.util.List;

/** What a torrent does once a second. */
final class Upkeep {
  private final TorrentSession torrent;
  private final Object lock;
  private final Attendance attendance;
  private final Recruiter recruiter;
  private final Announcer announcer;

  /** The upkeep of {@code torrent}, whose lock guards the attendance. */
  Upkeep(
      TorrentSession torrent,
      Object lock,
      Attendance attendance,
      Recruiter recruiter,
      Announcer announcer) {
    this.torrent = torrent;
    this.lock = lock;
    this.attendance = attendance;
    this.recruiter = recruiter;
    this.announcer = announcer;
  }

  void tick() {
    long now = System.nanoTime();
    torrent.tell(brain -> brain.tick(now));
    torrent.metadata().tick(now);
    List<PeerConnection> useless;
    synchronized (lock) {
      attendance.nudge();
      useless = torrent.swarming().map(swarm -> round(swarm, now)).orElse(List.of());
      boolean alone = attendance.roster().size() == 0;
      if (alone && torrent.state() instanceof TorrentState.Downloading) {
        announcer.wantPeers();
      }
    }
    useless.forEach(PeerConnection::close);
    recruiter.dial();
    torrent.swarming().ifPresent(swarm -> swarm.checkpointer().round(now));
    torrent.trouble().round(torrent.limits().diskPause(), now);
  }

  /** Tells peers of one another and takes stock; answers who need not stay. */
  private List<PeerConnection> round(Swarming swarm, long now) {
    if (!swarm.isPrivate()) {
      attendance.exchange(now);
    }
    var views = swarm.brain().peers(now);
    swarm.view().observe(swarm.brain(), views, now);
    if (!swarm.brain().have().isFull()) {
      return List.of();
    }
    // Two seeds have nothing to say to each other.
    return views.stream()
        .filter(view -> view.pieces() == swarm.layout().pieces())
        .flatMap(view -> attendance.roster().of(view.peer()).stream())
        .toList();
  }
}
