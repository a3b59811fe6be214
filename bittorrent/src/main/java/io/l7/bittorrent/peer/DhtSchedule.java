package io.l7.bittorrent.peer;

import io.l7.bittorrent.dht.DhtLimits;
import io.l7.bittorrent.dht.DhtSearch;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When a torrent turns to the DHT: at once, then every 15 to 30 minutes by lot; sooner, at growing
 * pauses, while nobody was found, and when it is alone. Pure; not safe for concurrent use.
 */
final class DhtSchedule {
  /** Pause after a search that found nobody; doubles each time. */
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);

  /** Who has no peer asks so often at most. */
  private static final Duration ALONE = Duration.ofMinutes(1);

  private final DhtLimits limits;
  private final RandomGenerator random;
  private Duration pause = FIRST_PAUSE;
  private boolean underWay;
  private boolean announceAnew;
  private long notBefore;
  private long last;

  DhtSchedule(DhtLimits limits, RandomGenerator random, long now) {
    this.limits = limits;
    this.random = random;
    this.notBefore = now;
    this.last = now;
  }

  /** Whether it is time to search; then a search is under way until {@link #ended}. */
  boolean begin(long now) {
    if (underWay || now - notBefore < 0) {
      return false;
    }
    underWay = true;
    announceAnew = false;
    last = now;
    return true;
  }

  /** What we have to announce has changed: that is worth a search at once. */
  void changed(long now) {
    notBefore = now;
    announceAnew = true;
  }

  /** Nobody is connected, and something is wanted. */
  void alone() {
    long soon = last + ALONE.toNanos();
    if (notBefore - soon > 0) {
      notBefore = soon;
    }
  }

  /** A search is over. */
  void ended(DhtSearch.End end, long now) {
    underWay = false;
    if (announceAnew) {
      return;
    }
    if (end.peers() > 0) {
      pause = FIRST_PAUSE;
      notBefore = now + usual();
    } else {
      notBefore = now + Math.min(pause.toNanos(), usual());
      pause = pause.compareTo(limits.announceLeast()) < 0 ? pause.multipliedBy(2) : pause;
    }
  }

  private long usual() {
    return random.nextLong(
        limits.announceLeast().toNanos(), limits.announceMost().toNanos() + 1);
  }
}
