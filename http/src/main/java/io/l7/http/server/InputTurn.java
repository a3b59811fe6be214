package io.l7.http.server;

import io.l7.common.framing.WireReader;
import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is at a connection's input that a handler may read on another thread than its own:
 * one at a time, and once there is an answer only the connection's own. Who waits for the client
 * lets others have the turn meanwhile.
 */
final class InputTurn {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition come = lock.newCondition();
  private @Nullable Thread waiting;
  private @Nullable Thread owner;

  void take() {
    lock.lock();
  }

  void giveBack() {
    lock.unlock();
  }

  /** Waits for the client; like {@link WireReader#fill}. Within a turn. */
  int fill(WireReader in) throws IOException {
    check();
    waiting = Thread.currentThread();
    lock.unlock();
    try {
      return in.fill();
    } finally {
      lock.lock();
      waiting = null;
      come.signalAll();
    }
  }

  /** Whether a thread waits for the client. Within a turn. */
  boolean isWaitedFor() {
    return waiting != null;
  }

  /** Whether the input is another thread's by now. Within a turn. */
  boolean isLost() {
    return owner != null && !owner.equals(Thread.currentThread());
  }

  /**
   * Refuses whom the input no longer belongs to. Within a turn.
   *
   * @throws IOException the request has its answer
   */
  void check() throws IOException {
    if (isLost()) {
      throw new IOException("the request was answered before its content was read");
    }
  }

  /**
   * From now on only the calling thread reads.
   *
   * @return whether another one still waits for the client
   */
  boolean own() {
    lock.lock();
    try {
      owner = Thread.currentThread();
      return waiting != null;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until nobody waits for the client: for its next octets, its end or a deadline. */
  void awaitNobody() {
    lock.lock();
    try {
      while (waiting != null) {
        come.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }
}
