package io.l7.dash.bmff;

import io.l7.common.disk.DiskFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A film with a free box of any size between its type and its media, of which not a byte is held.
 */
public final class GapFile implements DiskFile {
  private final byte[] content;
  private final int at;
  private final long gap;

  private GapFile(byte[] content, int at, long gap) {
    this.content = content;
    this.at = at;
    this.gap = gap;
  }

  /** The same film, its media {@code gap} bytes further back. */
  public static GapFile behind(byte[] film, long gap) {
    int type = new BoxBytes(film).size(0);
    byte[] moved = film.clone();
    int co64 = new String(film, StandardCharsets.ISO_8859_1).lastIndexOf("co64");
    var bytes = new BoxBytes(moved);
    int chunks = bytes.number(co64 + 8);
    for (int i = 0; i < chunks; i++) {
      int entry = co64 + 12 + 8 * i;
      long offset =
          (bytes.number(entry) & 0xffffffffL) << 32 | bytes.number(entry + 4) & 0xffffffffL;
      bytes.put(entry, offset + gap);
    }
    byte[] header = new byte[16];
    var free = new BoxBytes(header);
    free.put(0, 1L << 32 | 0x66726565L);
    free.put(8, gap);
    byte[] whole = Arrays.copyOf(moved, moved.length + header.length);
    System.arraycopy(header, 0, whole, type, header.length);
    System.arraycopy(moved, type, whole, type + header.length, moved.length - type);
    return new GapFile(whole, type + header.length, gap - header.length);
  }

  private record BoxBytes(byte[] bytes) {
    int number(int from) {
      int number = 0;
      for (int i = 0; i < 4; i++) {
        number = number << 8 | bytes[from + i] & 0xff;
      }
      return number;
    }

    int size(int from) {
      return number(from);
    }

    void put(int from, long value) {
      for (int i = 0; i < 8; i++) {
        bytes[from + i] = (byte) (value >>> 56 - 8 * i);
      }
    }
  }

  @Override
  public int read(long position, byte[] target, int offset, int length) {
    if (position < at) {
      int count = (int) Math.min(length, at - position);
      System.arraycopy(content, (int) position, target, offset, count);
      return count;
    }
    if (position < at + gap) {
      int count = (int) Math.min(length, at + gap - position);
      Arrays.fill(target, offset, offset + count, (byte) 0);
      return count;
    }
    long inside = position - gap;
    if (inside >= content.length) {
      return -1;
    }
    int count = (int) Math.min(length, content.length - inside);
    System.arraycopy(content, (int) inside, target, offset, count);
    return count;
  }

  @Override
  public long size() {
    return content.length + gap;
  }

  @Override
  public void write(long position, byte[] source, int offset, int length) throws IOException {
    throw new IOException("read only");
  }

  @Override
  public void force() {}

  @Override
  public void truncate(long size) throws IOException {
    throw new IOException("read only");
  }

  @Override
  public void close() {}
}
