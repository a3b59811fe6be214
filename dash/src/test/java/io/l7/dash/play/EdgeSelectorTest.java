package io.l7.dash.play;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EdgeSelectorTest {
  private static final List<String> EDGES = List.of("a", "b", "c");
  private final EdgeSelector selector = new EdgeSelector();

  private String choose(double bufferMs, double now) {
    return selector.choose(EDGES, 1e6, bufferMs, now).edge();
  }

  @Test
  void theManifestsFirstEdgeComesFirst() {
    assertThat(choose(0, 0)).isEqualTo("a");
  }

  @Test
  void aFailedEdgeIsLeftAtOnceAndComesBackAfterItsPause() {
    assertThat(choose(0, 0)).isEqualTo("a");
    selector.failed("a", 100);
    assertThat(choose(0, 101)).isEqualTo("b");
    selector.failed("b", 200);
    assertThat(choose(0, 201)).isEqualTo("c");
    selector.failed("c", 300);
    assertThat(choose(0, 100 + EdgeSelector.FIRST_PAUSE_MS)).isEqualTo("a");
  }

  @Test
  void thePauseDoublesAndSuccessEndsIt() {
    selector.failed("a", 0);
    selector.failed("a", 10_000);
    assertThat(choose(0, 10_000 + EdgeSelector.FIRST_PAUSE_MS + 1)).isEqualTo("b");
    assertThat(selector.hasAlternative(EDGES, "b", 10_000 + 2 * EdgeSelector.FIRST_PAUSE_MS))
        .isTrue();
    selector.succeeded("a", 5000, 20, 30_000);
    selector.failed("a", 31_000);
    assertThat(
            selector.hasAlternative(List.of("a", "x"), "x", 31_000 + EdgeSelector.FIRST_PAUSE_MS))
        .isTrue();
  }

  @Test
  void withAllExcludedTheOneDueFirstIsAsked() {
    selector.failed("c", 0);
    selector.failed("a", 10);
    selector.failed("b", 20);
    assertThat(choose(0, 30)).isEqualTo("c");
  }

  @Test
  void unmeasuredEdgesAreTriedOnlyWhileTheBufferAllows() {
    choose(0, 0);
    selector.succeeded("a", 4000, 20, 100);
    assertThat(choose(5_000, 200)).isEqualTo("a");
    assertThat(choose(20_000, 300)).isEqualTo("b");
  }

  @Test
  void aClearlyFasterEdgeTakesOverASlightlyFasterOneDoesNot() {
    choose(0, 0);
    selector.succeeded("a", 4000, 20, 100);
    selector.succeeded("b", 4400, 20, 110);
    selector.succeeded("c", 300, 20, 120);
    assertThat(choose(20_000, 200)).isEqualTo("a");
    for (int i = 0; i < 10; i++) {
      selector.succeeded("b", 12_000, 20, 300 + i);
    }
    assertThat(choose(20_000, 400)).isEqualTo("b");
  }

  @Test
  void aSilentEdgeIsRacedByTheFastestOther() {
    assertThat(selector.rival(EDGES, "a", 1e6, 0)).hasValue("b");
    selector.succeeded("b", 300, 20, 0);
    selector.succeeded("c", 4000, 20, 0);
    assertThat(selector.rival(EDGES, "a", 1e6, 10)).hasValue("c");
    selector.failed("c", 20);
    assertThat(selector.rival(EDGES, "a", 1e6, 30)).hasValue("b");
    selector.failed("b", 40);
    assertThat(selector.rival(EDGES, "a", 1e6, 50)).hasValue("c");
    assertThat(selector.rival(List.of("a"), "a", 1e6, 50)).isEmpty();
  }

  @Test
  void whoWinsARaceIsAskedFromThenOn() {
    assertThat(choose(0, 0)).isEqualTo("a");
    selector.won("c");
    assertThat(choose(0, 1)).isEqualTo("c");
  }
}
