package io.l7.http.server.h2;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The streams of one connection (RFC 9113 §5.1). One is here until its handler has ended, also
 * where its client has left: who resets streams to open more of them gains nothing.
 */
final class Http2Streams {
  /** Streams that were reset by us, whose client may not know yet, and may go on for a moment. */
  private static final int REMEMBERED = 256;

  private final Map<Integer, Http2Stream> open = new HashMap<>();
  private final int most;
  private final int[] reset = new int[REMEMBERED];
  private int resets;
  private int last;

  /** One that was let in and is about to be added; 0: none. */
  private int arriving;

  private int door = Integer.MAX_VALUE;

  Http2Streams(int most) {
    this.most = most;
  }

  /** What a request meets. */
  enum Welcome {
    COME_IN,
    /** There are too many: it may be sent again. */
    FULL,
    /** After the last words: it was not seen. */
    CLOSED
  }

  /** Whether a stream has not begun (§5.1.1). */
  synchronized boolean isIdle(int id) {
    return id > last;
  }

  /** A request comes on an idle stream: all below it are closed (§5.1.1). */
  synchronized Welcome begin(int id) {
    last = id;
    if (id > door) {
      return Welcome.CLOSED;
    }
    if (open.size() >= most) {
      return Welcome.FULL;
    }
    arriving = id;
    return Welcome.COME_IN;
  }

  /** Adds a stream that was let in. */
  synchronized void add(Http2Stream stream) {
    arriving = 0;
    open.put(stream.id(), stream);
  }

  synchronized Optional<Http2Stream> get(int id) {
    return Optional.ofNullable(open.get(id));
  }

  synchronized List<Http2Stream> all() {
    return new ArrayList<>(open.values());
  }

  /**
   * A stream is over.
   *
   * @return whether none is left
   */
  synchronized boolean remove(Http2Stream stream) {
    open.remove(stream.id());
    if (open.isEmpty()) {
      notifyAll();
    }
    return isEmpty();
  }

  /**
   * A stream is to be reset by us.
   *
   * @return whether it was not already
   */
  synchronized boolean wasReset(int id) {
    if (id == arriving) {
      arriving = 0;
    }
    if (isReset(id)) {
      return false;
    }
    reset[resets++ % REMEMBERED] = id;
    return true;
  }

  /** Whether what still comes on a closed stream is no fault of the client. */
  synchronized boolean mayGoOn(int id) {
    return id > door || isReset(id);
  }

  private boolean isReset(int id) {
    for (int each : reset) {
      if (each == id) {
        return true;
      }
    }
    return false;
  }

  synchronized int last() {
    return Math.min(last, door);
  }

  /**
   * Lets nobody in any more.
   *
   * @return the last that came in
   */
  synchronized int close() {
    door = Math.min(door, last);
    return door;
  }

  synchronized boolean isAlone() {
    return open.size() <= 1;
  }

  synchronized boolean isEmpty() {
    return open.isEmpty() && arriving == 0;
  }

  /** Waits until all handlers have ended. */
  synchronized void awaitNone() {
    boolean interrupted = false;
    while (!open.isEmpty()) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
