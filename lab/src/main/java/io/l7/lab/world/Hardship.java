package io.l7.lab.world;

import io.l7.common.link.Impairment;
import io.l7.common.link.Links;
import java.net.InetAddress;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * The worst that a path between two hosts may do; how bad each path is, from nothing to this, is
 * drawn by seed and hosts, so that it is the same in every run.
 *
 * @param delay one way, at most
 * @param jitter added to it, at most
 * @param loss share of datagrams lost, at most, 0 to 1
 */
public record Hardship(Duration delay, Duration jitter, double loss) {
  /** Paths that do nothing. */
  public static final Hardship NONE = new Hardship(Duration.ZERO, Duration.ZERO, 0);

  /** A continent's Internet on a bad day: 40 ms, 10 ms, 2 %. */
  public static final Hardship USUAL =
      new Hardship(Duration.ofMillis(40), Duration.ofMillis(10), 0.02);

  /** The conditions of each path, by {@code seed}. */
  public Links.Conditions by(long seed) {
    return path -> {
      var random = new SplittableRandom(seed * 65_536 + host(path.from()) * 256L + host(path.to()));
      double badness = random.nextDouble();
      return Impairment.NONE
          .delay(scaled(delay, badness))
          .jitter(scaled(jitter, badness))
          .loss(loss * badness);
    };
  }

  /** The number of a host in its lab's block, whichever block that is in this run. */
  private static int host(InetAddress address) {
    var octets = address.getAddress();
    return octets[octets.length - 1] & 0xff;
  }

  private static Duration scaled(Duration most, double share) {
    return Duration.ofNanos((long) (most.toNanos() * share));
  }
}
