package io.l7.common.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.framing.BufferPool;
import org.junit.jupiter.api.Test;

class FilePiecesTest {
  @Test
  void thereAreNeverMoreBuffersThanItsBound() {
    var pieces = new FilePieces(2);
    var first = pieces.take().orElseThrow();
    var second = pieces.take().orElseThrow();
    assertThat(pieces.take()).isEmpty();
    pieces.give(second);
    assertThat(pieces.take()).containsSame(second);
    assertThat(pieces.take()).isEmpty();
    pieces.give(first);
    assertThat(pieces.take()).containsSame(first);
  }

  @Test
  void aBufferComesBackClearedWithRoomForAHeadAndAPiece() {
    var pieces = new FilePieces(1);
    var buffer = pieces.take().orElseThrow();
    buffer.position(17).limit(100);
    pieces.give(buffer);
    assertThat(pieces.take().orElseThrow().remaining())
        .isEqualTo(BufferPool.SIZE + FilePieces.OCTETS);
  }

  @Test
  void theBufferGivenBackLastIsLentFirst() {
    var pieces = new FilePieces(3);
    var first = pieces.take().orElseThrow();
    var second = pieces.take().orElseThrow();
    pieces.give(first);
    pieces.give(second);
    assertThat(pieces.take()).containsSame(second);
  }
}
