package io.l7.dash.abr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlanningRuleTest {
  private static final double BUFFER_MS = Simulator.DEFAULT_BUFFER_MS;

  @Test
  void onASteadyLinkItPlaysTheRateThatFitsWithoutAStall() {
    var movie = Movie.nominal(4000, List.of(200.0, 500.0, 1000.0, 4000.0), 60);
    var trace = new Trace("steady", List.of(new Trace.Period(60_000, 1500, 50)));
    var session = Simulator.run(movie, trace, AbrAlgorithm.named("l7"), BUFFER_MS);
    assertThat(session.rebufferMs()).isZero();
    assertThat(session.kbps()).isGreaterThan(900);
  }

  @Test
  void aRequestCaughtByAnOutageIsGivenUpForLess() {
    var movie = Movie.nominal(4000, List.of(200.0, 6000.0), 30);
    var trace =
        new Trace(
            "drop",
            List.of(new Trace.Period(30_000, 12_000, 50), new Trace.Period(60_000, 250, 50)));
    var session = Simulator.run(movie, trace, AbrAlgorithm.named("l7"), BUFFER_MS);
    assertThat(session.attempts()).anyMatch(a -> a.cutMs().isPresent());
    assertThat(session.rebufferMs()).isLessThan(4000);
  }

  @Test
  void theEndOfTheFilmUsesUpTheBuffer() {
    var movie = Movie.nominal(4000, List.of(200.0, 600.0, 2000.0), 40);
    var trace = new Trace("steady", List.of(new Trace.Period(60_000, 800, 20)));
    var session = Simulator.run(movie, trace, AbrAlgorithm.named("l7"), BUFFER_MS);
    var end = session.attempts().subList(30, session.attempts().size());
    double fullest = end.stream().mapToDouble(Session.Attempt::bufferMs).max().orElse(0);
    assertThat(end).anyMatch(a -> a.quality() == 2);
    assertThat(end.getLast().bufferMs()).isLessThan(fullest * 0.7);
    assertThat(session.rebufferMs()).isZero();
  }

  @Test
  void onRealLinksItBeatsBolaAndStallsLess() throws Exception {
    Movie movie = SabreData.movie("3G");
    var traces = SabreData.traces("3G").subList(0, 12);
    double own = 0;
    double bola = 0;
    var l7 = AbrAlgorithm.named("l7");
    for (Trace trace : traces) {
      own += Simulator.run(movie, trace, l7, BUFFER_MS).score();
      bola += Simulator.run(movie, trace, AbrAlgorithm.named("bola"), BUFFER_MS).score();
    }
    assertThat(own / traces.size()).isGreaterThan(bola / traces.size() + 0.03);
  }

  @Test
  void noRuleBeatsTheOptimumAndItIsReachedOnASteadyLink() {
    var movie = Movie.nominal(3000, List.of(250.0, 500.0, 1000.0), 30);
    var trace = new Trace("steady", List.of(new Trace.Period(10_000, 5000, 20)));
    double optimum = Optimum.score(movie, trace, BUFFER_MS);
    for (var rule : AbrAlgorithm.all()) {
      assertThat(Simulator.run(movie, trace, rule, BUFFER_MS).score())
          .as(rule.name())
          .isLessThanOrEqualTo(optimum + 1e-6);
    }
    double top = Simulator.run(movie, trace, AbrAlgorithm.named("fixed:2"), BUFFER_MS).score();
    assertThat(optimum).isBetween(top - 0.01, top + 0.01);
  }
}
