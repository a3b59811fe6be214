package io.l7.smtp.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.time.VirtualTime;
import io.l7.smtp.auth.LoginBrake.Strength;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Guessing gets slower; an unknown user is no quicker to tell than a wrong password. */
class LoginBrakeTest {
  private static final String KNOWN = "bob@hamburger.edu";
  private static final String UNKNOWN = "nobody@hamburger.edu";

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
  void successAndTimeForgive() {
    var brake = new LoginBrake(time.clock(), Strength.ADDRESS);
    pauses(brake, 8);
    brake.succeeded("key");
    assertThat(pauses(brake, 4)).allMatch(Duration::isZero);
    time.advance(Duration.ofMinutes(61));
    assertThat(pauses(brake, 4)).allMatch(Duration::isZero);
  }

  @Test
  void anUnknownUserCostsWhatAWrongPasswordCosts() {
    var users = new MemoryUsers().with(KNOWN, "secret");
    var brake =
        new LoginBrake(
            time.clock(),
            new Strength(
                1 << 20, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1)));
    var authenticator = new Authenticator(users, "hamburger.edu", Runnable::run, brake);
    var known = new long[101];
    var unknown = new long[101];
    for (var i = -50; i < known.length; i++) { // the first ones are for the compiler
      var first = nanos(authenticator, i % 2 == 0 ? KNOWN : UNKNOWN);
      var second = nanos(authenticator, i % 2 == 0 ? UNKNOWN : KNOWN);
      var wrong = i % 2 == 0 ? first : second;
      var nobody = i % 2 == 0 ? second : first;
      if (i >= 0) {
        known[i] = wrong;
        unknown[i] = nobody;
      }
    }
    Arrays.sort(known);
    Arrays.sort(unknown);
    var ratio = (double) known[50] / unknown[50];
    assertThat(ratio)
        .as("median of a wrong password over that of an unknown user")
        .isBetween(0.9, 1.1);
  }

  private static long nanos(Authenticator authenticator, String user) {
    var threads = ManagementFactory.getThreadMXBean(); // processor time: the machine may be busy
    var start = threads.getCurrentThreadCpuTime();
    assertThat(authenticator.check(user, "wrong")).isInstanceOf(SaslStep.Denied.class);
    return threads.getCurrentThreadCpuTime() - start;
  }
}
