package io.l7.bittorrent.webseed;

import java.time.Duration;

/**
 * How web seeds are used.
 *
 * @param urls of one torrent that are known; 50: a list of mirrors is shorter
 * @param active web seeds of one torrent that are asked at a time; 4: peers are there too, and a
 *     server that is any good fills the line alone
 * @param ahead requests that are made before their turn has come, of a mebibyte in all at most or
 *     one of more; 4: a folder of small files would wait for each otherwise
 * @param turn time of a run, after which it is broken off where another web seed waits to be asked;
 *     20 s: a few slow ones must not keep a fast one waiting
 * @param redirects followed for one request; 5, as for trackers
 * @param connect time for a connection to be made; 10 s
 * @param silence without a byte, before the answer or within it, and for a block of 16 KiB; 30 s:
 *     who gives less than half a kilobyte a second only keeps it from others
 * @param firstRun bytes of the first run; 1 MiB, doubling while a run takes less than {@code quick}
 * @param longestRun bytes of a run; 16 MiB: what peers cannot be asked for meanwhile, and as much
 *     again where the next run is asked for already
 * @param quick a run that takes less makes the next one longer; 4 s, so that the wait for an answer
 *     is little beside it. One that takes four times as long makes it shorter
 * @param firstRest pause after the first failure; 5 s, doubling
 * @param longestRest pause at most, also one that a server asks for; 1 h
 * @param lies answers that cannot be true, until the server is not asked again; 3: a login page of
 *     a hotel is no attack
 */
public record WebSeedLimits(
    int urls,
    int active,
    int ahead,
    Duration turn,
    int redirects,
    Duration connect,
    Duration silence,
    int firstRun,
    int longestRun,
    Duration quick,
    Duration firstRest,
    Duration longestRest,
    int lies) {
  public static final WebSeedLimits DEFAULT =
      new WebSeedLimits(
          50,
          4,
          4,
          Duration.ofSeconds(20),
          5,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          1 << 20,
          16 << 20,
          Duration.ofSeconds(4),
          Duration.ofSeconds(5),
          Duration.ofHours(1),
          3);

  /** The same with so many asked at a time, each for so long where others wait. */
  public WebSeedLimits turns(int most, Duration each) {
    return new WebSeedLimits(
        urls,
        most,
        ahead,
        each,
        redirects,
        connect,
        silence,
        firstRun,
        longestRun,
        quick,
        firstRest,
        longestRest,
        lies);
  }

  /** The same with other pauses after failures. */
  public WebSeedLimits rests(Duration first, Duration longest) {
    return new WebSeedLimits(
        urls,
        active,
        ahead,
        turn,
        redirects,
        connect,
        silence,
        firstRun,
        longestRun,
        quick,
        first,
        longest,
        lies);
  }

  /** The same with another time without a byte. */
  public WebSeedLimits silence(Duration time) {
    return new WebSeedLimits(
        urls,
        active,
        ahead,
        turn,
        redirects,
        connect,
        time,
        firstRun,
        longestRun,
        quick,
        firstRest,
        longestRest,
        lies);
  }
}
