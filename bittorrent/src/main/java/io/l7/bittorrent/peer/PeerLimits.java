package io.l7.bittorrent.peer;

import io.l7.bittorrent.webseed.WebSeedLimits;
import java.time.Duration;

/**
 * What a node spends on peers.
 *
 * @param connections from peers in all torrents; 500
 * @param handshakes connections from outside that have not said who they are; 500, some 10 kB each;
 *     beyond it, or from one address beyond {@code perAddress}, the one that has waited longest
 *     gives way
 * @param perTorrent connections of one torrent; 100: BEP 3's experience is that more than a few
 *     dozen do not help
 * @param perAddress connections from one address; 30: a few clients behind one, no flood
 * @param halfOpen connections being made at a time; 30
 * @param known addresses remembered of one torrent; 5,000
 * @param dial time for a connection to be made; 5 s
 * @param firstBackoff pause before an address that failed is tried again; 5 s, doubling
 * @param longestBackoff pause at most; 10 min
 * @param exchangeRound between two messages of peer exchange; 60 s (BEP 11)
 * @param exchanged peers taken from one peer a round; 50 (BEP 11)
 * @param checkpoint between two resume records; 10 s: what a crash may cost
 * @param diskPause until a torrent that could not write tries it again; 10 min (libtorrent): each
 *     time costs others what they send for nothing
 * @param lowestPort dialled; 1,024: a swarm must not be led to other services
 * @param webSeeds how web seeds are used
 */
public record PeerLimits(
    int connections,
    int handshakes,
    int perTorrent,
    int perAddress,
    int halfOpen,
    int known,
    Duration dial,
    Duration firstBackoff,
    Duration longestBackoff,
    Duration exchangeRound,
    int exchanged,
    Duration checkpoint,
    Duration diskPause,
    int lowestPort,
    WebSeedLimits webSeeds) {
  public static final PeerLimits DEFAULT =
      new PeerLimits(
          500,
          500,
          100,
          30,
          30,
          5_000,
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofMinutes(10),
          Duration.ofSeconds(60),
          50,
          Duration.ofSeconds(10),
          Duration.ofMinutes(10),
          1_024,
          WebSeedLimits.DEFAULT);

  /** The same with another bound for connections in all torrents. */
  public PeerLimits connections(int count) {
    return places(count, handshakes, perTorrent, halfOpen);
  }

  /** The same with another bound for connections that have not said who they are. */
  public PeerLimits handshakes(int count) {
    return places(connections, count, perTorrent, halfOpen);
  }

  /** The same with another bound for connections of one torrent. */
  public PeerLimits perTorrent(int count) {
    return places(connections, handshakes, count, halfOpen);
  }

  /** The same with another bound for connections being made at a time. */
  public PeerLimits halfOpen(int count) {
    return places(connections, handshakes, perTorrent, count);
  }

  /** The same with another pause before an address that failed is tried again. */
  public PeerLimits firstBackoff(Duration pause) {
    return new PeerLimits(
        connections,
        handshakes,
        perTorrent,
        perAddress,
        halfOpen,
        known,
        dial,
        pause,
        longestBackoff,
        exchangeRound,
        exchanged,
        checkpoint,
        diskPause,
        lowestPort,
        webSeeds);
  }

  /** The same with another pause until what could not be written is tried again. */
  public PeerLimits diskPause(Duration time) {
    return new PeerLimits(
        connections,
        handshakes,
        perTorrent,
        perAddress,
        halfOpen,
        known,
        dial,
        firstBackoff,
        longestBackoff,
        exchangeRound,
        exchanged,
        checkpoint,
        time,
        lowestPort,
        webSeeds);
  }

  /** The same with web seeds used otherwise. */
  public PeerLimits webSeeds(WebSeedLimits limits) {
    return new PeerLimits(
        connections,
        handshakes,
        perTorrent,
        perAddress,
        halfOpen,
        known,
        dial,
        firstBackoff,
        longestBackoff,
        exchangeRound,
        exchanged,
        checkpoint,
        diskPause,
        lowestPort,
        limits);
  }

  private PeerLimits places(int all, int waiting, int ofOneTorrent, int dialling) {
    return new PeerLimits(
        all,
        waiting,
        ofOneTorrent,
        perAddress,
        dialling,
        known,
        dial,
        firstBackoff,
        longestBackoff,
        exchangeRound,
        exchanged,
        checkpoint,
        diskPause,
        lowestPort,
        webSeeds);
  }
}
