package io.l7.dash.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import io.l7.dash.testkit.Budget;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which segment of a looped recording stands where, and when it is there. */
class LoopTest {
  /** 48 kHz sound of 2 s, 2 s and a rest, that begins 1,024 ticks before the film. */
  private static final long[] SOUND = {3_072, 99_072, 195_072, 234_432};

  private static Loop sound(LiveForm form) {
    return new Loop(48_000, 4_096, SOUND, 4_820, form);
  }

  @Test
  void roundsFollowOneAnotherWithoutAGap() {
    var loop = sound(LiveForm.TIMELINE);
    for (long number = 1_000_000_000L; number < 1_000_000_100L; number++) {
      assertThat(loop.start(number) + loop.duration(number)).isEqualTo(loop.start(number + 1));
      int k = loop.source(number);
      assertThat(loop.start(number)).isEqualTo(SOUND[k] + loop.shift(number));
      assertThat(loop.duration(number) - loop.stretch(number)).isEqualTo(SOUND[k + 1] - SOUND[k]);
      assertThat(loop.stretch(number)).isBetween(0L, k == 2 ? 48L : 0L);
    }
  }

  @Test
  void ticksAreExactAfterAllTheYearsSince1970() {
    var loop = new Loop(90_000, 0, new long[] {0, 360_000}, 4_000, LiveForm.TIMELINE);
    assertThat(loop.start(500_000_000L)).isEqualTo(500_000_000L * 360_000);
  }

  @Test
  @Spec("ISO/IEC 23009-1 §A.3.4")
  void aSegmentIsThereFromItsEndUntilItsDurationAfterTheWindow() {
    var loop = new Loop(1_000, 0, new long[] {0, 2_000, 4_000}, 4_000, LiveForm.TIMELINE);
    assertThat(loop.availableMs(5)).isEqualTo(12_000);
    assertThat(loop.goneMs(5, 30_000)).isEqualTo(44_000);
    assertThat(loop.last(11_999)).isEqualTo(4);
    assertThat(loop.last(12_000)).isEqualTo(5);
    assertThat(loop.first(43_999, 30_000)).isEqualTo(5);
    assertThat(loop.first(44_000, 30_000)).isEqualTo(6);
  }

  @ParameterizedTest
  @EnumSource(LiveForm.class)
  void firstAndLastAreAllThatIsThereAtAnyMoment(LiveForm form) {
    var random = Seeded.random("moments");
    for (int round = 0; round < 500; round++) {
      long[] times = random.longs(6, 0, 300_000).distinct().sorted().toArray();
      if (times.length < 2) {
        continue;
      }
      long ms = Loop.roundMs(times, 48_000) + random.nextInt(50);
      var loop = new Loop(48_000, times[0], times, ms, form);
      long now = 1_700_000_000_000L + random.nextInt(1_000_000);
      long window = random.nextInt(10_000, 60_000);
      String what = Arrays.toString(times) + " round " + ms + " now " + now + " window " + window;
      long last = loop.last(now);
      long first = loop.first(now, window);
      assertThat(loop.availableMs(last)).as(what).isLessThanOrEqualTo(now);
      assertThat(loop.availableMs(last + 1)).as(what).isGreaterThan(now);
      assertThat(first).as(what).isLessThanOrEqualTo(last);
      assertThat(loop.goneMs(first, window)).as(what).isGreaterThan(now);
      assertThat(loop.goneMs(first - 1, window)).as(what).isLessThanOrEqualTo(now);
    }
  }

  @Test
  void countedByTheClockNothingDrifts() {
    var loop = sound(LiveForm.NUMBER);
    // Three segments a round, whatever their durations.
    assertThat(loop.availableMs(299_999_999)).isEqualTo(100_000_000L * 4_820);
    assertThat(loop.last(100_000_000L * 4_820)).isEqualTo(299_999_999);
  }

  @Test
  void aFilmOfADayCostsNoMoreThanAShortOne() {
    long[] times = new long[43_201];
    Arrays.setAll(times, k -> k * 180_000L);
    var loop = new Loop(90_000, 0, times, 86_400_000, LiveForm.TIMELINE);
    long noon = 1_772_366_400_000L;
    new Budget(Duration.ofMillis(100), 8 << 20)
        .holds(
            () -> {
              for (int k = 0; k < 2_000; k++) {
                long now = noon + k * 1_000L;
                long first = loop.first(now, 60_000);
                assertThat(loop.goneMs(first, 60_000)).isGreaterThan(now);
                assertThat(loop.goneMs(first - 1, 60_000)).isLessThanOrEqualTo(now);
                assertThat(loop.availableMs(loop.last(now) + 1)).isGreaterThan(now);
              }
            });
  }

  @ParameterizedTest
  @EnumSource(LiveForm.class)
  void aFilmThatBeginsFarFromItsOriginIsFoundAllTheSame(LiveForm form) {
    for (long origin : new long[] {-2_000_000, -30_000, 30_000, 2_000_000}) {
      var loop = new Loop(1_000, origin, new long[] {0, 2_000, 4_000}, 4_000, form);
      long last = loop.last(1_772_366_400_123L);
      assertThat(loop.availableMs(last)).isLessThanOrEqualTo(1_772_366_400_123L);
      assertThat(loop.availableMs(last + 1)).isGreaterThan(1_772_366_400_123L);
    }
  }
}
