package io.l7.http.proxy;

import io.l7.http.message.Target;
import java.time.Duration;

/**
 * How upstreams are probed.
 *
 * @param path asked for by GET; a status of 200 to 399 is health
 * @param interval between the end of a probe of one upstream and its next one; 10 s
 * @param timeout for a whole probe; 5 s: who takes longer is as good as down
 */
public record HealthCheck(String path, Duration interval, Duration timeout) {
  public HealthCheck {
    if (!path.startsWith("/") || interval.isNegative() || interval.isZero()) {
      throw new IllegalArgumentException("a health check is a path from / and an interval over 0");
    }
    var _ = Target.of(path);
  }

  /** Probes of this path every ten seconds. */
  public static HealthCheck of(String path) {
    return new HealthCheck(path, Duration.ofSeconds(10), Duration.ofSeconds(5));
  }

  /** The same on another beat. */
  public HealthCheck every(Duration beat) {
    return new HealthCheck(path, beat, timeout);
  }
}
