package io.l7.dash.abr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatorTest {
  private static final List<String> PORTED =
      List.of("fixed:0", "fixed:3", "fixed:5", "fixed:9", "throughput", "bola");

  @ParameterizedTest
  @ValueSource(strings = {"3G", "4G", "sd_fs", "hd_fs"})
  void scoresEqualThoseOfSabreToTheThirdDecimal(String set) throws Exception {
    Movie movie = SabreData.movie(set);
    Map<String, Trace> traces = new HashMap<>();
    SabreData.traces(set).forEach(t -> traces.put(t.name(), t));
    int compared = 0;
    for (String[] row : SabreData.table("reference-scores.tsv")) {
      if (row[0].equals(set) && PORTED.contains(row[2])) {
        var session = run(movie, Objects.requireNonNull(traces.get(row[1])), row[2]);
        assertThat(session.score())
            .as(row[1] + " " + row[2])
            .isCloseTo(number(row[3]), within(5e-4));
        assertThat(session.rebufferMs() / 1000).isCloseTo(number(row[6]), within(5e-3));
        compared++;
      }
    }
    assertThat(compared).isGreaterThanOrEqualTo(traces.size() * 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"throughput", "bola"})
  void everyAttemptOfAPortedRuleIsSabres(String rule) throws Exception {
    for (String set : List.of("3G", "4G")) {
      Movie movie = SabreData.movie(set);
      Map<String, List<String[]>> byTrace = new HashMap<>();
      for (String[] row : SabreData.table("attempt-logs.tsv")) {
        if (row[0].equals(set) && row[2].equals(rule)) {
          byTrace.computeIfAbsent(row[1], k -> new ArrayList<>()).add(row);
        }
      }
      for (Trace trace : SabreData.traces(set)) {
        List<String[]> rows = byTrace.getOrDefault(trace.name(), List.of());
        if (rows.isEmpty()) {
          continue;
        }
        var attempts = run(movie, trace, rule).attempts();
        assertThat(attempts).hasSameSizeAs(rows);
        for (int i = 0; i < rows.size(); i++) {
          var attempt = attempts.get(i);
          String[] row = rows.get(i);
          assertThat(attempt.segment()).isEqualTo(Integer.parseInt(row[3]));
          assertThat(attempt.quality()).isEqualTo(Integer.parseInt(row[4]));
          assertThat(attempt.cutMs().isPresent()).isEqualTo(row[10].equals("1"));
          assertThat(attempt.startMs()).isCloseTo(number(row[6]), within(0.01));
          assertThat(attempt.elapsedMs()).isCloseTo(number(row[8]), within(0.01));
          assertThat(attempt.bufferMs()).isCloseTo(number(row[11]), within(0.01));
        }
      }
    }
  }

  @Test
  void aRunGivesTheSameTwice() {
    var movie = Movie.nominal(2000, List.of(300.0, 800.0, 2000.0), 40);
    var trace =
        new Trace(
            "steps", List.of(new Trace.Period(9000, 2500, 40), new Trace.Period(7000, 350, 80)));
    assertThat(run(movie, trace, "l7")).isEqualTo(run(movie, trace, "l7"));
  }

  @Test
  void aTraceThatNeverMovesABitIsRefused() {
    assertThatThrownBy(() -> new Trace("dead", List.of(new Trace.Period(1000, 0, 10))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("never moves a bit");
  }

  private static Session run(Movie movie, Trace trace, String rule) {
    return Simulator.run(movie, trace, AbrAlgorithm.named(rule), Simulator.DEFAULT_BUFFER_MS);
  }

  private static double number(String text) {
    return Double.parseDouble(text);
  }
}
