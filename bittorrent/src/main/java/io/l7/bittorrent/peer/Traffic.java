package io.l7.bittorrent.peer;

import io.l7.bittorrent.swarm.RollingRate;

/** Bytes of blocks that have passed. Called with the torrent's lock held. */
final class Traffic {
  private static final int WINDOW_SECONDS = 20;

  private final RollingRate down = new RollingRate(WINDOW_SECONDS);
  private final RollingRate up = new RollingRate(WINDOW_SECONDS);
  private long wasted;

  void received(int bytes, long now) {
    down.add(bytes, now);
  }

  void sent(int bytes, long now) {
    up.add(bytes, now);
  }

  void wasted(int bytes) {
    wasted += bytes;
  }

  StatusReport.Flow flow(long now) {
    return new StatusReport.Flow(
        down.total(), up.total(), wasted, down.recent(now), up.recent(now));
  }
}
