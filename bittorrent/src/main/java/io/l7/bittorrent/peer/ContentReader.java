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
    readers.read(this, at, ByteBuffer.wrap(target, offset, count).slice(), PATIENCE);
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
