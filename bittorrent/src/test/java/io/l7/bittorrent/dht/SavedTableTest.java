package io.l7.bittorrent.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.crash.CrashDisk;
import io.l7.common.testkit.Seeded;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SavedTableTest {
  private static final DhtLimits LIMITS = DhtLimits.DEFAULT;

  private final SplittableRandom random = Seeded.random("saved table");

  private SavedTable table(int nodes) {
    var four = new ArrayList<NodeContact>();
    var six = new ArrayList<NodeContact>();
    for (int i = 0; i < nodes; i++) {
      four.add(
          new NodeContact(NodeId.random(random), new InetSocketAddress("11.2.3." + i, 4_000 + i)));
      six.add(
          new NodeContact(
              NodeId.random(random), new InetSocketAddress("2001:db8::" + i, 4_000 + i)));
    }
    return new SavedTable(
        Map.of(
            Family.IPV4, new SavedTable.Part(NodeId.random(random), four),
            Family.IPV6, new SavedTable.Part(NodeId.random(random), six)));
  }

  @Test
  void whatIsKeptIsReadAgain() {
    var table = table(50);
    assertThat(SavedTable.decode(table.encode(), LIMITS)).contains(table);
    assertThat(SavedTable.decode(new SavedTable(Map.of()).encode(), LIMITS))
        .contains(new SavedTable(Map.of()));
  }

  @Test
  void aFileThatIsCutOrChangedIsNotBelieved() {
    var bytes = table(5).encode();
    for (int length = 0; length < bytes.length; length++) {
      assertThat(SavedTable.decode(Arrays.copyOf(bytes, length), LIMITS)).isEmpty();
    }
    for (int at = 0; at < bytes.length; at++) {
      bytes[at] ^= 0x10;
      assertThat(SavedTable.decode(bytes, LIMITS)).isEmpty();
      bytes[at] ^= 0x10;
    }
    assertThat(SavedTable.decode(bytes, LIMITS)).isPresent();
  }

  @Test
  void whereNobodyOfAFamilyIsKnownTheFormerTableHolds() {
    var former = table(3);
    var six = former.families().get(Family.IPV6);
    var four = new SavedTable.Part(NodeId.random(random), List.of());
    var later = table(2).families().get(Family.IPV6);
    assertThat(new SavedTable(Map.of(Family.IPV4, four)).orWhere(Optional.of(former)))
        .isEqualTo(former);
    assertThat(
            new SavedTable(Map.of(Family.IPV4, four, Family.IPV6, Objects.requireNonNull(later)))
                .orWhere(Optional.of(former))
                .families())
        .containsEntry(Family.IPV6, later)
        .doesNotContainEntry(Family.IPV6, six)
        .containsEntry(Family.IPV4, former.families().get(Family.IPV4));
    assertThat(new SavedTable(Map.of(Family.IPV4, four)).orWhere(Optional.empty()).families())
        .containsEntry(Family.IPV4, four);
  }

  private static CrashDisk disk() throws Exception {
    var disk = new CrashDisk();
    disk.createDirectories(Path.of("/state"));
    disk.syncDirectory(Path.of("/"));
    return disk;
  }

  @Test
  void afterAPowerCutAtAnyPointItIsTheFormerOrTheNewTable() throws Exception {
    var former = table(3);
    var later = table(4);
    var file = Path.of("/state/dht");
    var counting = disk();
    former.save(counting, file);
    long before = counting.operations();
    later.save(counting, file);
    long after = counting.operations();
    assertThat(after - before).isGreaterThan(3);
    for (long cut = before + 1; cut <= after + 1; cut++) {
      var disk = disk();
      former.save(disk, file);
      disk.cutPowerAt(cut);
      try {
        later.save(disk, file);
      } catch (CrashDisk.PowerCut _) {
        // as arranged
      }
      for (int drawn = 0; drawn < 5; drawn++) {
        var found = SavedTable.load(disk.afterPowerCut(random), file, LIMITS);
        assertThat(List.of(former, later)).contains(found.orElseThrow());
      }
      if (cut > after) {
        assertThat(SavedTable.load(disk.afterPowerCut(), file, LIMITS)).contains(later);
      }
    }
  }
}
