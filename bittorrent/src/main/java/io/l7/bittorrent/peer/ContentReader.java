package io.l7.bittorrent.peer;

import io.l7.bittorrent.pick.ReadingOrder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Reads a part of a torrent's content in order while it is fetched: what is before it comes first.
 * For one thread, but for {@link #close}, which ends a read that waits.
 */
public final class ContentReader implements AutoCloseable {
  /** What nobody has had for so long may never come. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Readers readers;
  private final long end;
  private volatile long position;
  private volatile long since = System.nanoTime();

  ContentReader(Readers readers, long position, long end) {
    this.readers = readers;
    this.position = position;
    this.end = end;
  }

  ReadingOrder.Reader place() {
    return new ReadingOrder.Reader(Math.min(position, end - 1), end);
  }

  /** When it last got something, or began. */
  long since() {
    return since;
  }

  /**
   * Waits until the next bytes are verified on disk, or it stands at the end.
   *
   * @return false when the time was over first
   * @throws IOException the reader or the torrent was closed, or nothing came for ten minutes
   */
  public boolean await(Duration limit) throws IOException {
    if (position >= end) {
      return true;
    }
    long left = PATIENCE.toNanos() - (System.nanoTime() - since);
    boolean is = readers.await(this, position, Math.min(limit.toNanos(), left));
    if (!is && limit.toNanos() >= left) {
      throw new IOException("nothing has come for " + PATIENCE);
    }
    return is;
  }

  /**
   * Reads some bytes; waits until the piece they are in is verified on disk.
   *
   * @return how many, at most to the end of a piece; -1 at the end
   * @throws IOException the reader or the torrent was closed, or the piece does not come
   */
  public int read(byte[] target, int offset, int length) throws IOException {
    long at = position;
    int count = (int) Math.min(length, end - at);
    if (count <= 0) {
      return -1;
    }
    count = readers.lengthWithinPiece(at, count);
    var into = ByteBuffer.wrap(target, offset, count).slice();
    do {
      boolean _ = await(PATIENCE);
    } while (!readers.read(at, into));
    boolean over = readers.lengthWithinPiece(at, count + 1) == count;
    position = at + count;
    since = System.nanoTime();
    if (over && at + count < end) {
      readers.moved();
    }
    return count;
  }

  /** It reads no more, and nothing comes first for it. */
  @Override
  public void close() {
    readers.leave(this);
  }
}
