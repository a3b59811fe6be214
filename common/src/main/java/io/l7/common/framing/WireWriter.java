package io.l7.common.framing;

import io.l7.common.framing.WireException.TooLong;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * The one write path: collects what belongs together and gives it to the stream in one write. The
 * buffer is borrowed with the first octet and handed back by {@link #flush()}, so that an idle
 * connection has none.
 *
 * <p>One thread at a time.
 */
public final class WireWriter extends OutputStream {
  private OutputStream target;
  private final BufferPool pool;
  private byte[] buffer = BufferPool.NONE;
  private int count;

  /** A writer to {@code target} that borrows its buffers from {@code pool}. */
  public WireWriter(OutputStream target, BufferPool pool) {
    this.target = target;
    this.pool = pool;
  }

  /** A writer with a pool of its own. */
  public WireWriter(OutputStream target) {
    this(target, new BufferPool(1));
  }

  /** How many octets wait for a flush. */
  public int pending() {
    return count;
  }

  @Override
  public void write(int octet) throws IOException {
    if (count == buffer.length) makeRoom();
    buffer[count++] = (byte) octet;
  }

  @Override
  public void write(byte[] source) throws IOException {
    write(source, 0, source.length);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    if (buffer.length == 0) buffer = pool.take();
    int room = buffer.length - count;
    if (length <= room) {
      System.arraycopy(source, offset, buffer, count, length);
      count += length;
      return;
    }
    if (count > 0) { // a full buffer first: no short write ahead of a long one
      System.arraycopy(source, offset, buffer, count, room);
      count += room;
      emit();
      offset += room;
      length -= room;
    }
    if (length >= buffer.length) {
      target.write(source, offset, length);
    } else {
      System.arraycopy(source, offset, buffer, 0, length);
      count = length;
    }
  }

  /** Writes each character as one octet (ISO 8859-1). */
  @SuppressWarnings(
      "deprecation") // getBytes(int, int, byte[], int) is the one copy without an encoder
  public void latin1(String text) throws IOException {
    int done = 0;
    while (done < text.length()) {
      if (count == buffer.length) makeRoom();
      int part = Math.min(text.length() - done, buffer.length - count);
      text.getBytes(done, done + part, buffer, count);
      count += part;
      done += part;
    }
  }

  /** Writes {@code text} and CR LF. The text itself must have neither: that is checked. */
  public void line(String text) throws IOException {
    if (text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0)
      throw new IllegalArgumentException("line end inside a line");
    latin1(text);
    write('\r');
    write('\n');
  }

  /** One message behind its length in two octets. */
  public void frame16(byte[] source, int offset, int length) throws IOException {
    if (length > 0xffff) throw TooLong.inStep("frame", 0xffff);
    write(length >>> 8);
    write(length);
    write(source, offset, length);
  }

  /** One message behind its length in four octets. */
  public void frame32(byte[] source, int offset, int length) throws IOException {
    int32(length);
    write(source, offset, length);
  }

  /** Four octets, most significant first. */
  public void int32(int value) throws IOException {
    write(value >>> 24);
    write(value >>> 16);
    write(value >>> 8);
    write(value);
  }

  /**
   * One chunk of a chunked body (RFC 9112 §7.1); an empty one would end the body and is left out.
   */
  public void chunk(byte[] source, int offset, int length) throws IOException {
    if (length == 0) return;
    latin1(Integer.toHexString(length));
    write('\r');
    write('\n');
    write(source, offset, length);
    write('\r');
    write('\n');
  }

  /**
   * A stream that stuffs dots and ends lines with CR LF whatever they ended with (a bare LF or CR
   * never reaches the wire); {@link DotStuffer#finish} writes the end of the block.
   */
  public DotStuffer dotBlock() {
    return new DotStuffer(this);
  }

  /** Gives what is pending to the stream in one write, and the buffer back to the pool. */
  @Override
  public void flush() throws IOException {
    if (count > 0) emit();
    release();
    target.flush();
  }

  /**
   * Takes what is pending away, for a caller that sends it itself together with what follows.
   *
   * @param target with room for {@link #pending}, at most {@link BufferPool#SIZE} octets
   */
  public void moveTo(ByteBuffer target) {
    target.put(buffer, 0, count);
    count = 0;
    release();
  }

  /** Goes on with another stream, as when TLS begins. */
  public void switchTo(OutputStream next) throws IOException {
    flush();
    target = next;
  }

  private void release() {
    if (buffer.length > 0) {
      pool.give(buffer);
      buffer = BufferPool.NONE;
    }
  }

  private void makeRoom() throws IOException {
    if (buffer.length == 0) buffer = pool.take();
    else emit();
  }

  private void emit() throws IOException {
    int pending = count;
    count = 0;
    target.write(buffer, 0, pending);
  }
}
