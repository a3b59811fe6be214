package io.l7.http.cache;

import io.l7.http.message.Body;
import io.l7.http.message.Fields;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Content on its way from one fetch to any number of readers and to the store. While the store
 * keeps it, the fetch runs ahead at the upstream's speed, and readers that fall behind read from
 * the store's file; content too large to keep waits for its slowest reader.
 */
final class Spool {
  private static final int CHUNK = 32 * 1024;

  private final CacheLimits limits;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<byte[]> chunks = new ArrayDeque<>();
  private final Set<Reader> readers = new HashSet<>();
  private final CacheStore.Writer writer;
  private boolean keeping = true;
  private boolean concluded;
  private boolean closed;
  private long dropped;
  private long length;
  private boolean ended;
  private volatile Fields trailers = Fields.EMPTY;
  private volatile @Nullable IOException fault;

  Spool(CacheStore.Writer writer, CacheLimits limits) {
    this.writer = writer;
    this.limits = limits;
  }

  /**
   * Takes everything from the upstream; returns whether the store has it all. Ends the readers in
   * each case.
   */
  boolean fill(Body body) {
    try (InputStream in = body.open()) {
      while (true) {
        // Grows with what comes: small answers take small arrays.
        byte[] chunk = new byte[Math.clamp(in.available(), 2048, CHUNK)];
        int count = in.read(chunk);
        if (count < 0) {
          trailers = body.trailers();
          return end(null);
        }
        if (count > 0) {
          add(count == chunk.length ? chunk : java.util.Arrays.copyOf(chunk, count));
        }
      }
    } catch (IOException e) {
      return end(e);
    } catch (RuntimeException | Error e) {
      boolean _ = end(new IOException("the fetch failed", e)); // nobody must wait for more
      throw e;
    }
  }

  private void add(byte[] chunk) throws IOException {
    boolean kept =
        keeping
            && length + chunk.length <= limits.objectSize()
            && writer.write(chunk, 0, chunk.length);
    lock.lock();
    try {
      keeping = kept;
      chunks.add(chunk);
      length += chunk.length;
      changed.signalAll();
      trim();
      while (!keeping && length - dropped > limits.readAhead() && !readers.isEmpty()) {
        changed.awaitUninterruptibly();
        trim();
      }
      if (!keeping && readers.isEmpty()) {
        throw new IOException("nobody reads on");
      }
    } finally {
      lock.unlock();
    }
  }

  // What all readers have is dropped; while the store keeps everything and can give it back, also
  // what some have not.
  private void trim() {
    long needed = !keeping ? slowest() : writer.isReadable() ? length - limits.readAhead() : 0;
    while (!chunks.isEmpty() && dropped + chunks.getFirst().length <= needed) {
      dropped += chunks.removeFirst().length;
    }
  }

  private long slowest() {
    long least = length;
    for (Reader reader : readers) {
      least = Math.min(least, reader.position);
    }
    return least;
  }

  private boolean end(@Nullable IOException why) {
    lock.lock();
    try {
      ended = true;
      fault = why;
      changed.signalAll();
      return why == null && keeping;
    } finally {
      lock.unlock();
    }
  }

  /** The fields behind the content, once a reader has seen its end. */
  Fields trailers() {
    return trailers;
  }

  /** Bytes so far. */
  long length() {
    lock.lock();
    try {
      return length;
    } finally {
      lock.unlock();
    }
  }

  /** The fault that ended it. */
  @Nullable IOException fault() {
    return fault;
  }

  /** The store has decided: the writer closes behind the last reader. */
  void concluded() {
    lock.lock();
    try {
      concluded = true;
      closeIfUnused();
    } finally {
      lock.unlock();
    }
  }

  private void closeIfUnused() {
    if (concluded && readers.isEmpty() && !closed) {
      closed = true;
      writer.close();
    }
  }

  /** A reader from the first byte; none where that is no longer there. */
  @Nullable InputStream reader() {
    lock.lock();
    try {
      if (dropped > 0 && (closed || !keeping || !writer.isReadable())) {
        return null;
      }
      var reader = new Reader();
      readers.add(reader);
      return reader;
    } finally {
      lock.unlock();
    }
  }

  private final class Reader extends InputStream {
    private long position;

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
      if (count == 0) {
        return 0;
      }
      lock.lock();
      try {
        while (position == length && !ended) {
          changed.awaitUninterruptibly();
        }
        if (position == length) {
          IOException why = fault;
          if (why != null) {
            throw new IOException("the content broke off: " + why.getMessage(), why);
          }
          return -1;
        }
        if (position >= dropped) {
          return copy(target, offset, count);
        }
        count = (int) Math.min(count, length - position);
      } finally {
        lock.unlock();
      }
      int read = writer.read(position, target, offset, count);
      position += read;
      return read;
    }

    private int copy(byte[] target, int offset, int count) {
      long start = dropped;
      for (byte[] chunk : chunks) {
        if (position < start + chunk.length) {
          int from = (int) (position - start);
          int part = Math.min(count, chunk.length - from);
          System.arraycopy(chunk, from, target, offset, part);
          position += part;
          changed.signalAll();
          return part;
        }
        start += chunk.length;
      }
      throw new IllegalStateException("no chunk at " + position);
    }

    @Override
    public int available() {
      lock.lock();
      try {
        return (int) Math.min(length - position, Integer.MAX_VALUE);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        readers.remove(this);
        changed.signalAll();
        closeIfUnused();
      } finally {
        lock.unlock();
      }
    }
  }
}
