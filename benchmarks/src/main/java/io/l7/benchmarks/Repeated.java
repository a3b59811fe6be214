package io.l7.benchmarks;

import java.io.InputStream;

/** The same octets over and over, in portions as a socket gives them. Never ends. */
final class Repeated extends InputStream {
  private final byte[] octets;
  private final int portion;
  private int position;

  /**
   * @param portion the most octets of one read; what fits into a socket's buffer, say
   */
  Repeated(byte[] octets, int portion) {
    this.octets = octets;
    this.portion = portion;
  }

  @Override
  public int read() {
    throw new UnsupportedOperationException("octet by octet");
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    int count = Math.min(Math.min(length, portion), octets.length - position);
    System.arraycopy(octets, position, target, offset, count);
    position += count;
    if (position == octets.length) position = 0;
    return count;
  }
}
