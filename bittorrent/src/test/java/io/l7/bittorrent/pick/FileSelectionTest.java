package io.l7.bittorrent.pick;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.pick.FileSelection.Range;
import io.l7.bittorrent.swarm.PieceLayout;
import io.l7.bittorrent.swarm.PiecePriority;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileSelectionTest {
  @Test
  void aPieceSharedByTwoFilesTakesTheHigherPriority() {
    PieceLayout layout = new PieceLayout(1000, 100);
    List<PiecePriority> priorities =
        FileSelection.priorities(
            layout,
            List.of(
                new Range(0, 250, PiecePriority.SKIP),
                new Range(250, 0, PiecePriority.HIGH),
                new Range(250, 50, PiecePriority.NORMAL),
                new Range(300, 700, PiecePriority.LOW)));
    assertThat(priorities.subList(0, 4))
        .containsExactly(
            PiecePriority.SKIP, PiecePriority.SKIP, PiecePriority.NORMAL, PiecePriority.LOW);
  }
}
