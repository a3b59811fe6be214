package io.l7.dns.resolver;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** Time and chance, injected. */
record Clocks(InstantSource clock, RandomGenerator random) {
  long millis() {
    return clock.millis();
  }

  long seconds() {
    return Math.floorDiv(clock.millis(), 1000L);
  }
}
