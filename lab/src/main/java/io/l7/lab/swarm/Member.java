package io.l7.lab.swarm;

import io.l7.bittorrent.Peer;
import io.l7.bittorrent.Torrent;
import io.l7.bittorrent.peer.TorrentStatus;
import io.l7.lab.world.LabHost;
import java.time.Duration;
import java.util.OptionalDouble;

/** One peer of a swarm, since it joined. Safe for all threads. */
public final class Member implements AutoCloseable {
  private final LabHost host;
  private final Peer peer;
  private final Torrent torrent;
  private final long joined = System.nanoTime();
  private volatile double seconds = Double.NaN;

  Member(LabHost host, Peer peer, Torrent torrent) {
    this.host = host;
    this.peer = peer;
    this.torrent = torrent;
  }

  /** Where it runs. */
  public LabHost host() {
    return host;
  }

  /** Its torrent as it stands. */
  public TorrentStatus status() {
    return torrent.status();
  }

  /** One character a piece: 1 verified, 0 not yet. */
  String pieces() {
    var verified = torrent.verified();
    var text = new StringBuilder(verified.size());
    for (int i = 0; i < verified.size(); i++) text.append(verified.get(i) ? '1' : '0');
    return text.toString();
  }

  /**
   * Waits until it has everything.
   *
   * @return seconds from joining to the last piece, or empty when {@code patience} ended first
   */
  public OptionalDouble await(Duration patience) throws InterruptedException {
    if (!torrent.await(patience)) return OptionalDouble.empty();
    seconds = (System.nanoTime() - joined) / 1e9;
    return OptionalDouble.of(seconds);
  }

  /** Seconds that it took, once it was waited for. */
  OptionalDouble took() {
    return Double.isNaN(seconds) ? OptionalDouble.empty() : OptionalDouble.of(seconds);
  }

  @Override
  public void close() {
    peer.close();
  }
}
