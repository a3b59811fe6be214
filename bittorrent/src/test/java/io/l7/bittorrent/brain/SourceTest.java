package io.l7.bittorrent.brain;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.pick.FileSelection;
import io.l7.bittorrent.pick.ReadingOrder;
import io.l7.bittorrent.pick.ReadingOrder.Reader;
import io.l7.bittorrent.pick.Receipt;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.PeerKey;
import io.l7.bittorrent.swarm.PieceLayout;
import io.l7.bittorrent.swarm.PiecePriority;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Sources that are no peers, and who reads what they bring. */
class SourceTest {
  private static final PeerKey SLOW = PeerKey.of(-2);
  private static final PeerKey FAST = PeerKey.of(-3);
  private static final long SECOND = 1_000_000_000L;

  /** Forty pieces of four blocks. */
  private final PieceLayout layout = new PieceLayout(160 * Block.LENGTH, 4 * Block.LENGTH);

  private final List<Action> actions = new ArrayList<>();
  private final PeerBrain brain =
      new PeerBrain(
          layout,
          Bitfield.empty(40),
          BrainConfig.DEFAULTS,
          new SplittableRandom(1),
          actions::add,
          PeerBrain.UNLOGGED);

  private void join() {
    brain.sourceJoined(SLOW, 0);
    brain.sourceJoined(FAST, 0);
  }

  @Test
  void whoReadsDoesNotWaitForASlowSource() {
    join();
    brain.readers(List.of(new Reader(0, 8L * Block.LENGTH)), 0);
    var asked = brain.ask(SLOW, 64, 0);
    assertThat(asked).extracting(Block::piece).containsOnly(0, 1);
    for (int i = 1; i <= 4; i++) { // a block a second: it is never silent
      brain.block(SLOW, asked.get(i - 1), i * SECOND);
      brain.tick(i * SECOND);
    }
    assertThat(brain.ask(FAST, 4, 4 * SECOND)).extracting(Block::piece).doesNotContain(0, 1);
    brain.released(FAST, 4 * SECOND);
    brain.tick(5 * SECOND);
    assertThat(brain.ask(FAST, 64, 5 * SECOND)).containsExactlyElementsOf(asked.subList(4, 8));
    assertThat(brain.block(FAST, asked.get(4), 6 * SECOND)).isInstanceOf(Receipt.Wanted.class);
    assertThat(brain.block(SLOW, asked.get(4), 6 * SECOND)).isInstanceOf(Receipt.Duplicate.class);
    assertThat(brain.awaits(SLOW)).isTrue();
    for (var block : asked.subList(5, 8)) {
      brain.block(FAST, block, 7 * SECOND);
    }
    assertThat(brain.awaits(SLOW)).as("nothing is left of its run").isFalse();
  }

  @Test
  void whatNobodyWaitsForIsNotAskedTwice() {
    join();
    var asked = brain.ask(SLOW, 64, 0);
    assertThat(asked).hasSize(64);
    for (int i = 1; i <= 20; i++) {
      brain.tick(i * SECOND);
    }
    assertThat(brain.ask(FAST, 200, 20 * SECOND)).doesNotContainAnyElementsOf(asked);
  }

  /** A long run takes longer than a reader would wait, and nobody does. */
  @Test
  void whatComesInOrderForNobodyIsNotAskedTwiceEither() {
    join();
    var all = List.of(new FileSelection.Range(0, layout.totalLength(), PiecePriority.NORMAL));
    brain.order(
        new ReadingOrder(layout, all, ReadingOrder.Mode.SEQUENTIAL, ReadingOrder.Limits.DEFAULTS));
    var asked = brain.ask(SLOW, 100, 0);
    assertThat(asked).hasSize(100);
    for (int i = 1; i <= 20; i++) {
      brain.tick(i * SECOND);
    }
    assertThat(brain.ask(FAST, 200, 20 * SECOND)).doesNotContainAnyElementsOf(asked);
  }
}
