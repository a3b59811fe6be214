package io.l7.common.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class VirtualTimeTest {
  @Test
  void fiveDaysPassInAnInstantAndInOrder() {
    var time = new VirtualTime();
    var start = time.now();
    var happened = new ArrayList<String>();
    time.after(Duration.ofDays(5), () -> happened.add("bounce"));
    time.after(
        Duration.ofHours(4),
        () -> {
          happened.add("warning");
          time.after(Duration.ofHours(1), () -> happened.add("retry"));
        });
    time.after(Duration.ofDays(6), () -> happened.add("late"));
    time.advance(Duration.ofDays(5));
    assertThat(happened).containsExactly("warning", "retry", "bounce");
    assertThat(time.now()).isEqualTo(start.plus(Duration.ofDays(5)));
    assertThat(time.pending()).isEqualTo(1);
  }

  @Test
  void aSleepThatIsInterruptedLeavesNothingToHappen() throws Exception {
    var time = new VirtualTime();
    var sleeper =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    time.sleep(Duration.ofDays(1));
                  } catch (InterruptedException _) {
                    // as it should be
                  }
                });
    while (time.pending() == 0) Thread.onSpinWait();
    sleeper.interrupt();
    sleeper.join();
    assertThat(time.pending()).isZero();
  }

  @Test
  @Timeout(10)
  void noTimeNeedsNobodyToLetItPass() throws Exception {
    var time = new VirtualTime();
    time.sleep(Duration.ZERO);
    time.sleep(Duration.ofSeconds(-1));
    assertThat(time.pending()).isZero();
  }

  @Test
  void whatLiesBeyondAllTimeIsNotDueNow() {
    var time = new VirtualTime();
    var happened = new ArrayList<String>();
    time.advance(Duration.ofDays(1));
    time.after(Duration.ofNanos(Long.MAX_VALUE), () -> happened.add("in 292 years and a day"));
    time.after(Duration.ofSeconds(Long.MAX_VALUE), () -> happened.add("never"));
    time.advance(Duration.ofDays(300));
    assertThat(happened).isEmpty();
  }

  @Test
  void whatIsCancelledDoesNotHappen() {
    var time = new VirtualTime();
    var happened = new ArrayList<String>();
    time.after(Duration.ofSeconds(1), () -> happened.add("one")).cancel();
    time.after(Duration.ofSeconds(1), () -> happened.add("two"));
    time.runUntilIdle();
    assertThat(happened).containsExactly("two");
  }

  @Test
  void theMomentOfTheNextThingIsKnown() {
    var time = new VirtualTime();
    assertThat(time.next()).isEmpty();
    time.after(Duration.ofSeconds(9), () -> {});
    time.after(Duration.ofSeconds(7), () -> {});
    assertThat(time.next()).contains(time.now().plusSeconds(7));
    time.advance(Duration.ofSeconds(8));
    assertThat(time.next()).contains(time.now().plusSeconds(1));
  }

  @Test
  void workForAMomentThatIsPastRunsAtOnceAndOtherWorkAtItsMoment() {
    var time = new VirtualTime();
    var ran = new ArrayList<String>();
    time.at(time.now().plusSeconds(5), () -> ran.add("later"));
    time.at(time.now().minusSeconds(5), () -> ran.add("past"));
    time.advance(Duration.ZERO);
    assertThat(ran).containsExactly("past");
    time.advance(Duration.ofSeconds(5));
    assertThat(ran).containsExactly("past", "later");
  }
}
