package io.l7.http.client;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * How far the sending of a request's content is: what the thread that sends and the one that
 * listens tell each other, and who of them says what the server's time is for.
 */
final class Sending {
  /** For how long content may stand still whose good end the server has told already. */
  private static final long STANDSTILL_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** How long an answer waits for the last octets, which the server may have before we know. */
  private static final long LAST_OCTETS_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final ClientConnection connection;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean answered;

  /** All there is of the content has been given out; what is left is to send it. */
  private boolean ending;

  private boolean sent;

  /** Waits for the server that were over. */
  private long waits;

  /** Why the server got no more of the content. */
  private @Nullable IOException refusal;

  /** Why there was no more of the content. */
  private @Nullable Throwable fault;

  Sending(ClientConnection connection) {
    this.connection = connection;
  }

  /** Ends the sending of a content that the server has answered already. */
  static final class Answered extends IOException {
    private static final long serialVersionUID = 1L;

    Answered() {
      super("answered", null);
    }
  }

  /** Gives the server time for something, unless it has answered. */
  void begin(Runnable deadline) throws Answered {
    lock.lock();
    try {
      if (answered && !ending) {
        throw new Answered();
      }
      if (!answered) {
        deadline.run();
      }
    } finally {
      lock.unlock();
    }
  }

  /** What the server had time for is over. */
  void end() {
    lock.lock();
    try {
      waits++;
      changed.signal();
      if (!answered) {
        connection.clearDeadline();
      }
    } finally {
      lock.unlock();
    }
  }

  /** From here on the sender is not stopped any more. */
  void lastOctets() {
    lock.lock();
    try {
      ending |= !answered;
    } finally {
      lock.unlock();
    }
  }

  /** All is sent. */
  void sent() {
    lock.lock();
    try {
      sent = true;
      changed.signal();
      if (!answered) {
        connection.awaitHeader();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The server takes no more. */
  void refused(IOException e) {
    lock.lock();
    try {
      refusal = e;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** The sender has ended early. */
  void failed(Throwable e) {
    lock.lock();
    try {
      if (answered) {
        return;
      }
      if (refusal != null) {
        connection.awaitRest(); // the answer may be on its way all the same
      } else {
        fault = e; // the content itself ended early: half a request gets no answer
        changed.signal();
        connection.close();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether the server was given time for anything yet. */
  boolean hasBegun() {
    lock.lock();
    try {
      return waits > 0;
    } finally {
      lock.unlock();
    }
  }

  /**
   * There is an answer that says it went well: waits until all is sent, or nothing moves any more.
   */
  void awaitFlow() throws IOException {
    lock.lock();
    try {
      long seen = -1;
      while (isUnderWay() && seen < waits) {
        seen = waits;
        long left = STANDSTILL_NANOS;
        while (isUnderWay() && seen == waits && left > 0) {
          left = changed.awaitNanos(left);
        }
      }
      if (fault != null) {
        throw cause(new IOException("the content of the request ended early", fault));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private boolean isUnderWay() {
    return !sent && refusal == null && fault == null;
  }

  /** The sender stops where it is, and the server's time is the listener's affair. */
  void answered() {
    lock.lock();
    try {
      answered = true;
      connection.clearDeadline();
      awaitLastOctets();
      if (!sent) {
        connection.spoil();
      }
    } finally {
      lock.unlock();
    }
  }

  /** A server that has all may answer before the sender is back from its last write. */
  private void awaitLastOctets() {
    long left = LAST_OCTETS_NANOS;
    try {
      while (ending && isUnderWay() && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Why there is no answer, where what was heard last is a consequence. */
  IOException cause(IOException heard) {
    lock.lock();
    try {
      return switch (fault) {
        case null -> refusal == null ? heard : ResponseStream.explained(refusal);
        case IOException e -> e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IllegalStateException(e);
      };
    } finally {
      lock.unlock();
    }
  }
}
