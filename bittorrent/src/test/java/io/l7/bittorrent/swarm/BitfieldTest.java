package io.l7.bittorrent.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BitfieldTest {
  @Test
  void theHighBitOfTheFirstByteIsPieceZero() {
    Bitfield field = Bitfield.parse(HexFormat.of().parseHex("8040"), 10);
    assertThat(field.get(0)).isTrue();
    assertThat(field.get(9)).isTrue();
    assertThat(field.count()).isEqualTo(2);
    assertThat(field.toBytes()).isEqualTo(HexFormat.of().parseHex("8040"));
  }

  @Test
  void aSetSpareBitIsRefused() {
    assertThatThrownBy(() -> Bitfield.parse(new byte[] {0, 0x20}, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("spare");
  }

  @Test
  void aWrongLengthIsRefused() {
    assertThatThrownBy(() -> Bitfield.parse(new byte[3], 10))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFullFieldHasNoClearBit() {
    for (int size : new int[] {1, 8, 63, 64, 65, 200}) {
      Bitfield field = Bitfield.full(size);
      assertThat(field.isFull()).isTrue();
      assertThat(field.nextClear(0)).isEqualTo(-1);
      assertThat(Bitfield.parse(field.toBytes(), size)).isEqualTo(field);
    }
  }

  @Test
  void behavesAsABitSetUnderRandomChanges() {
    Random random = new Random(7);
    Bitfield field = Bitfield.empty(300);
    BitSet model = new BitSet(300);
    for (int i = 0; i < 5000; i++) {
      int bit = random.nextInt(300);
      if (random.nextBoolean()) {
        assertThat(field.set(bit)).isEqualTo(!model.get(bit));
        model.set(bit);
      } else {
        assertThat(field.clear(bit)).isEqualTo(model.get(bit));
        model.clear(bit);
      }
      int from = random.nextInt(300);
      assertThat(field.nextSet(from)).isEqualTo(model.nextSetBit(from));
      int clear = model.nextClearBit(from);
      assertThat(field.nextClear(from)).isEqualTo(clear >= 300 ? -1 : clear);
      assertThat(field.count()).isEqualTo(model.cardinality());
    }
    assertThat(Bitfield.parse(field.toBytes(), 300)).isEqualTo(field);
  }
}
