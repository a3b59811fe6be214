package io.l7.http.proxy;

import java.time.Duration;

/**
 * How a proxy treats its upstreams.
 *
 * <p>A failure is what nginx counts as one by default: no connection, no answer in time, one that
 * breaks off before its header is complete or cannot be understood. An answer is none, whatever its
 * status: one client that keeps asking for a broken page must not take a healthy upstream from all
 * others. Upstreams that answer 503 to everything are found by health checks.
 *
 * @param attempts upstreams tried for one request. 3: then something else is wrong
 * @param failures in a row after which an upstream is left out. 3
 * @param rest how long it is left out at first, doubled each time it fails again. 5 s
 * @param longestRest that doubling ends here. 60 s
 */
public record ProxyLimits(int attempts, int failures, Duration rest, Duration longestRest) {
  public static ProxyLimits defaults() {
    return new ProxyLimits(3, 3, Duration.ofSeconds(5), Duration.ofSeconds(60));
  }
}
