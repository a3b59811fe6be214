package io.l7.bittorrent.storage;

import io.l7.bittorrent.metainfo.Digests;
import io.l7.bittorrent.metainfo.PieceHashes;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.PieceLayout;
import io.l7.common.disk.DiskPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Phaser;

/**
 * Where received blocks go. Each piece in progress is one queue, worked off by one disk thread at a
 * time: adjacent blocks are joined into one write, and hashed while they are in the cache as long
 * as they come in order; what came out of order is read back at the end. Blocks wait until there
 * are enough of them for one write, or until {@link #flush}. Nobody waits for the disk unless all
 * buffers are in use.
 */
public final class PieceStore implements AutoCloseable {
  private final ContentStore store;
  private final PieceHashes hashes;
  private final DiskPool disk;
  private final BlockBuffers buffers;
  private final StorageLimits limits;
  private final Outcome outcome;
  private final ConcurrentHashMap<Integer, PieceInProgress> inProgress = new ConcurrentHashMap<>();
  private final RunBuffers runs;
  private final Phaser working = new Phaser(1);
  private final Runnable pressed = this::flush;

  /** What became of a piece; called on a disk thread. */
  public interface Outcome {
    /** It is on disk and has the right hash. */
    void verified(int piece);

    /** It is on disk and has the wrong hash. */
    void corrupt(int piece);

    /**
     * Some of it could not be written, or it could not be read back: none of it is there. What is
     * added of it is dropped until {@link PieceStore#forget}.
     *
     * @param tried when that was begun, by {@link System#nanoTime}
     */
    void failed(int piece, long tried, IOException why);
  }

  public PieceStore(
      ContentStore store,
      PieceHashes hashes,
      DiskPool disk,
      BlockBuffers buffers,
      StorageLimits limits,
      Outcome outcome) {
    this.store = store;
    this.hashes = hashes;
    this.disk = disk;
    this.buffers = buffers;
    this.limits = limits;
    this.outcome = outcome;
    this.runs = new RunBuffers(limits.writeRun());
    buffers.onPressure(pressed);
  }

  /** Writes whatever waits for more to come. */
  public void flush() {
    inProgress.values().forEach(PieceInProgress::flush);
  }

  /** The buffers blocks are received into. */
  public BlockBuffers buffers() {
    return buffers;
  }

  /** The buffers in which blocks travel between files and sockets. */
  public RunBuffers runs() {
    return runs;
  }

  /** Stores a block; {@code data} came from {@link #buffers()} and goes back there by itself. */
  public void add(Block block, byte[] data) {
    inProgress(block.piece()).add(block, data);
  }

  /** All blocks of a piece have been added: judge it. */
  public void verify(int piece) {
    inProgress(piece).finish();
  }

  private PieceInProgress inProgress(int piece) {
    return inProgress.computeIfAbsent(
        piece, p -> new PieceInProgress(this, p, Bitfield.empty(layout().blocks(p))));
  }

  /** Blocks of a piece are on disk from an earlier run; before any is added. */
  public void stored(int piece, Bitfield blocks) {
    inProgress.put(piece, new PieceInProgress(this, piece, blocks));
  }

  /** Of each piece that is not judged yet the blocks that were written so far, where there are. */
  public SortedMap<Integer, Bitfield> written() {
    var written = new TreeMap<Integer, Bitfield>();
    inProgress.forEach(
        (piece, progress) -> {
          var blocks = progress.written();
          if (!blocks.isEmpty()) {
            written.put(piece, blocks);
          }
        });
    return written;
  }

  /**
   * 64 bits of the hash of each block of a piece, as it lies on disk: the evidence against who sent
   * a corrupt one. Blocking.
   */
  public long[] blockDigests(int piece) throws IOException {
    var layout = layout();
    var digests = new long[layout.blocks(piece)];
    var digest = Digests.sha1();
    var buffer = ByteBuffer.allocate(Block.LENGTH);
    for (int i = 0; i < digests.length; i++) {
      var block = layout.block(piece, i);
      buffer.clear().limit(block.length());
      store.read(layout.offsetOf(piece) + block.offset(), buffer);
      digest.update(buffer.array(), 0, block.length());
      digests[i] = ByteBuffer.wrap(digest.digest()).getLong();
    }
    return digests;
  }

  PieceLayout layout() {
    return store.layout();
  }

  ContentStore content() {
    return store;
  }

  StorageLimits limits() {
    return limits;
  }

  void schedule(Runnable work) {
    working.register();
    var _ =
        disk.submit(
            () -> {
              try {
                work.run();
              } finally {
                working.arriveAndDeregister();
              }
            });
  }

  void judge(int piece, byte[] digest) {
    inProgress.remove(piece);
    if (hashes.matches(piece, digest)) {
      outcome.verified(piece);
    } else {
      outcome.corrupt(piece);
    }
  }

  void failed(int piece, long tried, IOException why) {
    outcome.failed(piece, tried, why);
  }

  /** What is added of a piece from here on is stored anew, though it failed before. */
  public void forget(int piece) {
    inProgress.remove(piece);
  }

  /** Writes what waits, to its end; the content is closed after this. Blocking. */
  @Override
  public void close() {
    buffers.forget(pressed);
    flush();
    working.arriveAndAwaitAdvance();
  }
}
