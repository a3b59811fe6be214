package io.l7.common.disk;

import java.io.IOException;

/** An open file, read and written at positions. Safe for several threads. */
public interface DiskFile extends AutoCloseable {
  /** Reads up to {@code length} octets at {@code position}; -1 at the end. */
  int read(long position, byte[] target, int offset, int length) throws IOException;

  /** Writes all of it at {@code position}; the file grows as it must. */
  void write(long position, byte[] source, int offset, int length) throws IOException;

  /** Makes everything written so far durable, and the size. */
  void force() throws IOException;

  /** Cuts the file to {@code size} octets. */
  void truncate(long size) throws IOException;

  /** The size in octets. */
  long size() throws IOException;

  @Override
  void close() throws IOException;
}
