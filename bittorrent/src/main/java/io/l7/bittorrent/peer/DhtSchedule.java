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
  /** Pause after a search that found nobody, or nobody who is there; doubles each time. */
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);

  private final DhtLimits limits;
  private final RandomGenerator random;
  private Duration pause = FIRST_PAUSE;
  private boolean underWay;
  private boolean announceAnew;
  private long notBefore;
  private long ended;

  DhtSchedule(DhtLimits limits, RandomGenerator random, long now) {
    this.limits = limits;
    this.random = random;
    this.notBefore = now;
  }

  /** Whether it is time to search; then a search is under way until {@link #ended}. */
  boolean begin(long now) {
    if (underWay || now - notBefore < 0) {
      return false;
    }
    underWay = true;
    announceAnew = false;
    return true;
  }

  /** What we have to announce has changed: that is worth a search at once. */
  void changed(long now) {
    notBefore = now;
    announceAnew = true;
  }

  /** Something is wanted and nobody is connected: who was found is not there. */
  void alone() {
    long soon = ended + pause.toNanos();
    if (!underWay && notBefore - soon > 0) {
      notBefore = soon;
      lengthen();
    }
  }

  /** Somebody is connected. */
  void inCompany() {
    pause = FIRST_PAUSE;
  }

  private void lengthen() {
    pause = pause.compareTo(limits.announceLeast()) < 0 ? pause.multipliedBy(2) : pause;
  }

  /** A search is over. */
  void ended(DhtSearch.End end, long now) {
    underWay = false;
    ended = now;
    if (announceAnew) {
      return;
    }
    notBefore = now + usual();
    if (end.peers() == 0) {
      notBefore = now + Math.min(pause.toNanos(), notBefore - now);
      lengthen();
    }
  }

  private long usual() {
    return random.nextLong(limits.announceLeast().toNanos(), limits.announceMost().toNanos() + 1);
  }
}
