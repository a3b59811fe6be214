package io.l7.dns.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskPool;
import io.l7.common.testkit.DelegatingDisk;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneDelta;
import io.l7.dns.zone.ZoneText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A secondary's copy on a disk that is full for a while. */
class KeptCopyTest {
  private static final Name TEST = Name.parse("test.");

  @TempDir private Path folder;
  private final DiskPool pool = new DiskPool("test", 1);
  private boolean full;

  @AfterEach
  void close() {
    pool.close();
  }

  /** The machine's, but for what it refuses while it is full. */
  private final Disk disk =
      new DelegatingDisk(Disk.real()) {
        @Override
        public void move(Path from, Path to) throws IOException {
          if (full) {
            throw new IOException("No space left on device");
          }
          super.move(from, to);
        }
      };

  private KeptCopy open() throws IOException {
    Path file = folder.resolve("test.zone");
    return KeptCopy.open(disk, file, TEST, InstantSource.system(), pool);
  }

  private long serialAfterRestart() throws IOException {
    try (var copy = open()) {
      return copy.kept().orElseThrow().zone().zone().serial();
    }
  }

  private static Zone next(Zone zone) {
    var edit = zone.edit();
    var data = Rdata.of(new byte[] {10, 0, 0, (byte) zone.serial()});
    edit.add(ResourceRecord.of(Name.parse("h" + zone.serial() + ".test."), RRType.A, 60, data));
    edit.serial(zone.serial() + 1);
    return edit.zone();
  }

  @Test
  void differencesThatDoNotLeadFromWhatIsOnTheDiskAreNotKeptAlone() throws IOException {
    Zone seven = ZoneText.parse("test.", "");
    Zone eight = next(seven);
    Zone nine = next(eight);
    try (var copy = open()) {
      copy.keep(seven);
      copy.keep(eight, List.of(ZoneDelta.between(seven, eight)));
      full = true;
      assertThatThrownBy(() -> copy.keep(nine)).hasMessageContaining("No space");
      assertThat(folder.resolve("test.zone.new")).as("it takes room itself").doesNotExist();
      full = false;
      // eight is served on, and the next look brings differences
      copy.keep(nine, List.of(ZoneDelta.between(eight, nine)));
    }
    assertThat(serialAfterRestart()).isEqualTo(9);
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("test.zone", "test.zone.jnl");
  }

  @Test
  void aFullDiskTakesNothingThatWasKept() throws IOException {
    Zone seven = ZoneText.parse("test.", "");
    Zone eight = next(seven);
    try (var copy = open()) {
      copy.keep(seven);
      copy.keep(eight, List.of(ZoneDelta.between(seven, eight)));
      full = true;
      assertThatThrownBy(() -> copy.keep(next(eight))).hasMessageContaining("No space");
    }
    full = false;
    assertThat(serialAfterRestart()).isEqualTo(8);
  }
}
