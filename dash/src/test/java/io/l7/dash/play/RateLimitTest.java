package io.l7.dash.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The link that {@code --limit} makes, in virtual time, and what the meter says of it. */
class RateLimitTest {
  private static final int READ = 16 * 1024;
  private static final double KBPS = 3_000;

  private static RateLimit.Step step(int seconds, double kbps) {
    return new RateLimit.Step(Duration.ofSeconds(seconds), (long) (kbps * 125));
  }

  /** When so many bytes are through that are all there at the start. */
  private static double fetch(RateLimit limit, int bytes, double start) {
    double now = start;
    for (int done = 0; done < bytes; done += READ) {
      now += limit.delayMs(Math.min(READ, bytes - done), now);
    }
    return now;
  }

  @Test
  void aTransferTakesItsBytesOverTheRate() {
    var limit = new RateLimit(List.of(step(0, KBPS)));
    assertThat(fetch(limit, 750_000, 0)).isCloseTo(2_000, within(20.0));
  }

  @Test
  void theRateChangesAtItsTime() {
    var limit = new RateLimit(List.of(step(2, KBPS / 10), step(0, KBPS)));
    assertThat(fetch(limit, 750_000 + 37_500, 0)).isCloseTo(3_000, within(150.0));
  }

  @Test
  void aPauseSavesUpNothing() {
    var limit = new RateLimit(List.of(step(0, KBPS)));
    fetch(limit, READ, 0);
    assertThat(fetch(limit, 375_000, 60_000) - 60_000).isCloseTo(1_000, within(20.0));
  }

  @Test
  void withoutAStepNothingWaits() {
    assertThat(new RateLimit(List.of()).delayMs(1 << 30, 0)).isZero();
  }

  @Test
  void theMeterSeesTheLinkAsItIs() {
    var limit = new RateLimit(List.of(step(0, KBPS)));
    var meter = new BandwidthMeter();
    double now = 0;
    for (int segment = 0; segment < 6; segment++) {
      now += 30;
      meter.begin(now);
      for (int read = 0; read < 20; read++) {
        now += limit.delayMs(READ, now);
        meter.received(READ * 8.0, now);
      }
      meter.end();
    }
    assertThat(meter.kbps().orElse(0)).isCloseTo(KBPS, within(0.15 * KBPS));
  }
}
