package io.l7.bittorrent.bound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The gauge in virtual time: swarms of known links, seen by one peer. */
class SwarmGaugeTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long FILE = 60_000_000;

  private static SwarmGauge gauge(OptionalLong seedUp) {
    return new SwarmGauge(FILE, seedUp, OptionalLong.empty());
  }

  @Test
  void nothingIsShownBeforeAnythingMoves() {
    var gauge = gauge(OptionalLong.empty());
    gauge.leecher(1, 0, 0);
    gauge.observe(0, SECOND);
    assertThat(gauge.read(2 * SECOND)).isEmpty();
  }

  @Test
  void aSwarmThatUsesTheWholeSeedReadsAsPerfect() {
    // One seed of 1 MB/s; each of three leechers has each piece as soon as it is out.
    var gauge = gauge(OptionalLong.of(1_000_000));
    for (int s = 0; s <= 60; s++) {
      for (int peer = 1; peer <= 3; peer++) {
        gauge.leecher(peer, s * 1_000_000L, 0);
      }
      gauge.observe(s * 1_000_000L, (s + 5) * SECOND);
    }
    var reading = gauge.read(100 * SECOND).orElseThrow();
    assertThat(reading.bound().seconds()).isEqualTo(60);
    assertThat(reading.bound().term()).isEqualTo(Bound.Term.SEED_UPLINK);
    assertThat(reading.elapsedSeconds()).isCloseTo(60, within(1.0));
    assertThat(reading.delivered()).isEqualTo(1);
    assertThat(reading.efficiency()).isCloseTo(1, within(0.02));
  }

  @Test
  void withoutAKnownUplinkTheSwarmsOwnBestIsTheMeasure() {
    // 2 MB/s in all for the first half, 1 MB/s for the second: two thirds of what it could do.
    var gauge = gauge(OptionalLong.empty());
    long at = 0;
    long bytes = 0;
    while (bytes < FILE) {
      gauge.leecher(1, bytes, 0);
      gauge.leecher(2, bytes, 0);
      gauge.observe(bytes, ++at * SECOND);
      bytes += bytes < FILE / 2 ? 1_000_000 : 500_000;
    }
    gauge.leecher(1, FILE, 0);
    gauge.leecher(2, FILE, 0);
    gauge.observe(FILE, ++at * SECOND);
    var reading = gauge.read(at * SECOND).orElseThrow();
    assertThat(reading.uplinkBytesPerSecond()).isCloseTo(2_000_000, within(50_000.0));
    assertThat(reading.efficiency()).isCloseTo(60 / 90.0, within(0.03));
  }

  @Test
  void whatANewcomerBringsWasNotDeliveredBeforeOurEyes() {
    var gauge = gauge(OptionalLong.of(1_000_000));
    for (int s = 0; s < 30; s++) {
      gauge.leecher(1, s * 1_000_000L, 0);
      if (s == 20) {
        gauge.leecher(2, 50_000_000, 50_000_000);
      }
      gauge.observe(s * 1_000_000L, (s + 1) * SECOND);
    }
    var reading = gauge.read(30 * SECOND).orElseThrow();
    assertThat(reading.uplinkBytesPerSecond()).isLessThan(1_200_000);
    assertThat(reading.delivered()).isCloseTo(29 / 70.0, within(0.01));
  }

  @Test
  void aClockThatJumpsShowsNoImpossibleReading() {
    for (long jump : new long[] {-1_000 * SECOND, 1_000_000 * SECOND}) {
      var gauge = gauge(OptionalLong.of(1_000_000));
      for (int s = 0; s < 40; s++) {
        gauge.leecher(1, s * 1_000_000L, 0);
        gauge.observe(s * 1_000_000L, (s + 2_000) * SECOND + (s < 20 ? 0 : jump));
      }
      var reading = gauge.read(2_040 * SECOND + jump).orElseThrow();
      assertThat(reading.efficiency()).isFinite().isNotNegative();
      assertThat(reading.elapsedSeconds()).isPositive();
      assertThat(reading.delivered()).isBetween(0.0, 1.0);
      assertThat(reading.bound().seconds()).isPositive().isFinite();
    }
  }

  @Test
  void aThousandPeersThatComeAndGoAreEachCountedOnceAndTheLinksReadAsTheyAre() {
    // A seed of 1 MB/s and leechers of 100 kB/s each, of whom every tenth leaves half way.
    var gauge = gauge(OptionalLong.empty());
    int n = 1_000;
    double each = (1_000_000 + n * 100_000.0) / n;
    long end = 0;
    for (int s = 0; s * each < FILE; s++) {
      end = (s + 1) * SECOND;
      long has = (long) (s * each);
      for (int peer = 1; peer <= n; peer++) {
        if (peer % 10 != 0 || has < FILE / 2) {
          gauge.leecher(peer, has, 0);
        }
      }
      gauge.observe(Math.min(FILE, s * 1_000_000L), end);
    }
    var reading = gauge.read(end).orElseThrow();
    assertThat(reading.leechers()).isEqualTo(n);
    assertThat(reading.seedBytesPerSecond()).isCloseTo(1_000_000, within(20_000.0));
    assertThat(reading.uplinkBytesPerSecond()).isCloseTo(n * each, within(n * each * 0.02));
    assertThat(reading.bound().term()).isEqualTo(Bound.Term.ALL_UPLINKS);
    assertThat(reading.delivered()).isCloseTo(0.95, within(0.01));
    assertThat(reading.efficiency()).isCloseTo(0.95, within(0.03));
  }
}
