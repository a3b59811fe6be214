package io.l7.bittorrent.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.crash.CrashDisk;
import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskFile;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.common.testkit.DelegatingDisk;
import io.l7.common.testkit.Seeded;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The state of a tracker on disk. */
class TrackerSnapshotTest {
  @TempDir Path folder;

  private static SwarmStore store(int torrents) {
    var random = Seeded.random("snapshot");
    var store = new SwarmStore(TrackerLimits.DEFAULT, () -> 0, random);
    var call = new AnnounceCall(0);
    for (int i = 0; i < torrents; i++) {
      announce(store, call, random, i);
    }
    return store;
  }

  private static void announce(SwarmStore store, AnnounceCall call, RandomGenerator random, int i) {
    call.hash0 = random.nextLong();
    call.hash1 = random.nextLong();
    call.hash2 = i;
    call.client = i + 1;
    call.event = AnnounceCall.Event.STARTED;
    call.seed = i % 3 == 0;
    var address = i % 2 == 0 ? "10.0." + i % 250 + ".1" : "2001:db8::" + Integer.toHexString(i % 9);
    call.peer(InetAddress.ofLiteral(address), 6881);
    assertThat(store.announce(call)).isEqualTo(SwarmStore.Outcome.ANSWERED);
  }

  private static SwarmStore restored(Disk disk, Path file) throws IOException {
    var store = new SwarmStore(TrackerLimits.DEFAULT, () -> 0, Seeded.random("restored"));
    assertThat(new TrackerSnapshot(disk, file).restore(store)).isTrue();
    return store;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 30_000})
  void itIsWrittenAndReadInPiecesHoweverMuchIsInTheStore(int torrents) throws Exception {
    var largest = new AtomicInteger();
    var disk = new Measured(Disk.real(), largest);
    var store = store(torrents);
    var file = folder.resolve("state");
    new TrackerSnapshot(disk, file).save(store);
    var found = restored(disk, file);
    assertThat(found.torrents()).isEqualTo(torrents);
    assertThat(found.peers()).isEqualTo(torrents);
    assertThat(found.seeds()).isEqualTo(store.seeds());
    assertThat(largest).hasValueLessThanOrEqualTo(TrackerSnapshot.CHUNK);
    assertThat(folder.resolve("state.new")).doesNotExist();
  }

  @Test
  void afterAPowerCutAtAnyPointTheOldStateOrTheNewOneIsThere() throws Exception {
    var file = Path.of("/state/tracker");
    var counting = new CrashDisk();
    saveTwice(counting, file);
    for (long cut = 1; cut <= counting.operations(); cut++) {
      var disk = new CrashDisk();
      disk.cutPowerAt(cut);
      int saved = 0;
      try {
        saved = saveTwice(disk, file);
      } catch (IOException _) {
        // the power is gone
      }
      var after = disk.afterPowerCut(Seeded.random("power cut " + cut));
      if (after.exists(file)) {
        assertThat(restored(after, file).torrents()).isIn(3, 5);
      } else {
        assertThat(saved).isZero();
      }
    }
  }

  private static int saveTwice(Disk disk, Path file) throws IOException {
    disk.createDirectories(Path.of("/state"));
    disk.syncDirectory(Path.of("/"));
    new TrackerSnapshot(disk, file).save(store(3));
    new TrackerSnapshot(disk, file).save(store(5));
    return 2;
  }

  @Test
  void aTrackerThatCannotListenLeavesTheStateAlone() throws Exception {
    var file = Files.writeString(folder.resolve("state"), "damaged, or of another tracker");
    var first = TrackerServer.Settings.DEFAULT.http(Listener.tcp(Endpoint.parse("127.0.0.1:0")));
    try (var running = TrackerServer.start(first)) {
      var taken = Endpoint.of(running.httpAddresses().getFirst());
      var second = TrackerServer.Settings.DEFAULT.http(Listener.tcp(taken)).state(file);
      assertThatThrownBy(() -> TrackerServer.start(second)).isInstanceOf(IOException.class);
    }
    assertThat(file).hasContent("damaged, or of another tracker");
  }

  @Test
  void anIntervalThatIsNoneIsNamedAsPeopleSayIt() {
    assertThatThrownBy(() -> TrackerLimits.DEFAULT.interval(Duration.ZERO))
        .hasMessage("an interval from 1 s to 8 h, not 0 s");
    assertThatThrownBy(() -> TrackerLimits.DEFAULT.interval(Duration.ofHours(9)))
        .hasMessage("an interval from 1 s to 8 h, not 9 h 00 min");
  }

  /** A disk that notes the most that was read or written in one call. */
  private static final class Measured extends DelegatingDisk {
    private final AtomicInteger largest;

    Measured(Disk base, AtomicInteger largest) {
      super(base);
      this.largest = largest;
    }

    @Override
    public DiskFile open(Path path, Open mode) throws IOException {
      return new DelegatingDisk.File(super.open(path, mode)) {
        @Override
        public int read(long position, byte[] target, int offset, int length) throws IOException {
          largest.accumulateAndGet(length, Math::max);
          return super.read(position, target, offset, length);
        }

        @Override
        public void write(long position, byte[] source, int offset, int length) throws IOException {
          largest.accumulateAndGet(length, Math::max);
          super.write(position, source, offset, length);
        }
      };
    }
  }
}
