package io.l7.http.server.h2;

import io.l7.http.h2.ErrorCode;
import io.l7.http.h2.Http2Error;
import io.l7.http.h2.Http2Error.OfConnection;
import io.l7.http.h2.Http2Error.OfStream;
import io.l7.http.h2.PeerSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How much the client lets us send (RFC 9113 §6.9), on the connection and on each stream: who sends
 * waits here, and only a stream whose own window is closed keeps waiting while others go on.
 */
final class SendWindows {
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Window> waiting = new LinkedHashSet<>();
  private final Duration patience;
  private final Stall stall;
  private long connection = PeerSettings.INITIAL.initialWindow();
  private int initial = PeerSettings.INITIAL.initialWindow();

  SendWindows(Duration patience) {
    this.patience = patience;
    this.stall = new Stall(patience);
  }

  /** The window of one stream. */
  final class Window implements Http2Output.Sender {
    private final int stream;
    private final Condition changed = lock.newCondition();
    private final Stall stall = new Stall(patience);
    private long size;
    private volatile boolean closed;

    private Window(int stream, int size) {
      this.stream = stream;
      this.size = size;
    }

    /**
     * Takes what there is of what is wanted; waits where there is nothing.
     *
     * @param wanted over 0
     * @throws IOException the stream was closed
     * @throws Http2Error the client has stood still for too long, on the stream or altogether
     */
    int take(int wanted) throws IOException {
      lock.lock();
      try {
        awaitRoom();
        int taken = (int) Math.min(wanted, Math.min(size, connection));
        size -= taken;
        connection -= taken;
        long now = System.nanoTime();
        stall.moved(taken, now);
        SendWindows.this.stall.moved(taken, now);
        return taken;
      } finally {
        lock.unlock();
      }
    }

    /** Waits until there is something to {@link #take}, and fails as it does. */
    void awaitRoom() throws IOException {
      lock.lock();
      try {
        while (!closed && (size <= 0 || connection <= 0)) {
          Stall watched = size <= 0 ? stall : SendWindows.this.stall;
          long left = left(watched);
          begin(watched);
          try {
            long _ = changed.awaitNanos(left);
          } finally {
            end(watched);
          }
        }
        if (closed) {
          throw new IOException("the stream was closed");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public int stream() {
      return stream;
    }

    @Override
    public boolean isClosed() {
      return closed;
    }

    private long left(Stall watched) throws Http2Error {
      long left = watched.left(System.nanoTime());
      if (left > 0) {
        return left;
      }
      throw watched.equals(stall)
          ? new OfStream(stream, ErrorCode.ENHANCE_YOUR_CALM, "nothing of a stream is read")
          : new OfConnection(ErrorCode.ENHANCE_YOUR_CALM, "nothing is read");
    }

    private void begin(Stall watched) {
      waiting.add(this);
      watched.begin(System.nanoTime());
    }

    private void end(Stall watched) {
      watched.end(System.nanoTime());
      waiting.remove(this);
    }

    /** Whether content has to wait. */
    boolean isShut() {
      lock.lock();
      try {
        return size <= 0 || connection <= 0;
      } finally {
        lock.unlock();
      }
    }

    /** Makes room; none where a stream has been closed. */
    void grant(int increment) throws OfStream {
      lock.lock();
      try {
        if (size + increment > Integer.MAX_VALUE) { // §6.9.1
          throw new OfStream(stream, ErrorCode.FLOW_CONTROL_ERROR, "a window over its limit");
        }
        size += increment;
        changed.signal();
      } finally {
        lock.unlock();
      }
    }

    /** Nothing more will be sent: who waits is told. */
    void close() {
      lock.lock();
      try {
        closed = true;
        changed.signal();
      } finally {
        lock.unlock();
      }
    }

    private void resize(long difference) throws OfConnection {
      if (closed) {
        return; // the client knows of no window any more
      }
      if (size + difference > Integer.MAX_VALUE) { // §6.9.2
        throw new OfConnection(ErrorCode.FLOW_CONTROL_ERROR, "a window over its limit");
      }
      size += difference;
      changed.signal();
    }
  }

  /** The window of a new stream. */
  Window open(int stream) {
    lock.lock();
    try {
      return new Window(stream, initial);
    } finally {
      lock.unlock();
    }
  }

  /** Makes room on the connection. */
  void grant(int increment) throws OfConnection {
    lock.lock();
    try {
      if (connection + increment > Integer.MAX_VALUE) {
        throw new OfConnection(ErrorCode.FLOW_CONTROL_ERROR, "a window over its limit");
      }
      connection += increment;
      waiting.forEach(window -> window.changed.signal());
    } finally {
      lock.unlock();
    }
  }

  /** Changes what new streams begin with, and all others by the difference (§6.9.2). */
  void initial(int size, Iterable<Window> all) throws OfConnection {
    lock.lock();
    try {
      long difference = (long) size - initial;
      initial = size;
      if (difference != 0) {
        for (Window window : all) {
          window.resize(difference);
        }
      }
    } finally {
      lock.unlock();
    }
  }
}
