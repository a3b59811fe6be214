package io.l7.dash.bmff;

import io.l7.common.disk.DiskFile;
import java.util.Arrays;

/** A file in memory. */
final class ByteFile implements DiskFile {
  private byte[] content;

  ByteFile(byte[] content) {
    this.content = content;
  }

  byte[] content() {
    return content;
  }

  @Override
  public int read(long position, byte[] target, int offset, int length) {
    if (position >= content.length) {
      return -1;
    }
    int count = (int) Math.min(length, content.length - position);
    System.arraycopy(content, (int) position, target, offset, count);
    return count;
  }

  @Override
  public void write(long position, byte[] source, int offset, int length) {
    int end = (int) position + length;
    if (end > content.length) {
      content = Arrays.copyOf(content, end);
    }
    System.arraycopy(source, offset, content, (int) position, length);
  }

  @Override
  public void force() {}

  @Override
  public void truncate(long size) {
    content = Arrays.copyOf(content, (int) size);
  }

  @Override
  public long size() {
    return content.length;
  }

  @Override
  public void close() {}
}
