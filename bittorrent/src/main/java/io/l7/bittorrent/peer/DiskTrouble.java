package io.l7.bittorrent.peer;

import io.l7.bittorrent.storage.ContentMissing;
import io.l7.bittorrent.storage.ContentStore;
import io.l7.bittorrent.swarm.Block;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a torrent does when its disk takes nothing more, or has lost something: it goes on giving
 * what it has, and fetches nothing, or only what was lost.
 */
final class DiskTrouble {
  private static final Logger LOG = LoggerFactory.getLogger(DiskTrouble.class);
  private static final long[] NO_DIGESTS = {};

  private final TorrentSession torrent;
  private final Object lock;
  private final Stage stage;
  private final Dispatch dispatch;
  private final ContentStore.Access access;
  private long resumed = System.nanoTime();
  private long standsSince;
  private boolean stands;

  /** The trouble of {@code torrent}, whose lock guards its stage. */
  DiskTrouble(
      TorrentSession torrent,
      Object lock,
      Stage stage,
      Dispatch dispatch,
      ContentStore.Access access) {
    this.torrent = torrent;
    this.lock = lock;
    this.stage = stage;
    this.dispatch = dispatch;
    this.access = access;
  }

  /**
   * A piece could not be stored: the torrent stands still, unless it is over anyway.
   *
   * @param tried when that was begun; what began before somebody said that there is room says
   *     nothing of the room there is now
   */
  void stop(int piece, long tried, IOException why) {
    synchronized (lock) {
      boolean outdated = tried - resumed < 0;
      // Asking again would only fill the wire: stand still until somebody has made room.
      torrent.tell(
          brain -> {
            if (!outdated) {
              brain.pause();
            }
            torrent.swarming().ifPresent(swarm -> swarm.pieces().forget(piece));
            brain.failed(piece, NO_DIGESTS, System.nanoTime());
          });
      if (!outdated) {
        stop(why);
      }
    }
  }

  private void stop(IOException why) {
    synchronized (lock) { // several disk threads may meet the same full disk
      if (!(stage.isClosed() || stage.state() instanceof TorrentState.Failed)) {
        torrent.fail(why);
      }
    }
  }

  /** Tries again what failed, if it has: there may be room now. */
  void resume() {
    synchronized (lock) {
      if (!(stage.state() instanceof TorrentState.Failed)) {
        return;
      }
      LOG.info("torrent {}: trying again", torrent.infoHash());
      resumed = System.nanoTime();
      var swarm = torrent.swarming();
      if (swarm.isEmpty()) {
        stage.enter(new TorrentState.Checking());
        torrent.openAnew();
      } else {
        var brain = swarm.get().brain();
        stage.enter(brain.complete() ? new TorrentState.Seeding() : new TorrentState.Downloading());
        brain.resume(System.nanoTime());
        dispatch.all();
      }
    }
  }

  /**
   * Once a second: whoever made room on a disk need not know that we wait for it.
   *
   * @param pause until what could not be written is tried again
   */
  void round(Duration pause, long now) {
    boolean standing =
        torrent.swarming().isPresent() && stage.state() instanceof TorrentState.Failed;
    if (standing && !stands) {
      standsSince = now;
    }
    stands = standing;
    if (standing && now - standsSince >= pause.toNanos()) {
      stands = false;
      resume();
    }
  }

  /** A piece could not be stored, for its file was removed under us. */
  void removed(int piece, ContentMissing why) {
    torrent.tell(
        brain -> {
          torrent.swarming().ifPresent(swarm -> swarm.pieces().forget(piece));
          brain.failed(piece, NO_DIGESTS, System.nanoTime());
        });
    removed(why);
  }

  /** A file was removed under us. */
  void removed(ContentMissing why) {
    try {
      missing(List.of(), why);
    } catch (IOException e) {
      stop(e);
    }
  }

  /** Blocks we thought we had are not there any more. */
  void missing(List<Block> blocks, ContentMissing why) throws IOException {
    LOG.warn("torrent {}: {}", torrent.infoHash(), why.getMessage());
    var swarming = torrent.swarming();
    if (swarming.isEmpty()) {
      return;
    }
    // All that is gone, now: the first piece that is fetched again makes a file as long as it was,
    // and what is still missing would be read, and given to others, as zeros.
    var there = swarming.get().content().store().there();
    blocks.forEach(block -> there.clear(block.piece()));
    boolean again = access == ContentStore.Access.READ_WRITE;
    torrent.tell(
        brain -> {
          if (!again) {
            brain.pause(); // what is lost cannot be fetched again: there is nowhere to put it
          }
          var had = brain.have();
          for (int p = had.nextSet(0); p >= 0; p = had.nextSet(p + 1)) {
            if (!there.get(p)) {
              brain.failed(p, NO_DIGESTS, System.nanoTime());
            }
          }
          if (again && !brain.complete() && stage.state() instanceof TorrentState.Seeding) {
            stage.enter(new TorrentState.Downloading()); // seeds are of use to us again
          }
        });
  }
}
