package io.l7.bittorrent.pick;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.pick.ReadingOrder.Mode;
import io.l7.bittorrent.pick.ReadingOrder.Reader;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.PeerKey;
import io.l7.bittorrent.swarm.PieceLayout;
import io.l7.bittorrent.swarm.PiecePriority;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What comes before the rarest, for who reads. */
class ReadingOrderTest {
  private static final int PIECE = 2 * Block.LENGTH;
  private static final PeerKey PEER = PeerKey.of(1);
  private static final PeerKey OTHER = PeerKey.of(2);

  /** Forty pieces, in files of ten and thirty. */
  private final PieceLayout layout = new PieceLayout(40L * PIECE, PIECE);

  private final Bitfield have = Bitfield.empty(40);

  private ReadingOrder order(Mode mode) {
    var files =
        List.of(
            new FileSelection.Range(0, 10L * PIECE, PiecePriority.NORMAL),
            new FileSelection.Range(10L * PIECE, 30L * PIECE, PiecePriority.NORMAL));
    return new ReadingOrder(layout, files, mode, new ReadingOrder.Limits(3L * PIECE, 2, PIECE));
  }

  private List<Integer> urgent(ReadingOrder order) {
    return order.urgent(piece -> !have.get(piece));
  }

  private void have(int from, int to) {
    for (int piece = from; piece < to; piece++) {
      have.set(piece);
    }
  }

  @Test
  void nothingIsUrgentWhereNobodyReads() {
    assertThat(urgent(order(Mode.RAREST_FIRST))).isEmpty();
  }

  @Test
  void inSequentialModeTheEndsOfTheFileComeFirstAndThenTheNextPieces() {
    var order = order(Mode.SEQUENTIAL);
    assertThat(urgent(order)).containsExactly(0, 9, 1, 2);
    have(0, 2);
    have(9, 10);
    assertThat(urgent(order)).containsExactly(2, 3, 4);
    have(2, 10);
    assertThat(urgent(order)).as("of the next file").containsExactly(10, 39, 11, 12);
    have(10, 40);
    assertThat(urgent(order)).isEmpty();
    have.clear(3);
    order.missing(3);
    assertThat(urgent(order)).containsExactly(3);
  }

  @Test
  void eachReaderHasAWindowBeforeItAndWhoCameLastTheFirstPiece() {
    var order = order(Mode.RAREST_FIRST);
    order.readers(
        List.of(
            new Reader(30L * PIECE + 5, 40L * PIECE),
            new Reader(5L * PIECE, 7L * PIECE),
            new Reader(6L * PIECE, 40L * PIECE)));
    assertThat(urgent(order)).containsExactly(30, 5, 6, 31, 7, 32, 8, 33);
    order.readers(List.of());
    assertThat(urgent(order)).isEmpty();
  }

  @Test
  void aWindowHasAFewPiecesHoweverLargeTheyAre() {
    var order =
        new ReadingOrder(layout, List.of(), Mode.RAREST_FIRST, new ReadingOrder.Limits(1, 4, 1));
    order.readers(List.of(new Reader(0, layout.totalLength())));
    assertThat(urgent(order)).containsExactly(0, 1, 2, 3);
  }

  private PiecePicker picker() {
    var picker = new PiecePicker(layout, have, new PickLimits(0, 2, 4), new SplittableRandom(1));
    picker.available(Bitfield.full(40));
    return picker;
  }

  @Test
  void whatIsUrgentIsAskedForInItsOrderWhateverIsRare() {
    var picker = picker();
    picker.urge(List.of(20, 3));
    var picks = picker.pick(PEER, Bitfield.full(40), 5, Expectation.NONE);
    assertThat(picks.subList(0, 4))
        .allMatch(pick -> pick.reason() == PickReason.URGENT)
        .extracting(pick -> pick.block().piece())
        .containsExactly(20, 20, 3, 3);
    assertThat(picks.get(4).reason()).isEqualTo(PickReason.RAREST_FIRST);
  }

  @Test
  void whatIsUrgentOfASilentPeerIsAskedOfOthersToo() {
    var picker = picker();
    picker.urge(List.of(20));
    assertThat(picker.pick(PEER, Bitfield.full(40), 4, Expectation.NONE)).hasSize(4);
    picker.spare(PEER);
    var again = picker.pick(OTHER, Bitfield.full(40), 2, Expectation.NONE);
    assertThat(again).extracting(pick -> pick.block().piece()).containsExactly(20, 20);
    assertThat(picker.received(PEER, layout.block(20, 0))).isInstanceOf(Receipt.Wanted.class);
    assertThat(picker.received(OTHER, layout.block(20, 0))).isInstanceOf(Receipt.Duplicate.class);
  }

  @Test
  void aRunThatNobodyWaitsForIsBesideThePointWhileSomethingUrgentIsAskedOfNobody() {
    var picker = picker();
    var all = Bitfield.full(40);
    picker.pickRun(PEER, all, 20, Expectation.NONE);
    assertThat(picker.isBesideThePoint(PEER, all)).isFalse();
    picker.urge(List.of(35, 36));
    assertThat(picker.isBesideThePoint(PEER, all)).isTrue();
    var urgent = picker.pickRun(OTHER, all, 3, Expectation.NONE);
    assertThat(urgent).hasSize(3).allMatch(pick -> pick.reason() == PickReason.URGENT);
    assertThat(picker.isBesideThePoint(OTHER, all)).isFalse();
  }
}
