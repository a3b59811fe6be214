package io.l7.http.message;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Reads a part of a file by position. A file that has shrunk meanwhile is an {@link EOFException},
 * never padding.
 */
final class RegionInputStream extends InputStream {
  private final Body.Region region;
  private long position;
  private long left;

  RegionInputStream(Body.Region region) {
    this.region = region;
    this.position = region.position();
    this.left = region.count();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left == 0) {
      return -1;
    }
    var target = ByteBuffer.wrap(into, offset, (int) Math.min(length, left));
    int read = region.file().read(target, position);
    if (read < 0) {
      throw new EOFException("the file is shorter than it was");
    }
    position += read;
    left -= read;
    return read;
  }

  @Override
  public void close() {
    region.close();
  }
}
