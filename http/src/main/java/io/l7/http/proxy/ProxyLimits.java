package io.l7.http.proxy;

import java.time.Duration;

/**
 * How a proxy treats its upstreams.
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
