package io.l7.common.net;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One direction of a connection in memory: a ring of octets, with the manners of a socket buffer.
 */
final class MemoryPipe {
  private static final int CAPACITY = 64 * 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final byte[] ring = new byte[CAPACITY];
  private int start;
  private int held;
  private boolean writerGone;
  private boolean readerGone;
  private boolean readerStopped;
  private boolean reset;

  int read(byte[] target, int offset, int length, int timeoutMillis) throws IOException {
    if (length == 0) return 0;
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
      while (held == 0) {
        if (reset) throw new SocketException("Connection reset");
        if (writerGone || readerGone || readerStopped) return -1;
        if (timeoutMillis == 0) {
          changed.await();
        } else {
          if (left <= 0) throw new SocketTimeoutException("Read timed out");
          left = changed.awaitNanos(left);
        }
      }
      if (readerGone || readerStopped) return -1;
      int count = Math.min(length, held);
      int first = Math.min(count, CAPACITY - start);
      System.arraycopy(ring, start, target, offset, first);
      System.arraycopy(ring, 0, target, offset + first, count - first);
      start = (start + count) % CAPACITY;
      held -= count;
      changed.signalAll();
      return count;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SocketException("Closed by interrupt");
    } finally {
      lock.unlock();
    }
  }

  void write(byte[] source, int offset, int length) throws IOException {
    lock.lock();
    try {
      int done = 0;
      while (done < length) {
        if (readerStopped) return; // as a kernel does after SHUT_RD: taken and thrown away
        while (held == CAPACITY && !readerStopped && !readerGone && !writerGone) changed.await();
        if (writerGone) throw new SocketException("Socket closed");
        if (readerStopped && !readerGone) return;
        if (readerGone) {
          reset = true;
          throw new SocketException("Broken pipe");
        }
        int end = (start + held) % CAPACITY;
        int count = Math.min(length - done, Math.min(CAPACITY - held, CAPACITY - end));
        System.arraycopy(source, offset + done, ring, end, count);
        held += count;
        done += count;
        changed.signalAll();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SocketException("Closed by interrupt");
    } finally {
      lock.unlock();
    }
  }

  int available() {
    lock.lock();
    try {
      return held;
    } finally {
      lock.unlock();
    }
  }

  void endOfWriting() {
    lock.lock();
    try {
      writerGone = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more will be read, while the other side may go on writing without an error. */
  void stopReading() {
    lock.lock();
    try {
      readerStopped = true;
      held = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void endOfReading() {
    lock.lock();
    try {
      readerGone = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
