package io.l7.common.framing;

import io.l7.common.framing.WireException.Truncated;
import java.io.IOException;
import java.io.InputStream;

/** Exactly n octets of a stream: Content-Length, BDAT, literals. */
public final class CountedInput extends InputStream {
  private final WireReader in;
  private long remaining;

  CountedInput(WireReader in, long count) {
    if (count < 0) throw new IllegalArgumentException("count " + count);
    this.in = in;
    this.remaining = count;
  }

  /** How many octets have not been read yet. */
  public long remaining() {
    return remaining;
  }

  @Override
  public int read() throws IOException {
    if (remaining == 0) return -1;
    int octet = in.read();
    if (octet < 0) throw new Truncated("counted octets, " + remaining + " missing");
    remaining--;
    return octet;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) return 0;
    if (remaining == 0) return -1;
    int count = in.read(target, offset, (int) Math.min(length, remaining));
    if (count < 0) throw new Truncated("counted octets, " + remaining + " missing");
    remaining -= count;
    return count;
  }

  @Override
  public int available() {
    return (int) Math.min(remaining, in.buffered());
  }

  /**
   * Reads and throws away what is left, if that is at most {@code most} octets.
   *
   * @return whether the stream is in step now
   */
  public boolean drain(long most) throws IOException {
    if (remaining > most) return false;
    skipNBytes(remaining);
    return true;
  }
}
