package io.l7.common.link;

import java.time.Duration;

/**
 * What a link does to what crosses it, one way.
 *
 * @param octetsPerSecond its rate; 0 for as fast as the machine is
 * @param delay one way
 * @param jitter added to the delay, uniformly from 0 to this
 * @param loss share of datagrams that never arrive, 0 to 1. A TCP stream is not lost: there the
 *     price of loss is time, and rate and delay model it
 * @param duplicate share of datagrams that arrive twice, 0 to 1
 */
public record Impairment(
    long octetsPerSecond, Duration delay, Duration jitter, double loss, double duplicate) {
  /** A link that does nothing. */
  public static final Impairment NONE = new Impairment(0, Duration.ZERO, Duration.ZERO, 0, 0);

  public Impairment {
    if (octetsPerSecond < 0 || delay.isNegative() || jitter.isNegative())
      throw new IllegalArgumentException("negative");
    if (loss < 0 || loss > 1 || duplicate < 0 || duplicate > 1)
      throw new IllegalArgumentException("a share is 0 to 1");
  }

  /** The same with another rate in octets a second; 0 for no limit. */
  public Impairment rate(long perSecond) {
    return new Impairment(perSecond, delay, jitter, loss, duplicate);
  }

  /** The same with another delay. */
  public Impairment delay(Duration oneWay) {
    return new Impairment(octetsPerSecond, oneWay, jitter, loss, duplicate);
  }

  /** The same with another jitter. */
  public Impairment jitter(Duration most) {
    return new Impairment(octetsPerSecond, delay, most, loss, duplicate);
  }

  /** The same with another share of lost datagrams. */
  public Impairment loss(double share) {
    return new Impairment(octetsPerSecond, delay, jitter, share, duplicate);
  }

  /** The same with another share of doubled datagrams. */
  public Impairment duplicate(double share) {
    return new Impairment(octetsPerSecond, delay, jitter, loss, share);
  }
}
