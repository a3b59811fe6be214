package io.l7.bittorrent.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.l7.bittorrent.swarm.Block;
import io.l7.common.testkit.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Limits of rate in virtual time. A writer reserves a block, waits until it may use it, is woken
 * late by so much as a busy machine makes it, sends, and comes again.
 */
class PaceTest {
  private static final long SECOND = 1_000_000_000L;
  private static final double IDLE_BURST_SECONDS = 0.05;

  private final RandomGenerator random = Seeded.random("pace");
  private long now = SECOND;

  private static final class Writer {
    long sendsAt;
    boolean reserved;
  }

  /** Bytes that leave in so many seconds; each wake-up is late by the next of {@code lateness}. */
  private long sent(Pace pace, int writers, double seconds, LongSupplier lateness) {
    List<Writer> all = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      var writer = new Writer();
      writer.sendsAt = now;
      all.add(writer);
    }
    long end = now + Math.round(seconds * SECOND);
    long bytes = 0;
    while (true) {
      var next = all.getFirst();
      for (var writer : all) {
        if (writer.sendsAt < next.sendsAt) {
          next = writer;
        }
      }
      if (next.sendsAt > end) {
        now = end;
        return bytes;
      }
      now = next.sendsAt;
      if (next.reserved) {
        bytes += Block.LENGTH;
      }
      long wait = pace.reserve(Block.LENGTH);
      next.reserved = true;
      next.sendsAt = now + wait + (wait == 0 ? 0 : lateness.getAsLong());
    }
  }

  private long upTo(double seconds) {
    return (long) (random.nextDouble() * seconds * SECOND);
  }

  @ParameterizedTest
  @CsvSource({
    "200000, 1, 0",
    "200000, 5, 0.2",
    "1000000, 1, 0.2",
    "2000000, 1, 0",
    "2000000, 1, 0.001",
    "2000000, 1, 0.2",
    "2000000, 5, 0.2",
    "20000000, 1, 0.2",
    "20000000, 40, 0.2"
  })
  void aLimitHoldsWithinThreePercentHoweverLateThreadsAreWokenWithinAQuarterOfASecond(
      long rate, int writers, double late) {
    var pace = Pace.of(rate, () -> now);
    sent(pace, writers, 1, () -> upTo(late));
    long bytes = sent(pace, writers, 20, () -> upTo(late));
    assertThat(bytes / 20.0 / rate).isCloseTo(1, within(0.03));
  }

  /** Whatever the machine does, from the first byte on: a starved one only falls behind. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.05, 0.3, 2, 10})
  void noMoreThanTheRateAndTheBurstOfAnIdleLineEverLeaves(double late) {
    long rate = 2_000_000;
    for (double seconds : new double[] {0.1, 1, 3, 60}) {
      now += 100 * SECOND;
      var pace = Pace.of(rate, () -> now);
      long bytes = sent(pace, 5, seconds, () -> upTo(late));
      assertThat((double) bytes).isLessThanOrEqualTo(rate * (seconds + IDLE_BURST_SECONDS));
    }
  }

  @Test
  void anIdleLineSendsFiftyMillisecondsAtOnceHoweverLongItWasIdle() {
    long rate = 2_000_000;
    var pace = Pace.of(rate, () -> now);
    sent(pace, 1, 5, () -> 0);
    now += 60 * SECOND;
    int atOnce = 0;
    while (pace.reserve(Block.LENGTH) == 0) {
      atOnce += Block.LENGTH;
    }
    assertThat((double) atOnce).isBetween(rate * 0.03, rate * IDLE_BURST_SECONDS);
  }

  @Test
  void ofTwoLimitsTheLowerHolds() {
    var pace = Pace.of(3_000_000, () -> now).and(Pace.of(1_000_000, () -> now));
    sent(pace, 1, 1, () -> 0);
    long bytes = sent(pace, 1, 20, () -> 0);
    assertThat(bytes / 20.0).isCloseTo(1_000_000, within(30_000.0));
  }

  @Test
  void underTheLimitOfAllTorrentsTogetherTheyPassThatMuch() {
    var all = Pace.of(2_000_000, () -> now);
    var one = Pace.of(5_000_000, () -> now).and(all);
    var other = Pace.of(5_000_000, () -> now).and(all);
    sent(one, 1, 1, () -> 0);
    long from = now;
    long bytes = 0;
    // Turn by turn, both behind the same line.
    while (now - from < 20 * SECOND) {
      now += Math.max(one.reserve(Block.LENGTH), other.reserve(Block.LENGTH));
      bytes += 2 * Block.LENGTH;
    }
    assertThat(bytes / 20.0).isCloseTo(2_000_000, within(60_000.0));
  }
}
