package io.l7.http.message;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Reads the octets of a body in memory; closing it closes the body. */
final class MemoryInputStream extends InputStream {
  private final Body.Memory body;
  private final ByteBuffer left;

  MemoryInputStream(Body.Memory body) {
    this.body = body;
    this.left = body.octets().duplicate();
  }

  @Override
  public int read() {
    return left.hasRemaining() ? left.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    int count = Math.min(length, left.remaining());
    left.get(into, offset, count);
    return count == 0 ? -1 : count;
  }

  @Override
  public int available() {
    return left.remaining();
  }

  @Override
  public void close() {
    body.close();
  }
}
