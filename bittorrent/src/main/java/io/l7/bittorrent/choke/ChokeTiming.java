package io.l7.bittorrent.choke;

import java.time.Duration;

/**
 * When a choker reconsiders.
 *
 * @param round between two rankings; 10 s, so that TCP reaches its speed before it is judged (BEP
 *     3)
 * @param rotation between two optimistic choices; 30 s, time enough to earn a place by uploading
 *     (BEP 3)
 */
public record ChokeTiming(Duration round, Duration rotation) {
  /** The figures of BEP 3. */
  public static final ChokeTiming BEP3 =
      new ChokeTiming(Duration.ofSeconds(10), Duration.ofSeconds(30));

  public ChokeTiming {
    if (!round.isPositive() || !rotation.isPositive()) {
      throw new IllegalArgumentException("choke rounds take time: " + round + ", " + rotation);
    }
  }
}
