package io.l7.bittorrent.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.storage.ResumeRecord.Ending;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.common.crash.CrashDisk;
import io.l7.common.disk.DiskPool;
import io.l7.common.testkit.Seeded;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeTest {
  private static final InfoHash HASH = InfoHash.of(new byte[20]);

  private static final SortedMap<Integer, Bitfield> NONE = Collections.emptySortedMap();

  @TempDir Path folder;

  private static ResumeRecord record(long generation, int... pieces) {
    var verified = Bitfield.empty(20);
    for (int piece : pieces) {
      verified.set(piece);
    }
    return new ResumeRecord(
        HASH,
        generation,
        Ending.RUNNING,
        verified,
        begun(2, 3, 0, 2),
        List.of(new FileStamp(7, 8)));
  }

  private static SortedMap<Integer, Bitfield> begun(int piece, int count, int... blocks) {
    var there = Bitfield.empty(count);
    for (int block : blocks) {
      there.set(block);
    }
    return new TreeMap<>(Map.of(piece, there));
  }

  private static ResumeRecord record(
      Metainfo metainfo, Ending ending, SortedMap<Integer, Bitfield> begun, ContentStore store)
      throws IOException {
    var none = Bitfield.empty(metainfo.info().pieces().pieces());
    var hash = metainfo.info().v1Hash().orElseThrow();
    return new ResumeRecord(hash, 1, ending, none, begun, store.stamps());
  }

  @Test
  void blocksOfAPieceThatIsNotWholeAreKeptWhereTheirFileIsAsTheRecordSays() throws Exception {
    var metainfo = content();
    try (var store = store(metainfo)) {
      for (var ending : Ending.values()) {
        var one = record(metainfo, ending, begun(1, 2, 1), store);
        assertThat(ResumePlan.of(store, Optional.of(one)).begun()).isEqualTo(one.begun());
        var all = record(metainfo, ending, begun(1, 2, 0, 1), store);
        var plan = ResumePlan.of(store, Optional.of(all));
        assertThat(plan.begun()).isEmpty();
        assertThat(plan.doubtful().nextSet(0)).as("a whole one is hashed").isEqualTo(1);
        for (var wrong : List.of(begun(1, 3, 0), begun(99, 2, 0), begun(1, 2))) {
          var odd = record(metainfo, ending, wrong, store);
          assertThat(ResumePlan.of(store, Optional.of(odd)).begun()).isEmpty();
        }
      }
      var closed = record(metainfo, Ending.CLOSED, begun(1, 2, 1), store);
      var running = record(metainfo, Ending.RUNNING, begun(1, 2, 1), store);
      Files.setLastModifiedTime(folder.resolve("many/a"), FileTime.fromMillis(5_000));
      assertThat(ResumePlan.of(store, Optional.of(closed)).begun()).isEmpty();
      assertThat(ResumePlan.of(store, Optional.of(running)).begun()).hasSize(1);
      try (var file = new RandomAccessFile(folder.resolve("many/a").toFile(), "rw")) {
        file.setLength(60_000); // the block ends at 65,536
      }
      assertThat(ResumePlan.of(store, Optional.of(running)).begun()).isEmpty();
    }
  }

  @Test
  void aFileThatWasRemovedIsNotMadeAgainInSilence() throws Exception {
    var metainfo = content();
    var one = new StorageLimits(1, 2_048, 1, 1 << 20); // open at a time
    var root = folder.resolve("removed");
    try (var store = new ContentStore(root, metainfo.info(), ContentStore.Access.READ_WRITE, one)) {
      var a = store.files().get(0);
      var b = store.files().get(1);
      store.write(a.offset(), ByteBuffer.allocate(10));
      store.write(b.offset(), ByteBuffer.allocate(10));
      Files.delete(store.location(a));
      assertThatThrownBy(() -> store.write(a.offset() + 10, ByteBuffer.allocate(10)))
          .isInstanceOf(ContentMissing.class);
      store.write(a.offset() + 10, ByteBuffer.allocate(10)); // whoever was told begins anew
      store.write(b.offset(), ByteBuffer.allocate(10));
      Files.delete(store.location(a));
      assertThatThrownBy(store::force).isInstanceOf(ContentMissing.class);
      store.force();
    }
  }

  @Test
  void aRecordIsReadBackAndNothingCutOrFlippedIsBelieved() {
    var record = record(3, 1, 5, 19);
    var bytes = record.encode();
    assertThat(ResumeRecord.decode(bytes)).contains(record);
    for (int length = 0; length < bytes.length; length++) {
      assertThat(ResumeRecord.decode(Arrays.copyOf(bytes, length))).isEmpty();
    }
    for (int i = 0; i < bytes.length; i++) {
      var flipped = bytes.clone();
      flipped[i] ^= 0x10;
      assertThat(ResumeRecord.decode(flipped)).as("byte " + i).isEmpty();
    }
  }

  @Test
  void afterAPowerCutAtAnyPointTheOldRecordOrTheNewOneIsThere() throws Exception {
    var root = Path.of("/content");
    var counting = new CrashDisk();
    save(counting, root);
    long operations = counting.operations();
    assertThat(operations).isGreaterThan(4);
    for (long cut = 1; cut <= operations; cut++) {
      var disk = new CrashDisk();
      disk.cutPowerAt(cut);
      int saved = 0;
      try {
        saved = save(disk, root);
      } catch (IOException _) {
        // the power is gone
      }
      var found =
          new ResumeStore(
                  disk.afterPowerCut(Seeded.random("power cut " + cut)),
                  root,
                  StorageLimits.DEFAULT)
              .load(HASH);
      if (found.isPresent()) {
        assertThat(found.get()).isIn(record(1, 1), record(2, 1, 2));
      } else {
        assertThat(saved).isZero();
      }
    }
  }

  private static int save(CrashDisk disk, Path root) throws IOException {
    var store = new ResumeStore(disk, root, StorageLimits.DEFAULT);
    store.save(record(1, 1));
    store.save(record(2, 1, 2));
    return 2;
  }

  private Metainfo content() throws Exception {
    var data = new byte[200_000];
    Seeded.random("resume").nextBytes(data);
    var many = Files.createDirectories(folder.resolve("many"));
    Files.write(many.resolve("a"), Arrays.copyOf(data, 90_000));
    Files.write(many.resolve("b"), data);
    return Metainfo.parse(MetainfoCreator.of(many).pieceLength(32 * 1024).create(_ -> {}));
  }

  private ContentStore store(Metainfo metainfo) {
    return new ContentStore(
        folder, metainfo.info(), ContentStore.Access.READ_WRITE, StorageLimits.DEFAULT);
  }

  @Test
  void onlyPiecesOfAFileThatChangedAreInDoubt() throws Exception {
    var metainfo = content();
    try (var store = store(metainfo)) {
      var all = Bitfield.full(metainfo.info().pieces().pieces());
      var hash = metainfo.info().v1Hash().orElseThrow();
      var record = new ResumeRecord(hash, 1, Ending.CLOSED, all, NONE, store.stamps());
      assertThat(ResumePlan.of(store, Optional.of(record)).trusted()).isEqualTo(all);
      assertThat(ResumePlan.of(store, Optional.empty()).doubtful()).isEqualTo(all);

      Files.setLastModifiedTime(folder.resolve("many/a"), FileTime.fromMillis(5_000));
      var plan = ResumePlan.of(store, Optional.of(record));
      assertThat(plan.doubtful().count()).isEqualTo(3); // 90,000 bytes in pieces of 32 KiB
      assertThat(plan.trusted().count()).isEqualTo(all.size() - 3);

      Files.delete(folder.resolve("many/b"));
      var gone = ResumePlan.of(store, Optional.of(record));
      assertThat(gone.trusted().count()).isZero();
      assertThat(gone.doubtful().count()).isEqualTo(2);
    }
  }

  @Test
  void aRecheckFindsExactlyTheDamagedPiece() throws Exception {
    var metainfo = content();
    try (var store = store(metainfo)) {
      store.write(100_000, ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
      var pieces = metainfo.info().pieces();
      var right =
          new Recheck(store, metainfo.info().hashes().orElseThrow(), 2)
              .run(Bitfield.full(pieces.pieces()), _ -> {});
      assertThat(right.nextClear(0)).isEqualTo(pieces.pieceAt(100_000));
      assertThat(right.count()).isEqualTo(pieces.pieces() - 1);
    }
  }

  @Test
  void readsAndWritesCrossFilesAndFewFilesStayOpen() throws Exception {
    var metainfo = content();
    var limits = new StorageLimits(1, 8, 4, 1_000);
    try (var store =
        new ContentStore(
            folder.resolve("new"), metainfo.info(), ContentStore.Access.READ_WRITE, limits)) {
      var data = new byte[290_000];
      Seeded.random("write").nextBytes(data);
      store.write(0, ByteBuffer.wrap(data));
      var back = ByteBuffer.allocate(150_000);
      store.read(50_000, back);
      assertThat(back.flip()).isEqualTo(ByteBuffer.wrap(data, 50_000, 150_000));
      store.force();
    }
    assertThat(Files.size(folder.resolve("new/many/a"))).isEqualTo(90_000);
    assertThat(Files.size(folder.resolve("new/many/b"))).isEqualTo(200_000);
  }

  @Test
  void aThreadThatIsInterruptedWhileItReadsClosesTheFileForNobodyElse() throws Exception {
    try (var store = store(content())) {
      var some = ByteBuffer.allocate(1_000);
      store.read(0, some);
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> store.read(0, some.clear())).isInstanceOf(IOException.class);
      assertThat(Thread.interrupted()).isTrue();
      store.read(0, some.clear());
      assertThat(some.hasRemaining()).isFalse();
      store.write(0, some.flip());
      store.force();
    }
  }

  @Test
  void blocksInAnyOrderMakeAVerifiedPieceAndAWrongOneIsToldApart() throws Exception {
    var metainfo = content();
    var layout = metainfo.info().pieces();
    var verdicts = new LinkedBlockingQueue<String>();
    var outcome =
        new PieceStore.Outcome() {
          @Override
          public void verified(int piece) {
            verdicts.add("verified " + piece);
          }

          @Override
          public void corrupt(int piece) {
            verdicts.add("corrupt " + piece);
          }

          @Override
          public void failed(int piece, long tried, IOException why) {
            verdicts.add("failed " + piece + " " + why);
          }
        };
    try (var source = store(metainfo);
        var target =
            new ContentStore(
                folder.resolve("target"),
                metainfo.info(),
                ContentStore.Access.READ_WRITE,
                StorageLimits.DEFAULT);
        var disk = new DiskPool("test", 2)) {
      var pieces =
          new PieceStore(
              target,
              metainfo.info().hashes().orElseThrow(),
              disk,
              new BlockBuffers(64),
              StorageLimits.DEFAULT,
              outcome);
      var expected = new ArrayList<String>();
      for (int piece = 0; piece < layout.pieces(); piece++) {
        for (int i = layout.blocks(piece) - 1; i >= 0; i--) {
          var block = layout.block(piece, i);
          var data = pieces.buffers().take();
          source.read(
              layout.offsetOf(piece) + block.offset(), ByteBuffer.wrap(data, 0, block.length()));
          data[0] ^= (byte) (piece == 4 && i == 1 ? 1 : 0);
          pieces.add(block, data);
        }
        pieces.verify(piece);
        expected.add((piece == 4 ? "corrupt " : "verified ") + piece);
      }
      var found = new ArrayList<String>();
      for (int i = 0; i < expected.size(); i++) {
        found.add(verdicts.poll(10, TimeUnit.SECONDS));
      }
      assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(pieces.blockDigests(4)).hasSize(2).doesNotHaveDuplicates();
    }
  }

  @Test
  void aFileWhoseTimeIsFarAheadOrFarBackIsOnlyRechecked() throws Exception {
    var metainfo = content();
    try (var store = store(metainfo)) {
      var all = Bitfield.full(metainfo.info().pieces().pieces());
      var hash = metainfo.info().v1Hash().orElseThrow();
      var record = new ResumeRecord(hash, 1, Ending.CLOSED, all, NONE, store.stamps());
      for (long time : new long[] {0, 253_402_300_799_000L}) {
        Files.setLastModifiedTime(folder.resolve("many/a"), FileTime.fromMillis(time));
        Files.setLastModifiedTime(folder.resolve("many/b"), FileTime.fromMillis(time));
        var plan = ResumePlan.of(store, Optional.of(record));
        assertThat(plan.trusted().count()).isZero();
        assertThat(plan.doubtful()).isEqualTo(all);
        // Where the record itself was written at that time, it is believed again.
        var then = new ResumeRecord(hash, 2, Ending.CLOSED, all, NONE, store.stamps());
        assertThat(ResumePlan.of(store, Optional.of(then)).trusted()).isEqualTo(all);
      }
    }
  }
}
