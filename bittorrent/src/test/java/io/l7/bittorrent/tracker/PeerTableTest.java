package io.l7.bittorrent.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.testkit.Seeded;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PeerTableTest {
  @Test
  void aMillionRandomStepsAgreeWithAMap() {
    var random = Seeded.random("peer table");
    var table = new PeerTable(PeerTable.IPV4_WORDS, 0);
    Map<Long, Integer> model = new HashMap<>();
    for (int step = 0; step < 1_000_000; step++) {
      long key = random.nextInt(1, 3_000) * 0x10001L << 16 | 6881;
      if (random.nextInt(3) == 0) {
        assertThat(table.remove(0, 0, key)).isEqualTo(model.remove(key) != null);
      } else {
        int meta = random.nextInt(1 << 16);
        table.put(0, 0, key, meta, (int) (key * 31));
        model.put(key, meta);
      }
    }
    assertThat(table.size()).isEqualTo(model.size());
    model.forEach(
        (key, meta) -> {
          assertThat(table.find(0, 0, key)).isEqualTo(meta);
          assertThat(table.client(0, 0, key)).isEqualTo((int) (key * 31));
        });
    assertThat(table.seeds())
        .isEqualTo((int) model.values().stream().filter(m -> (m & PeerTable.SEED) != 0).count());
  }

  @Test
  void sixAndEighteenBytesAreWrittenAndWhoAsksIsLeftOut() {
    var table = new PeerTable(PeerTable.IPV6_WORDS, 7);
    for (int i = 1; i <= 10; i++) {
      table.put(i, -i, 7000 + i, 0, i);
    }
    var without = new PeerTable.Exclusion();
    without.words = PeerTable.IPV6_WORDS;
    without.hi = 3;
    without.lo = -3;
    without.key48 = 7003;
    var bytes = new byte[18 * 20];
    assertThat(table.write(bytes, 0, 20, 12345, without, 0, 10)).isEqualTo(9);
    var ports = new HashSet<Integer>();
    for (int i = 0; i < 9; i++) {
      ports.add((bytes[18 * i + 16] & 0xff) << 8 | bytes[18 * i + 17] & 0xff);
    }
    assertThat(ports).hasSize(9).doesNotContain(7003);
  }

  @Test
  void aMillionIpv4PeersTakeLessThanTwentyFourBytesEach() {
    var table = new PeerTable(PeerTable.IPV4_WORDS, 0);
    for (int i = 1; i <= 1_000_000; i++) {
      table.put(0, 0, (long) i << 16 | 6881, 0, i);
    }
    assertThat(table.capacity() * 12.0 / table.size()).isLessThan(24);
  }

  @Test
  void whoIsNotThereIsLookedForInAPartOfTheTableHoweverFullItIs() {
    var random = Seeded.random("full table");
    var table = new PeerTable(PeerTable.IPV4_WORDS, 0);
    for (int i = 0; i < 100_000; i++) {
      table.put(0, 0, random.nextLong(1L << 16, 1L << 48), 0, i);
      // A last free slot would be half the table away.
      assertThat(table.size()).isLessThanOrEqualTo((int) (table.capacity() * 7L / 8));
    }
  }

  @Test
  void whoIsOldGoesAndTheTableShrinks() {
    var table = new PeerTable(PeerTable.IPV4_WORDS, 0);
    for (int i = 1; i <= 1_000; i++) {
      table.put(0, 0, (long) i << 16 | 6881, i <= 990 ? 0 : 100, i);
    }
    int before = table.capacity();
    var gone = new HashSet<Integer>();
    table.expire(120, 50, (_, _, client) -> gone.add(client));
    assertThat(gone).hasSize(990).doesNotContain(991);
    assertThat(table.size()).isEqualTo(10);
    assertThat(table.capacity()).isLessThan(before);
    assertThat(table.find(0, 0, 995L << 16 | 6881)).isEqualTo(100);
  }
}
