package io.l7.bittorrent.lsd;

import java.time.Duration;

/**
 * How local discovery is used.
 *
 * @param interval between two announces of one torrent; 5 min (BEP 14)
 * @param pause between two announces of any; 1 min (BEP 14)
 * @param hashes torrents in one announce at most; 24, which stay within the 1,400 bytes of BEP 14
 * @param together torrents that take turns alone; with more, several are in one announce, which
 *     older peers may not understand; 5 (BEP 14)
 * @param received bytes of a datagram that are looked at; 1,500: more is no announce
 * @param heard datagrams a second that are looked at, ten times as many at once; 20: a torrent with
 *     thousands of neighbours has enough of them
 * @param interfaces of this machine that it is on at most; 16
 */
public record LsdLimits(
    Duration interval,
    Duration pause,
    int hashes,
    int together,
    int received,
    int heard,
    int interfaces) {
  public static final LsdLimits DEFAULT =
      new LsdLimits(Duration.ofMinutes(5), Duration.ofMinutes(1), 24, 5, 1_500, 20, 16);
}
