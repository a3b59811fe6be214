package io.l7.bittorrent.webseed;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a web seed that failed is asked again, and how much, in virtual time. */
class RestScheduleTest {
  private static final long START = Long.MAX_VALUE - 5_000_000_000L; // the clock wraps within
  private final RestSchedule rest = new RestSchedule(WebSeedLimits.DEFAULT, START);
  private long now = START;

  private static WebSeedFault busy(Optional<Duration> retryAfter) {
    return new WebSeedFault.Unavailable("answers 503", retryAfter);
  }

  private Duration after(WebSeedFault fault) {
    rest.failed(fault, now);
    long pause = rest.pause(now);
    now += pause;
    assertThat(rest.pause(now)).isZero();
    assertThat(rest.pause(now - 1)).isEqualTo(1);
    return Duration.ofNanos(pause);
  }

  @Test
  void eachPauseIsTwiceTheLastUpToAnHourAndBeginsAnewAfterASuccess() {
    assertThat(rest.pause(now)).isZero();
    for (int seconds = 5; seconds <= 2560; seconds *= 2) {
      assertThat(after(busy(Optional.empty()))).isEqualTo(Duration.ofSeconds(seconds));
    }
    for (int i = 0; i < 40; i++) {
      assertThat(after(busy(Optional.empty()))).isEqualTo(Duration.ofHours(1));
    }
    rest.gave();
    assertThat(after(busy(Optional.empty()))).isEqualTo(Duration.ofSeconds(5));
    assertThat(rest.isOver()).isFalse();
  }

  @Test
  @Spec("RFC 9110 §10.2.3")
  void aServerThatAsksForMoreTimeHasItUpToAnHour() {
    assertThat(after(busy(Optional.of(Duration.ofSeconds(90))))).isEqualTo(Duration.ofSeconds(90));
    assertThat(after(busy(Optional.of(Duration.ofSeconds(1))))).isEqualTo(Duration.ofSeconds(10));
    assertThat(after(busy(Optional.of(Duration.ofSeconds(Long.MAX_VALUE)))))
        .isEqualTo(Duration.ofHours(1));
  }

  @Test
  void whoLiesThreeTimesOrMustNotBeAskedIsNotAskedAgain() {
    after(new WebSeedFault.Untrue("another range"));
    rest.gave();
    after(new WebSeedFault.Untrue("another range"));
    assertThat(rest.isOver()).isFalse();
    after(new WebSeedFault.Untrue("another range"));
    assertThat(rest.isOver()).isTrue();
    var other = new RestSchedule(WebSeedLimits.DEFAULT, now);
    other.failed(new WebSeedFault.Refused("a redirect to a local address", new IOException()), now);
    assertThat(other.isOver()).isTrue();
  }

  @Test
  void runsGrowWhileTheyAreQuickAndShrinkWhenTheyAreSlow() {
    var run = new RunLength(WebSeedLimits.DEFAULT);
    assertThat(run.bytes()).isEqualTo(1 << 20);
    run.took(1 << 19, 1_000_000);
    assertThat(run.bytes()).as("a shorter one says nothing of a longer").isEqualTo(1 << 20);
    for (int i = 0; i < 10; i++) {
      run.took(run.bytes(), 3_999_999_999L);
    }
    assertThat(run.bytes()).isEqualTo(16 << 20);
    run.took(run.bytes(), 10_000_000_000L);
    assertThat(run.bytes()).isEqualTo(16 << 20);
    for (int i = 0; i < 10; i++) {
      run.took(run.bytes(), 17_000_000_000L);
    }
    assertThat(run.bytes()).isEqualTo(1 << 18);
  }

  @Test
  void theNextRunIsAskedForTwoSecondsBeforeTheEndAndTwiceAsLongWhileTheyAreQuick() {
    var run = new RunLength(WebSeedLimits.DEFAULT);
    int mib = 1 << 20;
    assertThat(run.isSoonOver(mib / 4, mib, 700_000_000L)).as("2.1 s are left").isFalse();
    assertThat(run.isSoonOver(mib / 4, mib, 600_000_000L)).as("1.8 s are left").isTrue();
    assertThat(run.bytesAhead(mib / 4, mib, 900_000_000L)).isEqualTo(2 * mib);
    assertThat(run.bytesAhead(mib / 4, mib, 1_100_000_000L)).isEqualTo(mib);
    assertThat(run.bytesAhead(mib / 4, mib / 2, 1L)).as("a short one says nothing").isEqualTo(mib);
  }

  @Test
  void oneFileThatIsNotThereIsNoReasonNotToAskForTheNextAndTenInARowAre() {
    rest.failed(busy(Optional.empty()), now);
    assertThat(rest.pause(now)).isPositive();
    now += rest.pause(now);
    for (int file = 1; file < 10; file++) {
      rest.failed(new WebSeedFault.Missing(file, "answers 404"), now);
      assertThat(rest.pause(now)).isZero();
      assertThat(rest.untilAgain(now)).isPositive();
    }
    rest.failed(new WebSeedFault.Missing(10, "answers 404"), now);
    assertThat(rest.pause(now)).isPositive();
    rest.gave();
    assertThat(rest.pause(now)).isZero();
  }
}
