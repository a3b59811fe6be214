package io.l7.smtp.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import io.l7.smtp.queue.RetrySchedule.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** When a mail is tried again: a pure policy of how often it failed, how old it is, and chance. */
class RetryScheduleTest {
  private static final Instant BORN = Instant.parse("2026-01-01T00:00:00Z");
  private static final RetrySchedule DEFAULTS = RetrySchedule.defaults();

  /** Chance that always says the same. */
  private static RandomGenerator chance(double value) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        return 0;
      }

      @Override
      public double nextDouble() {
        return value;
      }
    };
  }

  private static Duration pause(int failures, double chance) {
    var decision = DEFAULTS.after(failures, BORN, BORN, chance(chance));
    return Duration.between(BORN, ((Decision.Retry) decision).at());
  }

  @Test
  @Spec("RFC 5321 §4.5.4.1")
  void pausesDoubleFromFiveMinutesToFourHours() {
    assertThat(pause(1, 0.5)).isEqualTo(Duration.ofMinutes(5));
    assertThat(pause(2, 0.5)).isEqualTo(Duration.ofMinutes(10));
    assertThat(pause(3, 0.5)).isEqualTo(Duration.ofMinutes(20));
    assertThat(pause(6, 0.5)).isEqualTo(Duration.ofMinutes(160));
    assertThat(pause(7, 0.5)).isEqualTo(Duration.ofHours(4));
    assertThat(pause(1_000_000, 0.5)).isEqualTo(Duration.ofHours(4));
  }

  @Test
  void chanceAddsOrTakesAFifth() {
    assertThat(pause(1, 0)).isEqualTo(Duration.ofMinutes(4));
    assertThat(pause(1, 1)).isEqualTo(Duration.ofMinutes(6));
    var random = Seeded.random("chanceAddsOrTakesAFifth");
    var distinct = new java.util.HashSet<Instant>();
    for (var i = 0; i < 1_000; i++) {
      var retry = (Decision.Retry) DEFAULTS.after(5, BORN, BORN, random);
      assertThat(Duration.between(BORN, retry.at()))
          .isBetween(Duration.ofMinutes(64), Duration.ofMinutes(96));
      distinct.add(retry.at());
    }
    assertThat(distinct).as("a thousand mails do not come back at once").hasSizeGreaterThan(900);
  }

  @Test
  void theLastTryFallsOnTheEndAndNoneBehindIt() {
    var end = BORN.plus(Duration.ofDays(5));
    assertThat(DEFAULTS.after(40, BORN, end.minusSeconds(60), chance(0.5)))
        .isEqualTo(new Decision.Retry(end));
    assertThat(DEFAULTS.after(41, BORN, end, chance(0.5))).isEqualTo(new Decision.GiveUp());
  }

  @Test
  void theSenderIsWarnedAfterFourHours() {
    assertThat(DEFAULTS.warns(BORN, BORN.plus(Duration.ofHours(4)).minusMillis(1))).isFalse();
    assertThat(DEFAULTS.warns(BORN, BORN.plus(Duration.ofHours(4)))).isTrue();
  }

  @Test
  void aScheduleThatDoesNotBackOffIsRefused() {
    var hour = Duration.ofHours(1);
    assertThatThrownBy(() -> new RetrySchedule(hour, 1, hour, 0.2, hour, hour))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RetrySchedule(Duration.ZERO, 2, hour, 0.2, hour, hour))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RetrySchedule(hour, 2, hour, 1, hour, hour))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
