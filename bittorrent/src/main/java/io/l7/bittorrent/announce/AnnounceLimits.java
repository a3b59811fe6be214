package io.l7.bittorrent.announce;

import java.time.Duration;

/**
 * How trackers are asked.
 *
 * @param answer longest answer over HTTP in bytes; 1 MiB, room for 50,000 compact peers
 * @param peers taken from one answer; 2,000
 * @param redirects followed; 5 (BEP 3 practice)
 * @param timeout of one HTTP announce; 30 s
 * @param goodbye time for the announces of a peer that leaves; 2 s, since a user waits
 * @param wanted peers asked for; 80
 * @param interval when a tracker names none; 30 min
 * @param shortest interval that is believed; 1 s would be a mistake or an attack, so 10 s, unless
 *     the tracker is on this machine
 * @param lonely pause of a torrent without peers where a tracker names no least one; 2 min
 *     (Transmission's), doubling up to the interval while nobody comes
 * @param longest interval that is believed; a day: one answer must not end all asking
 * @param firstRetry pause after the first failure; 5 s, doubling
 * @param longestRetry pause at most; 30 min
 */
public record AnnounceLimits(
    int answer,
    int peers,
    int redirects,
    Duration timeout,
    Duration goodbye,
    int wanted,
    Duration interval,
    Duration shortest,
    Duration lonely,
    Duration longest,
    Duration firstRetry,
    Duration longestRetry) {
  public static final AnnounceLimits DEFAULT =
      new AnnounceLimits(
          1 << 20,
          2_000,
          5,
          Duration.ofSeconds(30),
          Duration.ofSeconds(2),
          80,
          Duration.ofMinutes(30),
          Duration.ofSeconds(10),
          Duration.ofMinutes(2),
          Duration.ofDays(1),
          Duration.ofSeconds(5),
          Duration.ofMinutes(30));
}
