package io.l7.bittorrent.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PieceLayoutTest {
  @Test
  void theLastPieceAndItsLastBlockAreShort() {
    PieceLayout layout = new PieceLayout(100_000, 40_000);
    assertThat(layout.pieces()).isEqualTo(3);
    assertThat(layout.lengthOf(2)).isEqualTo(20_000);
    assertThat(layout.blocks(0)).isEqualTo(3);
    assertThat(layout.blocks(2)).isEqualTo(2);
    assertThat(layout.totalBlocks()).isEqualTo(8);
    assertThat(layout.block(2, 1)).isEqualTo(new Block(2, 16_384, 3_616));
  }

  @Test
  void anExactMultipleHasNoEmptyPiece() {
    PieceLayout layout = new PieceLayout(1 << 20, 1 << 18);
    assertThat(layout.pieces()).isEqualTo(4);
    assertThat(layout.lengthOf(3)).isEqualTo(1 << 18);
    assertThat(layout.totalBlocks()).isEqualTo(64);
  }

  @Test
  void aBlockOutsideItsPieceIsNotContained() {
    PieceLayout layout = new PieceLayout(100_000, 40_000);
    assertThat(layout.contains(new Block(2, 0, 20_000))).isTrue();
    assertThat(layout.contains(new Block(2, 1, 20_000))).isFalse();
    assertThat(layout.contains(new Block(3, 0, 1))).isFalse();
    assertThat(layout.contains(new Block(0, Integer.MAX_VALUE, Integer.MAX_VALUE))).isFalse();
    assertThat(layout.onGrid(new Block(0, 100, 16_384))).isFalse();
    assertThat(layout.onGrid(new Block(0, 32_768, 7_232))).isTrue();
  }

  @Test
  void moreThanTwoToTheThirtyOnePiecesAreRefused() {
    assertThatThrownBy(() -> new PieceLayout(Long.MAX_VALUE, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
