package io.l7.bittorrent.lsd;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.common.spec.Spec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LsdScheduleTest {
  private static final LsdLimits LIMITS = LsdLimits.DEFAULT;

  private static List<InfoHash> torrents(int count) {
    return IntStream.range(0, count)
        .mapToObj(n -> InfoHash.parse(String.format("%040x", n + 1)))
        .toList();
  }

  private static long second(int number) {
    return TimeUnit.SECONDS.toNanos(number);
  }

  /** An hour, second by second. */
  @ParameterizedTest
  @CsvSource({"1, 1, 300", "3, 1, 300", "5, 1, 300", "6, 2, 360", "30, 6, 300", "120, 24, 300"})
  @Spec("BEP 14")
  void eachIsAnnouncedEveryFiveMinutesAndNoMoreThanOneAnnounceAMinute(
      int count, int together, int longest) {
    var schedule = new LsdSchedule(LIMITS, second(0));
    Map<InfoHash, List<Integer>> when = new HashMap<>();
    var announces = new ArrayList<Integer>();
    for (int now = 0; now < 3_600; now++) {
      var next = schedule.next(torrents(count), second(now));
      assertThat(next.size()).isLessThanOrEqualTo(together);
      if (!next.isEmpty()) {
        announces.add(now);
      }
      for (var torrent : next) {
        when.computeIfAbsent(torrent, _ -> new ArrayList<>()).add(now);
      }
    }
    assertThat(announces).startsWith(0);
    for (int i = 1; i < announces.size(); i++) {
      assertThat(announces.get(i) - announces.get(i - 1)).isGreaterThanOrEqualTo(60);
    }
    assertThat(when).hasSize(count);
    for (var times : when.values()) {
      assertThat(times.getFirst()).isLessThan(300);
      for (int i = 1; i < times.size(); i++) {
        assertThat(times.get(i) - times.get(i - 1)).isBetween(300, longest);
      }
    }
  }

  @Test
  void ofMoreThanCanBeToldEachHasItsTurn() {
    var schedule = new LsdSchedule(LIMITS, second(0));
    var told = new ArrayList<InfoHash>();
    for (int now = 0; now < 600; now++) {
      told.addAll(schedule.next(torrents(240), second(now)));
    }
    assertThat(told).doesNotHaveDuplicates().hasSize(240);
  }

  @Test
  void aTorrentThatComesAgainIsAnnouncedAgainButNotWithinTheMinute() {
    var schedule = new LsdSchedule(LIMITS, second(0));
    assertThat(schedule.next(torrents(1), second(0))).hasSize(1);
    assertThat(schedule.next(List.of(), second(10))).isEmpty();
    assertThat(schedule.next(torrents(1), second(59))).isEmpty();
    assertThat(schedule.next(torrents(1), second(60))).hasSize(1);
  }

  @Test
  void theFirstIsAnnouncedAtOnceHoweverLongNothingWasThere() {
    var schedule = new LsdSchedule(LIMITS, second(0));
    assertThat(schedule.next(List.of(), second(30))).isEmpty();
    assertThat(schedule.next(torrents(1), second(31))).hasSize(1);
  }
}
