package io.l7.lab.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.json.Json;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LabEventsTest {
  private static final int MANY = 6_000;

  private final LabEvents events = new LabEvents();

  private void chunk(int number) {
    events.publish("player", Json.object().put("at", number));
  }

  @Test
  void whoComesLateToALongFilmSeesTheLastOfIt() throws Exception {
    for (int i = 0; i < MANY; i++) {
      chunk(i);
    }
    try (var late = events.subscribe()) {
      long last = -1;
      for (var event = late.next(Duration.ZERO);
          !event.isNull();
          event = late.next(Duration.ZERO)) {
        last = (long) event.at("at").number();
      }
      assertThat(last).isEqualTo(MANY - 1);
    }
  }

  @Test
  void whoIsTooSlowIsToldToComeAgain() throws Exception {
    try (var slow = events.subscribe()) {
      for (int i = 0; i < MANY; i++) {
        chunk(i);
      }
      assertThat(slow.isBehind()).isTrue();
    }
    try (var again = events.subscribe()) {
      assertThat(again.isBehind()).isFalse();
      assertThat(again.next(Duration.ZERO).isNull()).isFalse();
    }
  }

  @Test
  void aFilmThatBeginsAnewIsShownAnew() throws Exception {
    chunk(1);
    events.forget("player");
    try (var late = events.subscribe()) {
      assertThat(late.next(Duration.ZERO).isNull()).isTrue();
    }
  }
}
