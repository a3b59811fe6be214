package io.l7.bittorrent.announce;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * The order in which trackers are tried (BEP 12): each tier shuffled once, tier after tier, and one
 * that answers moves to the front of its tier. Not safe for concurrent use.
 */
public final class TrackerTiers {
  private final List<List<String>> tiers;

  /** These tiers, each shuffled now. */
  public TrackerTiers(List<List<String>> tiers, RandomGenerator random) {
    this.tiers = new ArrayList<>();
    for (var tier : tiers) {
      var shuffled = new ArrayList<>(tier);
      Collections.shuffle(shuffled, Random.from(random));
      this.tiers.add(shuffled);
    }
  }

  /** All trackers in the order of trying. */
  public List<String> order() {
    return tiers.stream().flatMap(List::stream).toList();
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return tiers.stream().allMatch(List::isEmpty);
  }

  /** A tracker has answered: the next time it is tried first in its tier. */
  public void answered(String url) {
    for (var tier : tiers) {
      if (tier.remove(url)) {
        tier.addFirst(url);
      }
    }
  }
}
