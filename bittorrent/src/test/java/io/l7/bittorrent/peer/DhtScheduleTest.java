package io.l7.bittorrent.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.dht.DhtLimits;
import io.l7.bittorrent.dht.DhtSearch;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DhtScheduleTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final DhtSearch.End FOUND = new DhtSearch.End(9, 9, 2, 1, 8, List.of());

  /** What a torrent is like while time passes. */
  private enum Life {
    SEEDING,
    ALONE,
    IN_COMPANY
  }

  private final DhtSchedule schedule =
      new DhtSchedule(DhtLimits.DEFAULT, Seeded.random("dht schedule"), 0);

  /** When searches began, in seconds, each over after one. */
  private List<Long> searches(Duration time, DhtSearch.End end, Life life) {
    var begun = new ArrayList<Long>();
    for (long second = 0; second < time.toSeconds(); second++) {
      if (life == Life.ALONE) {
        schedule.alone();
      } else if (life == Life.IN_COMPANY) {
        schedule.inCompany();
      }
      if (schedule.begin(second * SECOND)) {
        begun.add(second);
        assertThat(schedule.begin(second * SECOND)).isFalse();
        schedule.ended(end, (second + 1) * SECOND);
      }
    }
    return begun;
  }

  @Test
  @Spec("BEP 5")
  void aSearchIsRepeatedEveryFifteenToThirtyMinutesByLot() {
    var begun = searches(Duration.ofHours(12), FOUND, Life.SEEDING);
    assertThat(begun.getFirst()).isZero();
    var pauses = new ArrayList<Long>();
    for (int i = 1; i < begun.size(); i++) {
      pauses.add(begun.get(i) - begun.get(i - 1));
    }
    assertThat(pauses).allMatch(pause -> pause >= 15 * 60 && pause <= 30 * 60 + 2);
    assertThat(pauses).doesNotHaveDuplicates().hasSizeGreaterThan(20);
  }

  @Test
  void whoFindsNobodyTriesAgainAtGrowingPauses() {
    var begun = searches(Duration.ofMinutes(4), DhtSearch.End.NOBODY, Life.SEEDING);
    assertThat(begun).containsExactly(0L, 6L, 17L, 38L, 79L, 160L);
    assertThat(searches(Duration.ofDays(1), DhtSearch.End.NOBODY, Life.ALONE)).hasSizeLessThan(120);
  }

  @Test
  void whoFoundPeersThatAreNotThereTriesAgainAtGrowingPauses() {
    assertThat(searches(Duration.ofMinutes(4), FOUND, Life.ALONE))
        .containsExactly(0L, 6L, 17L, 38L, 79L, 160L);
  }

  @Test
  void whoIsInCompanyHasNoHurry() {
    assertThat(searches(Duration.ofMinutes(14), FOUND, Life.IN_COMPANY)).hasSize(1);
  }

  @Test
  void whatHasChangedIsAnnouncedAtOnceOrAfterTheSearchThatIsUnderWay() {
    assertThat(schedule.begin(0)).isTrue();
    schedule.changed(SECOND);
    assertThat(schedule.begin(SECOND)).isFalse();
    schedule.ended(FOUND, 2 * SECOND);
    assertThat(schedule.begin(2 * SECOND)).isTrue();
    schedule.ended(FOUND, 3 * SECOND);
    schedule.changed(4 * SECOND);
    assertThat(schedule.begin(4 * SECOND)).isTrue();
  }
}
