package io.l7.http.server.h2;

import io.l7.common.net.Connection;
import io.l7.http.wire.HttpLimits;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * The one deadline of a connection whose input and output belong to different threads: who writes
 * counts first, then a frame or field block that has begun, then the time without a request.
 * Content has its own, at its stream.
 */
final class Http2Patience {
  private final Connection connection;
  private final HttpLimits limits;
  private boolean writing;
  private boolean incomplete;
  private final BooleanSupplier inHand;
  private boolean busy;
  private boolean ending;
  private long incompleteSince;
  private long idleSince = System.nanoTime();

  /**
   * @param inHand whether there are requests in hand
   */
  Http2Patience(Connection connection, HttpLimits limits, BooleanSupplier inHand) {
    this.connection = connection;
    this.limits = limits;
    this.inHand = inHand;
  }

  /** Something has begun to come, and its end is waited for, however often an octet comes. */
  synchronized void incomplete() {
    if (!incomplete) {
      incomplete = true;
      incompleteSince = System.nanoTime();
      set();
    }
  }

  /** The input stands between two messages. */
  synchronized void complete() {
    if (incomplete) {
      incomplete = false;
      set();
    }
  }

  /** A request came, or is over. */
  synchronized void changed() {
    boolean now = inHand.getAsBoolean();
    if (busy && !now) {
      idleSince = System.nanoTime();
    }
    if (busy != now) {
      busy = now;
      set();
    }
  }

  synchronized void writing() {
    writing = true;
    set();
  }

  synchronized void written() {
    writing = false;
    set();
  }

  /** The connection ends, and times itself. */
  synchronized void ending() {
    ending = true;
  }

  private void set() {
    if (ending) {
      return;
    }
    if (writing) {
      connection.deadline(limits.writeTime(), "the client to read");
    } else if (incomplete) {
      connection.deadline(left(limits.headTime(), incompleteSince), "a whole frame");
    } else if (busy) {
      connection.clearDeadline();
    } else {
      connection.deadline(left(limits.idleTime(), idleSince), "next request");
    }
  }

  private static Duration left(Duration limit, long since) {
    long left = limit.toNanos() - (System.nanoTime() - since);
    return Duration.ofNanos(Math.max(1, left));
  }
}
