package io.l7.smtp.store;

import io.l7.common.disk.DiskFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of the log. It takes every record that is complete, writes them in one go, forces
 * them to the disk once, and only then completes those who wait: while one force runs, the next
 * batch gathers by itself, so the syncs a mail fall as the load grows. A batch whose write or force
 * fails is refused as a whole, and its segment is never written again: after a failed force nobody
 * can say what is on the disk.
 */
final class GroupCommitter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GroupCommitter.class);

  /** Most octets of one batch: bounds the memory of the copy and the time of one force. */
  private static final int MAX_BATCH = 4 << 20;

  /** Where a record is. */
  record Position(int segment, long offset) {}

  private record Waiting(byte[] record, CompletableFuture<Position> done) {}

  private final SegmentSupply supply;
  private final int segmentSize;
  private final int maxBatch;
  private final SegmentKeeper keeper;
  private final Runnable rolled;
  private final ConcurrentLinkedQueue<Waiting> queue = new ConcurrentLinkedQueue<>();
  private byte[] batchOctets = new byte[64 << 10];
  private final AtomicLong forces = new AtomicLong();
  private final AtomicLong records = new AtomicLong();
  private final Thread thread;
  private volatile boolean closing;
  private volatile boolean ended;
  private @Nullable DiskFile file;
  private int segment;
  private long position;

  /** Writes from segment {@code first} on; {@code rolled} runs when another segment was begun. */
  GroupCommitter(
      SegmentSupply supply, SegmentKeeper keeper, int segmentSize, int first, Runnable rolled) {
    this.supply = supply;
    this.keeper = keeper;
    this.segmentSize = segmentSize;
    this.maxBatch = Math.min(MAX_BATCH, segmentSize - RecordFrame.HEADER);
    this.segment = first - 1;
    this.rolled = rolled;
    this.thread = Thread.ofPlatform().name("l7-smtp-committer").daemon().start(this::run);
  }

  /**
   * Queues a record; the future completes when it is durable, or fails with a {@link
   * StoreException}.
   */
  CompletableFuture<Position> append(byte[] record) {
    var done = new CompletableFuture<Position>();
    if (closing) {
      done.completeExceptionally(closed());
      return done;
    }
    queue.add(new Waiting(record, done));
    LockSupport.unpark(thread);
    if (ended) {
      refuseLate(); // it came in while the thread ended, and would be waited for without end
    }
    return done;
  }

  /** How many forces there were. */
  long forces() {
    return forces.get();
  }

  /** How many records became durable. */
  long records() {
    return records.get();
  }

  private void run() {
    var batch = new ArrayList<Waiting>();
    Waiting carried = null;
    while (true) {
      var size = 0;
      if (carried != null) {
        batch.add(carried);
        size = carried.record().length;
        carried = null;
      }
      for (var w = queue.poll(); w != null; w = queue.poll()) {
        if (size + w.record().length > maxBatch && !batch.isEmpty()) {
          carried = w;
          break;
        }
        batch.add(w);
        size += w.record().length;
      }
      if (batch.isEmpty()) {
        if (closing) {
          break;
        }
        LockSupport.park(this);
        continue;
      }
      commit(batch);
      batch.clear();
    }
    closeFile();
    ended = true;
    refuseLate();
  }

  private void refuseLate() {
    for (var w = queue.poll(); w != null; w = queue.poll()) {
      w.done().completeExceptionally(closed());
    }
  }

  private static StoreException closed() {
    return new StoreException(new IOException("the store is closed"));
  }

  private void commit(List<Waiting> batch) {
    var positions = new ArrayList<Position>(batch.size());
    try {
      var need = RecordFrame.HEADER; // the end-of-batch record
      for (var w : batch) {
        need += w.record().length;
      }
      var target = file;
      if (target == null || position + need > segmentSize) {
        target = roll();
      }
      var start = position;
      if (batchOctets.length < need) {
        batchOctets = new byte[need];
      }
      var used = 0;
      for (var w : batch) {
        RecordFrame.seal(w.record(), segment);
        positions.add(new Position(segment, start + used));
        System.arraycopy(w.record(), 0, batchOctets, used, w.record().length);
        used += w.record().length;
      }
      var end = RecordCodec.batchEnd(start);
      RecordFrame.seal(end, segment);
      System.arraycopy(end, 0, batchOctets, used, end.length);
      target.write(start, batchOctets, 0, need);
      target.force();
      position = start + need;
    } catch (IOException e) {
      refuse(batch, e);
      return;
    } catch (RuntimeException | OutOfMemoryError e) {
      refuse(
          batch, new IOException(e)); // a writer that ended here would leave all to wait for ever
      return;
    }
    forces.incrementAndGet();
    records.addAndGet(batch.size());
    for (var i = 0; i < positions.size(); i++) {
      if (RecordFrame.type(batch.get(i).record()) == RecordFrame.MAIL) {
        keeper.begin(
            segment); // before anyone can end it, and before the segment stops being the current
        // one
      }
      batch.get(i).done().complete(positions.get(i));
    }
  }

  private void refuse(List<Waiting> batch, IOException why) {
    LOG.error("the log cannot be written; {} records are refused", batch.size(), why);
    abandon();
    var failure = new StoreException(why);
    batch.forEach(w -> w.done().completeExceptionally(failure));
  }

  private DiskFile roll() throws IOException {
    closeFile();
    var opened = supply.open(segment + 1);
    segment++;
    position = 0;
    file = opened;
    keeper.opened(segment);
    rolled.run();
    return opened;
  }

  /** Takes back what of the failed batch may have reached the file, as well as that can be done. */
  private void abandon() {
    var f = file;
    if (f != null) {
      try {
        f.truncate(position);
      } catch (IOException | RuntimeException e) {
        LOG.warn("segment {} may hold a refused batch", segment, e);
      }
    }
    closeFile();
  }

  private void closeFile() {
    var f = file;
    file = null;
    if (f != null) {
      keeper.closed();
      try {
        f.close();
      } catch (IOException | RuntimeException e) {
        LOG.warn("segment {} does not close", segment, e);
      }
    }
  }

  /** Writes what is queued and ends. */
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
