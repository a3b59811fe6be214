package io.l7.bittorrent.announce;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The timer of announces in virtual time, from any origin, with a clock that jumps. */
class AnnounceScheduleTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MINUTE = 60 * SECOND;
  private static final Duration SHORTEST = AnnounceLimits.DEFAULT.shortest();

  private static AnnounceAnswer.Accepted every(Duration interval, Duration least) {
    return new AnnounceAnswer.Accepted(
        interval,
        Optional.of(least),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  private static AnnounceSchedule running(long now) {
    var schedule = new AnnounceSchedule(AnnounceLimits.DEFAULT, now);
    assertThat(schedule.due(now)).contains(AnnounceEvent.STARTED);
    schedule.accepted(
        AnnounceEvent.STARTED, every(Duration.ofMinutes(30), Duration.ofMinutes(5)), SHORTEST, now);
    return schedule;
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -7_200 * SECOND, Long.MAX_VALUE - MINUTE})
  @Spec("BEP 3")
  void theIntervalOfTheTrackerIsKeptFromAnyOriginOfTheClock(long origin) {
    var schedule = running(origin);
    assertThat(schedule.due(origin + 30 * MINUTE - 1)).isEmpty();
    assertThat(schedule.pause(origin + 10 * MINUTE)).isEqualTo(20 * MINUTE);
    assertThat(schedule.due(origin + 30 * MINUTE)).contains(AnnounceEvent.NONE);
    schedule.wantPeers();
    assertThat(schedule.due(origin + 5 * MINUTE - 1)).isEmpty();
    assertThat(schedule.due(origin + 5 * MINUTE)).contains(AnnounceEvent.NONE);
  }

  @Test
  void aJumpForwardIsOneAnnounceAndNoBurst() {
    var schedule = running(0);
    long later = 100 * 24 * 60 * MINUTE;
    assertThat(schedule.due(later)).contains(AnnounceEvent.NONE);
    schedule.accepted(
        AnnounceEvent.NONE, every(Duration.ofMinutes(30), Duration.ofMinutes(5)), SHORTEST, later);
    assertThat(schedule.due(later)).isEmpty();
    assertThat(schedule.due(later + 30 * MINUTE - 1)).isEmpty();
    assertThat(schedule.due(later + 30 * MINUTE)).contains(AnnounceEvent.NONE);
  }

  @Test
  void aJumpBackAsksNoSoonerAndIsForgottenWithTheNextAnswer() {
    var schedule = running(60 * MINUTE);
    long before = 50 * MINUTE;
    assertThat(schedule.due(before)).isEmpty();
    assertThat(schedule.pause(before)).isEqualTo(40 * MINUTE);
    schedule.completed();
    assertThat(schedule.due(before)).contains(AnnounceEvent.COMPLETED);
    schedule.accepted(
        AnnounceEvent.COMPLETED,
        every(Duration.ofMinutes(30), Duration.ofMinutes(5)),
        SHORTEST,
        before);
    assertThat(schedule.due(before + 30 * MINUTE)).contains(AnnounceEvent.NONE);
  }

  @Test
  void pausesAfterFailuresDoubleUpToTheLongest() {
    var schedule = new AnnounceSchedule(AnnounceLimits.DEFAULT, 0);
    long now = 0;
    for (int seconds : new int[] {5, 10, 20, 40, 80, 160, 320, 640, 1_280, 1_800, 1_800}) {
      schedule.failed(now);
      assertThat(schedule.due(now + seconds * SECOND - 1)).isEmpty();
      now += seconds * SECOND;
      assertThat(schedule.due(now)).contains(AnnounceEvent.STARTED);
    }
  }

  private static AnnounceAnswer.Accepted everyHalfHour() {
    return new AnnounceAnswer.Accepted(
        Duration.ofMinutes(30),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  @Spec("BEP 3")
  void whoIsAloneAsksATrackerThatNamesNoLeastIntervalMoreSeldomEachTime() {
    var schedule = new AnnounceSchedule(AnnounceLimits.DEFAULT, 0);
    long now = 0;
    schedule.accepted(AnnounceEvent.STARTED, everyHalfHour(), SHORTEST, now);
    for (int minutes : new int[] {2, 4, 8, 16, 30, 30}) {
      schedule.wantPeers();
      assertThat(schedule.due(now + minutes * MINUTE - 1)).isEmpty();
      assertThat(schedule.pause(now)).isEqualTo(minutes * MINUTE);
      now += minutes * MINUTE;
      assertThat(schedule.due(now)).contains(AnnounceEvent.NONE);
      schedule.accepted(AnnounceEvent.NONE, everyHalfHour(), SHORTEST, now);
    }
    now += 30 * MINUTE; // somebody was there all the time
    schedule.accepted(AnnounceEvent.NONE, everyHalfHour(), SHORTEST, now);
    schedule.wantPeers();
    assertThat(schedule.due(now + 2 * MINUTE)).as("alone anew").contains(AnnounceEvent.NONE);
  }

  @Test
  void aTrackerOnThisMachineIsAskedEveryTenSecondsByWhoIsAlone() {
    var schedule = new AnnounceSchedule(AnnounceLimits.DEFAULT, 0);
    schedule.accepted(AnnounceEvent.STARTED, everyHalfHour(), Duration.ZERO, 0);
    schedule.wantPeers();
    assertThat(schedule.due(10 * SECOND - 1)).isEmpty();
    assertThat(schedule.due(10 * SECOND)).contains(AnnounceEvent.NONE);
  }

  @Test
  @Spec("BEP 3")
  void whatWasThereFromTheStartIsNeverToldAsCompleted() {
    var schedule = running(0);
    schedule.alreadyComplete();
    schedule.completed(); // some was lost, and fetched again
    assertThat(schedule.due(MINUTE)).isEmpty();
  }

  @Test
  @Spec("BEP 31")
  void aTrackerThatWantsToBeLeftAloneIsLeftAloneThatLong() {
    var schedule = running(0);
    schedule.refused(Duration.ofHours(2), MINUTE);
    schedule.failed(MINUTE);
    assertThat(schedule.due(120 * MINUTE)).isEmpty();
    assertThat(schedule.due(121 * MINUTE)).contains(AnnounceEvent.NONE);
  }

  @Test
  void aTrackerCanMakeUsNeitherHammerItNorForgetIt() {
    var schedule = running(0);
    schedule.accepted(
        AnnounceEvent.NONE, every(Duration.ofSeconds(1), Duration.ZERO), SHORTEST, MINUTE);
    schedule.wantPeers();
    assertThat(schedule.due(MINUTE + 10 * SECOND - 1)).isEmpty();
    assertThat(schedule.due(MINUTE + 10 * SECOND)).contains(AnnounceEvent.NONE);
    schedule.accepted(
        AnnounceEvent.NONE,
        every(Duration.ofSeconds(Integer.MAX_VALUE), Duration.ofMinutes(5)),
        SHORTEST,
        MINUTE);
    assertThat(schedule.due(24 * 60 * MINUTE)).isEmpty();
    assertThat(schedule.due(24 * 60 * MINUTE + MINUTE)).contains(AnnounceEvent.NONE);
  }
}
