package io.l7.bittorrent.tracker;

import io.l7.common.disk.DiskFile;
import java.io.IOException;
import java.io.InputStream;

/** A run of a file, read from front to back. One thread. */
final class StoredStream extends InputStream {
  private final DiskFile file;
  private final long end;
  private long position;

  /** {@code length} octets from {@code start}; fewer where the file ends before. */
  StoredStream(DiskFile file, long start, long length) {
    this.file = file;
    this.position = start;
    this.end = start + length;
  }

  /** Octets not read yet. */
  long left() {
    return end - position;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int most = (int) Math.min(length, left());
    int count = most > 0 ? file.read(position, target, offset, most) : -1;
    position += Math.max(0, count);
    return count;
  }
}
