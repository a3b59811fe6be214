package io.l7.common.net;

import io.l7.common.disk.DiskPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a virtual thread from waiting for the disk while it sends a file: it would hold its carrier
 * meanwhile, and two such files stop a server on two cores. A file in memory is sent without more
 * ado; one whose sending took as long as a disk takes is from then on read on a {@link DiskPool},
 * piece by piece ahead of the sending, until the reading is fast again. For one connection, on one
 * thread.
 */
final class ReadAhead {
  /** Octets that are read ahead at a time: a fraction of a second of a fast reader. */
  static final int PIECE_OCTETS = 1024 * 1024;

  /** What no piece in memory takes, and any seek of a disk does. */
  static final long COLD_NANOS = 3_000_000;

  private static final int PORTION_OCTETS = 64 * 1024;

  private final LongSupplier nanoTime;
  private final Supplier<DiskPool> disk;
  private boolean cold;
  private @Nullable FileChannel file;
  private long readTo;

  ReadAhead(LongSupplier nanoTime, Supplier<DiskPool> disk) {
    this.nanoTime = nanoTime;
    this.disk = disk;
  }

  static ReadAhead ofThisMachine() {
    return new ReadAhead(System::nanoTime, () -> Shared.DISK);
  }

  /** Threads that exist once a file was cold. */
  private static final class Shared {
    private static final DiskPool DISK = new DiskPool("transfer", 2);
  }

  /** How many of {@code count} octets to send at once from {@code position}, and reads them. */
  long ready(FileChannel from, long position, long count) throws IOException {
    if (!cold) return count;
    if (position >= readTo || !from.equals(file)) {
      long piece = Math.min(count, PIECE_OCTETS);
      long began = nanoTime.getAsLong();
      disk.get().call(() -> read(from, position, piece));
      file = from;
      readTo = position + piece;
      cold = nanoTime.getAsLong() - began > COLD_NANOS;
    }
    return Math.min(count, readTo - position);
  }

  /** The time before octets are sent, to be given to {@link #sentSince}. */
  long now() {
    return nanoTime.getAsLong();
  }

  /** Takes the time that one call of the kernel took. */
  void sentSince(long began) {
    if (nanoTime.getAsLong() - began > COLD_NANOS) cold = true;
  }

  private static long read(FileChannel file, long position, long count) throws IOException {
    var portion = ByteBuffer.allocateDirect((int) Math.min(PORTION_OCTETS, count));
    long done = 0;
    while (done < count) {
      portion.clear().limit((int) Math.min(portion.capacity(), count - done));
      int read = file.read(portion, position + done);
      if (read < 0) break;
      done += read;
    }
    return done;
  }
}
