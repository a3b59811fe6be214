package io.l7.smtp.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.time.VirtualTime;
import io.l7.smtp.auth.LoginBrake.Strength;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Guessing gets slower. */
class LoginBrakeTest {
  private final VirtualTime time = new VirtualTime();

  /** How long each failure shuts the door. */
  private List<Duration> pauses(LoginBrake brake, int failures) {
    var out = new ArrayList<Duration>();
    for (var i = 0; i < failures; i++) {
      brake.failed("key");
      var pause = Duration.ZERO;
      while (brake.refuses("key")) {
        time.advance(Duration.ofSeconds(1));
        pause = pause.plusSeconds(1);
      }
      out.add(pause);
    }
    return out;
  }

  @Test
  void anAddressMayMistypeThenWaitsTwiceAsLongEachTime() {
    var brake = new LoginBrake(time.clock(), Strength.ADDRESS);
    assertThat(pauses(brake, 15))
        .extracting(Duration::toSeconds)
        .containsExactly(0L, 0L, 0L, 0L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 512L, 900L, 900L);
  }

  @Test
  void aUserIsNeverLockedOutForLong() {
    var brake = new LoginBrake(time.clock(), Strength.USER);
    var pauses = pauses(brake, 40);
    assertThat(pauses.subList(0, 9)).allMatch(Duration::isZero);
    assertThat(pauses.subList(15, 40)).allMatch(Duration.ofMinutes(1)::equals);
  }

  @Test
  void aClockThatIsSetBackLocksNobodyOut() {
    var now = new AtomicReference<>(time.now());
    var brake = new LoginBrake(now::get, Strength.USER);
    for (var i = 0; i < 15; i++) {
      brake.failed("key");
    }
    assertThat(brake.refuses("key")).isTrue();
    now.updateAndGet(before -> before.minus(Duration.ofDays(365)));
    assertThat(brake.refuses("key")).as("nothing is known of the time since").isTrue();
    now.updateAndGet(before -> before.plus(Duration.ofMinutes(2)));
    assertThat(brake.refuses("key")).as("the longest pause is over").isFalse();
  }

  @Test
  void successAndTimeForgive() {
    var brake = new LoginBrake(time.clock(), Strength.ADDRESS);
    pauses(brake, 8);
    brake.succeeded("key");
    assertThat(pauses(brake, 4)).allMatch(Duration::isZero);
    time.advance(Duration.ofMinutes(61));
    assertThat(pauses(brake, 4)).allMatch(Duration::isZero);
  }
}
