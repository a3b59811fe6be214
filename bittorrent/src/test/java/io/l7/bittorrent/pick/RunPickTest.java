package io.l7.bittorrent.pick;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.PeerKey;
import io.l7.bittorrent.swarm.PieceLayout;
import io.l7.bittorrent.swarm.PiecePriority;
import io.l7.common.spec.Spec;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a source is asked for that sends long runs best. */
class RunPickTest {
  private static final PeerKey WEB = PeerKey.of(-2);
  private static final PeerKey PEER = PeerKey.of(1);

  /** Ten pieces of four blocks. */
  private final PieceLayout layout = new PieceLayout(40 * Block.LENGTH, 4 * Block.LENGTH);

  private final Bitfield all = Bitfield.full(10);

  private PiecePicker picker(int... verified) {
    var have = Bitfield.empty(10);
    for (int piece : verified) {
      have.set(piece);
    }
    return new PiecePicker(layout, have, PickLimits.DEFAULTS, new SplittableRandom(1));
  }

  private static List<Integer> pieces(List<Pick> picks) {
    return picks.stream().map(pick -> pick.block().piece()).distinct().toList();
  }

  private List<Pick> run(PiecePicker picker, int blocks) {
    return picker.pickRun(WEB, all, blocks, Expectation.NONE);
  }

  @Test
  @Spec("BEP 19")
  void aRunBeginsWhereTheLongestGapDoes() {
    var picks = run(picker(0, 3, 8), 12);
    assertThat(pieces(picks)).containsExactly(4, 5, 6);
    assertThat(picks).hasSize(12).allMatch(pick -> pick.reason() == PickReason.RUN);
    assertThat(picks.getFirst().block()).isEqualTo(layout.block(4, 0));
    assertThat(picks.getLast().block()).isEqualTo(layout.block(6, 3));
  }

  @Test
  void aRunIsOfWholePiecesAndNeverOfLessThanOne() {
    assertThat(run(picker(), 11)).hasSize(8);
    assertThat(run(picker(), 1)).hasSize(4);
  }

  @Test
  void whatPeersHaveBegunIsNoPartOfAGap() {
    var picker = picker(0, 1, 2, 3, 4);
    var six = Bitfield.empty(10);
    six.set(6);
    picker.available(six);
    assertThat(pieces(picker.pick(PEER, six, 1, Expectation.NONE))).containsExactly(6);
    assertThat(pieces(run(picker, 40))).containsExactly(7, 8, 9);
    assertThat(pieces(run(picker, 40))).containsExactly(5);
    var rest = run(picker, 40);
    assertThat(rest).hasSize(3).allMatch(pick -> pick.reason() == PickReason.STRICT_PRIORITY);
    assertThat(pieces(rest)).containsExactly(6);
  }

  @Test
  void whatIsNotSelectedIsNotFetchedAndWhatIsWantedMoreComesFirst() {
    var picker = picker();
    for (int piece = 0; piece < 5; piece++) {
      picker.prioritise(piece, PiecePriority.SKIP);
    }
    picker.prioritise(9, PiecePriority.HIGH);
    assertThat(pieces(run(picker, 40))).containsExactly(9);
    assertThat(pieces(run(picker, 40))).containsExactly(5, 6, 7, 8);
    assertThat(run(picker, 40)).isEmpty();
  }

  @Test
  void whatItDoesNotHaveIsNotAskedForAndDividesAGap() {
    var theirs = Bitfield.full(10);
    theirs.clear(3);
    assertThat(pieces(picker().pickRun(WEB, theirs, 400, Expectation.NONE)))
        .containsExactly(4, 5, 6, 7, 8, 9);
  }

  @Test
  void whatASlowPeerWasAskedForComesFromTheSourceTooInTheEnd() {
    var picker = picker(0, 1, 2, 3, 4, 5, 6, 7, 8);
    picker.available(all);
    assertThat(picker.pick(PEER, all, 4, Expectation.NONE)).hasSize(4);
    var quicker =
        new Expectation() {
          @Override
          public double arrival(PeerKey peer, int ahead) {
            return 1;
          }

          @Override
          public double cancellable(PeerKey peer, int ahead) {
            return 60;
          }
        };
    var late = picker.pickRun(WEB, all, 40, quicker);
    assertThat(late).hasSize(4).allMatch(pick -> pick.reason() == PickReason.ENDGAME);
  }
}
