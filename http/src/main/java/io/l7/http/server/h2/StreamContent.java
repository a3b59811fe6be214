package io.l7.http.server.h2;

import io.l7.common.framing.WireException.TimedOut;
import io.l7.http.h2.ErrorCode;
import io.l7.http.h2.Frame;
import io.l7.http.h2.Http2Error.OfStream;
import io.l7.http.message.Fields;
import io.l7.http.wire.HttpLimits;
import io.l7.http.wire.Violation;
import io.l7.http.wire.ViolationException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The content of one request over HTTP/2, between the connection's thread that brings it and
 * whoever reads it: at most a window full of it, for which room is made as it is read. Asks for it
 * with 100 (Continue) when it is first wanted and holds the client to a minimum rate.
 */
final class StreamContent extends InputStream {
  private static final int FIRST_OCTETS = 4 << 10;

  /** What content needs of its stream. */
  interface Owner {
    /** Sends 100 (Continue). */
    void askForContent() throws IOException;

    /** Its reader is about to wait: what was said is sent, the client may wait for it. */
    void beforeWaiting() throws IOException;

    /** So many octets were read: the connection has room for others. */
    void taken(int octets) throws IOException;

    /** The client may send so much more. */
    void room(int octets) throws IOException;
  }

  private final int stream;
  private final OptionalLong declared;
  private final int mostWindow;
  private final HttpLimits limits;
  private final Owner owner;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition come = lock.newCondition();

  /** A ring: octets that came and were not read. */
  private byte[] ring = new byte[0];

  private int first;
  private int buffered;

  /** What the client may still send. */
  private int window;

  /** What it may send again, and has not heard of. */
  private int owed;

  private long arrived;
  private long received;
  private long waited;
  private boolean continueWanted;
  private boolean ended;
  private Fields trailers = Fields.EMPTY;
  private @Nullable IOException fault;

  StreamContent(
      int stream,
      OptionalLong declared,
      boolean continueWanted,
      int window,
      HttpLimits limits,
      Owner owner) {
    this.stream = stream;
    this.declared = declared;
    this.continueWanted = continueWanted;
    this.mostWindow = window;
    this.window = window;
    this.limits = limits;
    this.owner = owner;
  }

  /**
   * Takes in what came.
   *
   * @return octets that nobody will read: padding, and all where there is no reader any more
   * @throws OfStream more than the window, or than was declared
   */
  int arrive(Frame.Data data) throws IOException {
    int unread;
    int room;
    lock.lock();
    try {
      if (data.flowControlled() > window) {
        throw new OfStream(stream, ErrorCode.FLOW_CONTROL_ERROR, "content over the window");
      }
      arrived += data.length();
      if (declared.isPresent() && arrived > declared.getAsLong()) { // RFC 9113 §8.1.1
        throw new OfStream(stream, ErrorCode.PROTOCOL_ERROR, "content over its declared length");
      }
      window -= data.flowControlled();
      if (fault != null) {
        return data.flowControlled();
      }
      continueWanted = false; // it did not wait for it
      put(data.array(), data.offset(), data.length());
      unread = data.flowControlled() - data.length();
      room = data.endsStream() ? 0 : room(unread);
      come.signalAll();
    } finally {
      lock.unlock();
    }
    if (room > 0) {
      owner.room(room);
    }
    return unread;
  }

  /** What to grant now, as octets have gone; 0 as long as it is little. */
  private int room(int octets) {
    owed += octets;
    if (owed < mostWindow / 2) {
      return 0;
    }
    int room = owed;
    owed = 0;
    window += room;
    return room;
  }

  private void put(byte[] source, int offset, int length) {
    if (length == 0) {
      return;
    }
    if (buffered == 0) {
      first = 0;
    }
    if (buffered + length > ring.length) {
      int wanted = Math.max(FIRST_OCTETS, Math.max(2 * ring.length, buffered + length));
      byte[] larger = new byte[Math.min(mostWindow, wanted)];
      int head = Math.min(buffered, ring.length - first);
      System.arraycopy(ring, first, larger, 0, head);
      System.arraycopy(ring, 0, larger, head, buffered - head);
      ring = larger;
      first = 0;
    }
    int at = (first + buffered) % ring.length;
    int head = Math.min(length, ring.length - at);
    System.arraycopy(source, offset, ring, at, head);
    System.arraycopy(source, offset + head, ring, 0, length - head);
    buffered += length;
  }

  /**
   * The client has said all.
   *
   * @throws OfStream less than was declared
   */
  void end(Fields behind) throws OfStream {
    lock.lock();
    try {
      if (declared.isPresent() && arrived != declared.getAsLong()) {
        throw new OfStream(stream, ErrorCode.PROTOCOL_ERROR, "content below its declared length");
      }
      trailers = behind;
      ended = true;
      come.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * No more will be read.
   *
   * @return octets that were not
   */
  int fail(IOException why) {
    lock.lock();
    try {
      if (fault == null) {
        fault = why;
      }
      int left = buffered;
      buffered = 0;
      ring = new byte[0];
      come.signalAll();
      return left;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the end of what nobody reads any more, where the client can come to it: it waits
   * neither to be asked nor for room, which it is not given.
   *
   * @param gone whether it will say no more
   */
  void awaitEnd(Duration limit, BooleanSupplier gone) {
    lock.lock();
    try {
      long left = limit.toNanos();
      boolean inReach = declared.isEmpty() || declared.getAsLong() - arrived <= window;
      while (inReach && !continueWanted && !ended && !gone.getAsBoolean() && left > 0) {
        left = come.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** The fault that ended the content, if one did. */
  @Nullable IOException fault() {
    lock.lock();
    try {
      return fault;
    } finally {
      lock.unlock();
    }
  }

  Fields trailers() {
    lock.lock();
    try {
      return trailers;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int available() {
    lock.lock();
    try {
      return buffered;
    } finally {
      lock.unlock();
    }
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
    int count;
    int room;
    boolean waits;
    boolean ask;
    lock.lock();
    try {
      waits = buffered == 0 && !ended && fault == null;
      ask = continueWanted && waits;
      continueWanted = false;
    } finally {
      lock.unlock();
    }
    if (ask) {
      owner.askForContent(); // RFC 9110 §10.1.1: when it is wanted, not before
    }
    if (waits) {
      owner.beforeWaiting();
    }
    lock.lock();
    try {
      await();
      if (buffered == 0) {
        return -1;
      }
      count = take(into, offset, length);
      room = ended ? 0 : room(count);
    } finally {
      lock.unlock();
    }
    owner.taken(count);
    if (room > 0) {
      owner.room(room);
    }
    return count;
  }

  private void await() throws IOException {
    while (buffered == 0 && !ended && fault == null) {
      long began = System.nanoTime();
      // 9 GB * 1e9 is no long
      long earned = (long) (received * 1e9 / limits.bodyBytesPerSecond());
      long left = limits.bodyGrace().toNanos() + earned - waited;
      if (left <= 0) {
        fault = new TimedOut("content");
        break;
      }
      try {
        long _ = come.awaitNanos(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
      waited += System.nanoTime() - began;
    }
    if (fault != null) {
      throw fault;
    }
  }

  private int take(byte[] into, int offset, int length) throws ViolationException {
    int count = Math.min(length, buffered);
    int head = Math.min(count, ring.length - first);
    System.arraycopy(ring, first, into, offset, head);
    System.arraycopy(ring, 0, into, offset + head, count - head);
    first = (first + count) % ring.length;
    buffered -= count;
    received += count;
    if (received > limits.bodyBytes()) {
      var tooLarge = new ViolationException(Violation.CONTENT_TOO_LARGE);
      fault = tooLarge;
      throw tooLarge;
    }
    return count;
  }
}
