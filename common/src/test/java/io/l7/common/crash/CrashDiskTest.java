package io.l7.common.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.disk.Disk;
import io.l7.common.disk.Disk.Open;
import io.l7.common.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashDiskTest {
  private static final Path FOLDER = Path.of("/store");

  private static byte[] read(Disk disk, Path path) throws IOException {
    return disk.readAll(path, 1000);
  }

  @Test
  void onlyWhatWasForcedUnderASyncedNameSurvives() throws IOException {
    var disk = new CrashDisk();
    disk.createDirectories(FOLDER);
    try (var named = disk.open(FOLDER.resolve("named"), Open.CREATE_NEW);
        var nameless = disk.open(FOLDER.resolve("nameless"), Open.CREATE_NEW)) {
      named.write(0, new byte[] {1, 2}, 0, 2);
      named.force();
      disk.syncDirectory(FOLDER);
      named.write(2, new byte[] {3}, 0, 1);
      nameless.write(0, new byte[] {9}, 0, 1);
      nameless.force();
    }
    disk.move(FOLDER.resolve("nameless"), FOLDER.resolve("renamed"));
    var after = disk.afterPowerCut();
    assertThat(read(after, FOLDER.resolve("named"))).containsExactly(1, 2);
    assertThat(after.exists(FOLDER.resolve("renamed"))).isFalse();
  }

  @Test
  void replaceIsWholeAtEveryPointWherePowerMayFail() throws IOException {
    var random = Seeded.random("replace");
    var before = new byte[] {1, 1, 1};
    var behind = new byte[] {2, 2, 2, 2};
    var rehearsal = new CrashDisk();
    rehearsal.createDirectories(FOLDER);
    rehearsal.replace(FOLDER.resolve("f"), before);
    long first = rehearsal.operations();
    rehearsal.replace(FOLDER.resolve("f"), behind);
    for (long cut = first + 1; cut <= rehearsal.operations() + 1; cut++) {
      var disk = new CrashDisk().cutPowerAt(cut);
      disk.createDirectories(FOLDER);
      disk.replace(FOLDER.resolve("f"), before);
      boolean acknowledged = true;
      try {
        disk.replace(FOLDER.resolve("f"), behind);
      } catch (CrashDisk.PowerCut e) {
        acknowledged = false;
      }
      for (var after :
          Stream.of(disk.afterPowerCut(), disk.afterPowerCut(random), disk.afterPowerCut(random))
              .toList()) {
        byte[] found = read(after, FOLDER.resolve("f"));
        assertThat(List.of(before, behind))
            .as("cut at %d", cut)
            .anySatisfy(one -> assertThat(found).isEqualTo(one));
        if (acknowledged) assertThat(found).isEqualTo(behind);
      }
    }
  }

  @Test
  void aFullDiskSaysSoAndTakesPartOfNothing() throws IOException {
    var disk = new CrashDisk().capacity(4);
    disk.createDirectories(FOLDER);
    try (var file = disk.open(FOLDER.resolve("f"), Open.CREATE)) {
      file.write(0, new byte[4], 0, 4);
      assertThatThrownBy(() -> file.write(4, new byte[1], 0, 1))
          .hasMessageContaining("No space left");
      assertThat(file.size()).isEqualTo(4);
    }
  }

  @Test
  void theRealDiskReplacesToo(@TempDir Path folder) throws IOException {
    var file = folder.resolve("f");
    Disk.real().replace(file, new byte[] {1});
    Disk.real().replace(file, new byte[] {2, 3});
    assertThat(read(Disk.real(), file)).containsExactly(2, 3);
    assertThat(Disk.real().list(folder)).containsExactly(file);
  }
}
