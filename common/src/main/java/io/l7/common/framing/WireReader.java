package io.l7.common.framing;

import io.l7.common.framing.WireException.Malformed;
import io.l7.common.framing.WireException.TooLong;
import io.l7.common.framing.WireException.Truncated;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * The one read path of every protocol: a byte array over a stream, and the framings on it. An end
 * of the stream between two messages is empty; inside one it is {@link Truncated}.
 *
 * <p>A parser that wants no copy works in place: it looks at {@link #buffer()} from {@link
 * #position()} to {@link #limit()}, asks {@link #fill()} for more and {@link #advance} over what it
 * took. The array may be another one after {@code fill}.
 *
 * <p>One thread at a time.
 */
public final class WireReader {
  /**
   * Octets a fresh reader holds: a common request fits, ten thousand idle connections stay cheap.
   */
  public static final int INITIAL_CAPACITY = 2 * 1024;

  /** Octets a reader grows to by itself when a peer sends much at once. */
  public static final int BULK_CAPACITY = 16 * 1024;

  /** Octets a reader ever holds; a message parsed in place must fit. */
  public static final int MAX_CAPACITY = 128 * 1024;

  private InputStream source;
  private byte[] buffer;
  private int position;
  private int limit;
  private boolean ended;
  private int bulk = BULK_CAPACITY;
  private long bareLineEnds;

  /** A reader that pulls from {@code source}, which need not be buffered. */
  public WireReader(InputStream source) {
    this.source = source;
    this.buffer = new byte[INITIAL_CAPACITY];
  }

  /** The array that holds what was read and not yet taken. */
  public byte[] buffer() {
    return buffer;
  }

  /** Index of the first octet not yet taken. */
  public int position() {
    return position;
  }

  /** Index behind the last octet that has been read. */
  public int limit() {
    return limit;
  }

  /** How many octets can be taken without touching the stream. */
  public int buffered() {
    return limit - position;
  }

  /** Whether the stream has ended and everything was taken. */
  public boolean atEnd() {
    return ended && position == limit;
  }

  /** How many bare line ends {@link LineEnds#LENIENT} has let through on this connection. */
  public long bareLineEnds() {
    return bareLineEnds;
  }

  /**
   * Lets this reader grow by itself to {@code octets}, where a peer sends megabytes: at least
   * {@link #BULK_CAPACITY}, at most {@link #MAX_CAPACITY}.
   */
  public void bulkCapacity(int octets) {
    bulk = Math.clamp(octets, BULK_CAPACITY, MAX_CAPACITY);
  }

  /** Takes {@code count} buffered octets. */
  public void advance(int count) {
    if (count < 0 || count > buffered())
      throw new IllegalArgumentException("advance " + count + " of " + buffered());
    position += count;
  }

  /**
   * Reads once from the stream, blocking.
   *
   * @return how many octets came, or -1 at the end of the stream
   * @throws TooLong when {@link #MAX_CAPACITY} octets are buffered and none was taken
   */
  public int fill() throws IOException {
    if (ended) return -1;
    if (position == limit) {
      position = 0;
      limit = 0;
    } else if (limit == buffer.length) {
      makeRoom();
    }
    int count = source.read(buffer, limit, buffer.length - limit);
    if (count < 0) {
      ended = true;
      return -1;
    }
    limit += count;
    if (limit == buffer.length && buffer.length < bulk) {
      // The peer sends in bulk: fewer, larger reads.
      buffer = Arrays.copyOf(buffer, buffer.length < BULK_CAPACITY ? BULK_CAPACITY : bulk);
    }
    return count;
  }

  private void makeRoom() throws TooLong {
    if (position > 0) {
      System.arraycopy(buffer, position, buffer, 0, limit - position);
      limit -= position;
      position = 0;
    } else if (buffer.length < MAX_CAPACITY) {
      buffer = Arrays.copyOf(buffer, Math.min(MAX_CAPACITY, buffer.length * 2));
    } else {
      throw TooLong.outOfStep("message", MAX_CAPACITY);
    }
  }

  /**
   * Blocks until {@code count} octets are buffered.
   *
   * @return false when the stream ended with none of them
   * @throws Truncated when it ended with some
   */
  public boolean ensure(int count) throws IOException {
    while (buffered() < count) {
      if (fill() < 0) {
        if (buffered() == 0) return false;
        throw new Truncated("a message of " + count + " octets");
      }
    }
    return true;
  }

  /** The next octet without taking it, 0 to 255, or -1 at the end of the stream. */
  public int peek() throws IOException {
    return ensure(1) ? buffer[position] & 0xff : -1;
  }

  /**
   * Up to {@code count} of the next octets without taking them; fewer only at the end of the
   * stream.
   */
  public byte[] peek(int count) throws IOException {
    while (buffered() < count && fill() >= 0) {}
    return Arrays.copyOfRange(buffer, position, position + Math.min(count, buffered()));
  }

  /** Takes the next octet, 0 to 255, or -1 at the end of the stream. */
  public int read() throws IOException {
    if (position == limit && fill() < 0) return -1;
    return buffer[position++] & 0xff;
  }

  /**
   * Takes at least one and at most {@code length} octets, or returns -1 at the end of the stream.
   */
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) return 0;
    if (position == limit) {
      if (ended) return -1;
      if (length >= buffer.length) { // no gain from a detour through the buffer
        int count = source.read(target, offset, length);
        if (count < 0) ended = true;
        return count;
      }
      if (fill() < 0) return -1;
    }
    int count = Math.min(length, buffered());
    System.arraycopy(buffer, position, target, offset, count);
    position += count;
    return count;
  }

  /** Takes exactly {@code target.length} octets. */
  public void readFully(byte[] target) throws IOException {
    readFully(target, 0, target.length);
  }

  /** Takes exactly {@code length} octets. */
  public void readFully(byte[] target, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int count = read(target, offset + done, length - done);
      if (count < 0) throw new Truncated("a message of " + length + " octets");
      done += count;
    }
  }

  /**
   * Reads one line.
   *
   * @param max the most octets, line end included
   * @return the line, or empty when the stream ended before its first octet
   * @throws TooLong the line was longer; it has been read to its end, the stream is in step
   * @throws Malformed a bare CR or LF under {@link LineEnds#STRICT}; likewise in step
   * @throws Truncated the stream ended inside the line
   */
  public Optional<Line> line(int max, LineEnds ends) throws IOException {
    if (position == limit && fill() < 0) return Optional.empty();
    int scanned = 0;
    boolean bare = false;
    boolean tooLong = false;
    while (true) {
      int from = position + scanned;
      int feed = indexOf((byte) '\n', from);
      if (feed < 0) {
        bare |= bareReturn(from, limit - 1);
        scanned = limit - position;
        if (scanned >= max) { // keep the last octet: it may be the CR of CR LF
          tooLong = true;
          advance(scanned - 1);
          scanned = 1;
        }
        if (fill() < 0) throw new Truncated("a line");
        if (scanned > 0) scanned--; // look at that CR again, now that its successor is known
        continue;
      }
      boolean pair = feed > position && buffer[feed - 1] == '\r';
      int end = pair ? feed - 1 : feed;
      bare |= bareReturn(from, end);
      if (!pair
          && ends == LineEnds.STRICT) { // not the end of the line: the true end is still to come
        bare = true;
        scanned = feed + 1 - position;
        if (scanned >= max) {
          tooLong = true;
          advance(scanned);
          scanned = 0;
          if (position == limit && fill() < 0) throw new Truncated("a line");
        }
        continue;
      }
      int length = end - position;
      int total = feed + 1 - position;
      if (tooLong || total > max) {
        advance(total);
        throw TooLong.inStep("line", max);
      }
      if (ends == LineEnds.STRICT && bare) {
        advance(total);
        throw new Malformed("bare CR or LF in a line");
      }
      if (!pair) bareLineEnds++;
      var line = new Line(Arrays.copyOfRange(buffer, position, position + length));
      advance(total);
      return Optional.of(line);
    }
  }

  /**
   * Whether a CR stands in [from, to) that is not followed by LF; one at the very end is not
   * judged.
   */
  private boolean bareReturn(int from, int to) {
    for (int i = from; i < to; i++) {
      if (buffer[i] == '\r' && (i + 1 >= limit || buffer[i + 1] != '\n')) return true;
    }
    return false;
  }

  private int indexOf(byte octet, int from) {
    for (int i = from; i < limit; i++) if (buffer[i] == octet) return i;
    return -1;
  }

  /**
   * Reads a dot-stuffed block (RFC 5321 §4.5.2) to its true end, CR LF . CR LF, whatever is wrong
   * with it, and writes it unstuffed to {@code sink}. Never throws for what the content is: the
   * faults are in the result, and the stream is in step.
   *
   * @param max the most octets the sink gets; what comes behind is read and thrown away
   * @throws Truncated the stream ended inside the block
   */
  public DotBlock dotBlock(long max, OutputStream sink) throws IOException {
    return new DotBlockReader(this, max, sink).read();
  }

  /** A stream of exactly the next {@code count} octets. It must be read or drained to its end. */
  public CountedInput exactly(long count) {
    return new CountedInput(this, count);
  }

  /** A stream of the data of a chunked body (RFC 9112 §7.1), to be read to its end. */
  public ChunkedInput chunked(ChunkLimits limits) {
    return new ChunkedInput(this, limits);
  }

  /**
   * One message behind a length of two octets (DNS over TCP, RFC 1035 §4.2.2); empty at the end.
   */
  public Optional<byte[]> frame16() throws IOException {
    if (!ensure(2)) return Optional.empty();
    int length = ((buffer[position] & 0xff) << 8) | (buffer[position + 1] & 0xff);
    advance(2);
    return Optional.of(body(length));
  }

  /**
   * One message behind a length of four octets (BitTorrent, BEP 3); empty at the end.
   *
   * @throws TooLong the length is over {@code max}; nothing was allocated, the stream is out of
   *     step
   */
  public Optional<byte[]> frame32(int max) throws IOException {
    if (!ensure(4)) return Optional.empty();
    long length =
        Integer.toUnsignedLong(
            ((buffer[position] & 0xff) << 24)
                | ((buffer[position + 1] & 0xff) << 16)
                | ((buffer[position + 2] & 0xff) << 8)
                | (buffer[position + 3] & 0xff));
    if (length > max) throw TooLong.outOfStep("frame", max);
    advance(4);
    return Optional.of(body((int) length));
  }

  private byte[] body(int length) throws IOException {
    var message = new byte[length];
    readFully(message);
    return message;
  }

  /** Goes on with another stream, as when TLS begins; everything buffered must have been taken. */
  public void switchTo(InputStream next) {
    if (buffered() > 0) throw new IllegalStateException(buffered() + " octets not taken");
    source = next;
    ended = false;
  }
}
