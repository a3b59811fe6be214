package io.l7.bittorrent.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RollingRateTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aSteadyStreamReadsAsItsRate() {
    RollingRate rate = new RollingRate(20);
    for (int tenth = 0; tenth < 400; tenth++) {
      rate.add(1000, tenth * SECOND / 10);
    }
    assertThat(rate.rate(40 * SECOND - 1)).isCloseTo(10_000, within(1.0));
  }

  @Test
  void twentySecondsOfSilenceReadAsNothing() {
    RollingRate rate = new RollingRate(20);
    rate.add(1_000_000, 3 * SECOND);
    assertThat(rate.rate(22 * SECOND)).isCloseTo(50_000, within(0.1));
    assertThat(rate.rate(24 * SECOND)).isZero();
    assertThat(rate.total()).isEqualTo(1_000_000);
  }

  @Test
  void aClockThatJumpsBackDoesNotBreakIt() {
    RollingRate rate = new RollingRate(20);
    rate.add(1000, 100 * SECOND);
    rate.add(1000, 50 * SECOND);
    assertThat(rate.rate(100 * SECOND)).isCloseTo(100, within(0.1));
  }

  @Test
  void aClockThatJumpsForwardForgetsAndCountsOnFromThere() {
    RollingRate rate = new RollingRate(20);
    rate.add(1_000_000, 100 * SECOND);
    assertThat(rate.rate(Long.MAX_VALUE / 2)).isZero();
    rate.add(20_000, Long.MAX_VALUE / 2 + SECOND);
    assertThat(rate.rate(Long.MAX_VALUE / 2 + 2 * SECOND)).isCloseTo(1_000, within(0.1));
    assertThat(rate.total()).isEqualTo(1_020_000);
  }
}
