package io.l7.http.proxy;

import java.time.Duration;

/**
 * What is known of an upstream's health, from requests and from probes. Pure: the time comes in, in
 * nanoseconds of any clock that does not jump. Guarded by its user.
 */
final class UpstreamHealth {
  private final ProxyLimits limits;
  private int failures;
  private int rests;
  private long restsUntil;
  private boolean resting;
  private boolean probedDown;

  UpstreamHealth(ProxyLimits limits) {
    this.limits = limits;
  }

  void succeeded() {
    failures = 0;
    rests = 0;
    resting = false;
  }

  void failed(long now) {
    failures++;
    if (failures >= limits.failures() || resting) {
      Duration rest = limits.rest().multipliedBy(1L << Math.min(rests, 10));
      if (rest.compareTo(limits.longestRest()) > 0) {
        rest = limits.longestRest();
      }
      rests++;
      resting = true;
      restsUntil = now + rest.toNanos();
    }
  }

  /** What a probe found. */
  void probed(boolean up) {
    probedDown = !up;
    if (up) {
      succeeded();
    }
  }

  /**
   * Whether it may be given requests. After its rest it is tried again; one more failure sends it
   * back.
   */
  boolean isUp(long now) {
    return !probedDown && !(resting && now - restsUntil < 0);
  }
}
