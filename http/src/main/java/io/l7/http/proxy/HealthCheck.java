package io.l7.http.proxy;

import io.l7.common.time.Scheduler;
import java.time.Duration;

/**
 * How upstreams are probed.
 *
 * @param path asked for by GET; a status of 200 to 399 is health
 * @param interval between two probes of one upstream
 * @param scheduler runs them: the real one, or virtual time in tests
 */
public record HealthCheck(String path, Duration interval, Scheduler scheduler) {
  /** Probes of this path every ten seconds. */
  public static HealthCheck of(String path) {
    return new HealthCheck(path, Duration.ofSeconds(10), Scheduler.real());
  }
}
