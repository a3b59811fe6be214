package io.l7.bittorrent.tracker;

import io.l7.common.units.Units;
import java.time.Duration;

/**
 * What a tracker gives and keeps.
 *
 * @param interval asked of peers between announces; 30 min, as BEP 3's trackers have it; jittered
 *     by a tenth either way so that peers of a restarted tracker spread out
 * @param minInterval least time between announces; a minute
 * @param peersByDefault peers in an answer when the client names no number; 50 (BEP 3)
 * @param peersAtMost peers in an answer whatever the client asks; 200: a reply of 1,220 bytes fits
 *     one datagram
 * @param peers known at a time in all swarms; 20 million, some 300 MB; beyond it new ones are
 *     answered with a failure
 * @param perAddress peers of one torrent under one address, or one /64 of IPv6; 500: a house behind
 *     a NAT has hundreds at most, and somebody who lists every port of his would be most of each
 *     answer; who comes after them is answered as the others and is not listed
 * @param torrents known at a time; 5 million; from three quarters on, those that nobody is in are
 *     forgotten though their downloads were counted
 * @param scrapes hashes in one scrape; 74, what fits a UDP request (BEP 15)
 * @param connectionId how long a UDP connection id is good; 2 min (BEP 15)
 * @param query characters of an HTTP request target; 8 KiB
 */
public record TrackerLimits(
    Duration interval,
    Duration minInterval,
    int peersByDefault,
    int peersAtMost,
    int peers,
    int perAddress,
    int torrents,
    int scrapes,
    Duration connectionId,
    int query) {
  /** The longest interval: the packed clock of a peer runs for 18 hours. */
  static final Duration LONGEST_INTERVAL = Duration.ofHours(8);

  public static final TrackerLimits DEFAULT =
      new TrackerLimits(
          Duration.ofMinutes(30),
          Duration.ofMinutes(1),
          50,
          200,
          20_000_000,
          500,
          5_000_000,
          74,
          Duration.ofMinutes(2),
          8 * 1024);

  public TrackerLimits {
    if (interval.compareTo(Duration.ofSeconds(1)) < 0 || interval.compareTo(LONGEST_INTERVAL) > 0) {
      throw new IllegalArgumentException(
          "an interval from 1 s to 8 h, not " + Units.duration(interval));
    }
    if (minInterval.compareTo(interval) > 0) {
      minInterval = interval;
    }
  }

  /** The same with another interval. */
  public TrackerLimits interval(Duration other) {
    return new TrackerLimits(
        other,
        minInterval,
        peersByDefault,
        peersAtMost,
        peers,
        perAddress,
        torrents,
        scrapes,
        connectionId,
        query);
  }

  /** How long a peer is kept without an announce: two intervals and the jitter. */
  Duration expiry() {
    return interval.multipliedBy(22).dividedBy(10);
  }
}
