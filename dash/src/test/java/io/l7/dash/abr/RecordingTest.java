package io.l7.dash.abr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.l7.common.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordingTest {
  private static final Movie MOVIE = Movie.nominal(4000, List.of(200.0, 500.0, 1000.0, 2500.0), 40);
  private static final Trace LINK =
      new Trace(
          "steps",
          List.of(
              new Trace.Period(20_000, 2600, 60),
              new Trace.Period(9_000, 300, 90),
              new Trace.Period(11_000, 1400, 40)));

  /** A player's report of a simulated session, as {@code dash play} writes it. */
  private static String report(Session session) {
    var chunks = new ArrayList<Json>();
    for (var attempt : session.attempts()) {
      chunks.add(
          Json.object()
              .put("start_ms", attempt.startMs() + attempt.waitMs())
              .put("ms", attempt.elapsedMs())
              .put("first_byte_ms", 60.0)
              .put("bytes", attempt.bits() / 8)
              .build());
    }
    return Json.object()
        .put("algorithm", session.algorithm())
        .put("score", session.score())
        .put("stall_s", session.rebufferMs() / 1000)
        .put("buffer_capacity_s", 25.0)
        .put("movie", Laboratory.json(MOVIE))
        .put("chunks", chunks)
        .build()
        .toString();
  }

  private static Session play(String rule) {
    return Simulator.run(MOVIE, LINK, AbrAlgorithm.named(rule), Simulator.DEFAULT_BUFFER_MS);
  }

  @Test
  void theRuleThatPlayedGetsItsOwnSessionAgain() {
    for (String rule : List.of("fixed:1", "fixed:3", "throughput")) {
      Session played = play(rule);
      var recording = Recording.of("r", report(played));
      Session again = recording.replay(AbrAlgorithm.named(rule));
      assertThat(again.score()).as(rule).isCloseTo(played.score(), within(0.05));
      assertThat(again.rebufferMs()).as(rule).isCloseTo(played.rebufferMs(), within(1500.0));
      assertThat(recording.algorithm()).isEqualTo(rule);
    }
  }

  @Test
  void anotherRuleMeetsTheSameLinkAndGivesTheSameTwice() {
    Session stalled = play("fixed:3");
    assertThat(stalled.rebufferMs()).isGreaterThan(10_000);
    var recording = Recording.of("r", report(stalled));
    for (var rule : AbrAlgorithm.all()) {
      Session other = recording.replay(rule);
      assertThat(other.rebufferMs()).as(rule.name()).isLessThan(stalled.rebufferMs() / 2);
      assertThat(recording.replay(rule)).isEqualTo(other);
    }
  }

  @Test
  void theFilmIsReadAsItWasWritten() {
    Movie again = Laboratory.movie(Laboratory.json(MOVIE).toString());
    assertThat(again.segments()).isEqualTo(MOVIE.segments());
    assertThat(again.segmentMs()).isEqualTo(MOVIE.segmentMs());
    for (int q = 0; q < MOVIE.qualities(); q++) {
      assertThat(again.rateKbps(q)).isEqualTo(MOVIE.rateKbps(q));
      assertThat(again.sizeBits(7, q)).isEqualTo(MOVIE.sizeBits(7, q));
    }
  }

  @Test
  void aReportWithoutAFilmIsRefusedWithTheReason() {
    assertThatThrownBy(() -> Recording.of("r", "{\"chunks\":[]}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no film in it");
  }
}
