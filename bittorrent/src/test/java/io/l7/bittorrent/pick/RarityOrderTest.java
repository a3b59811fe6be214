package io.l7.bittorrent.pick;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RarityOrderTest {
  @Test
  void theOrderIsByAvailabilityWhateverHappens() {
    SplittableRandom random = new SplittableRandom(11);
    RarityOrder order = new RarityOrder(60, random);
    int[] model = new int[60];
    Set<Integer> members = new HashSet<>();
    for (int step = 0; step < 20_000; step++) {
      int piece = random.nextInt(60);
      switch (random.nextInt(5)) {
        case 0 -> {
          order.add(piece);
          members.add(piece);
        }
        case 1 -> {
          order.remove(piece);
          members.remove(piece);
        }
        case 2 -> {
          if (model[piece] > 0) {
            order.decrease(piece);
            model[piece]--;
          }
        }
        default -> {
          if (model[piece] < 30) {
            order.increase(piece);
            model[piece]++;
          }
        }
      }
      assertThat(order.size()).isEqualTo(members.size());
      Set<Integer> seen = new HashSet<>();
      for (int i = 0; i < order.size(); i++) {
        seen.add(order.at(i));
        assertThat(order.availability(order.at(i))).isEqualTo(model[order.at(i)]);
        if (i > 0) {
          assertThat(model[order.at(i - 1)]).isLessThanOrEqualTo(model[order.at(i)]);
        }
      }
      assertThat(seen).isEqualTo(members);
    }
  }

  @Test
  void twoPeersThatHearTheSameDoNotPreferTheSamePiece() {
    Set<Integer> firsts = new HashSet<>();
    for (int seed = 0; seed < 50; seed++) {
      RarityOrder order = new RarityOrder(100, new SplittableRandom(seed));
      for (int piece = 0; piece < 100; piece++) {
        order.add(piece);
      }
      for (int piece = 0; piece < 100; piece++) {
        order.increase(piece);
      }
      firsts.add(order.at(0));
    }
    assertThat(firsts.size()).isGreaterThan(25);
  }
}
