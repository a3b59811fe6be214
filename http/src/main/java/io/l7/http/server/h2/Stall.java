package io.l7.http.server.h2;

import java.time.Duration;

/**
 * How long a reader has kept a sender waiting: each {@link #PART} octets have a time of their own,
 * so that who reads slowly is none that stands still. Pure; for one thread at a time.
 */
final class Stall {
  private static final int PART = 64 << 10;

  private final long limit;
  private long waited;
  private long since;
  private int waiting;
  private int moved;

  Stall(Duration limit) {
    this.limit = limit.toNanos();
  }

  /** Somebody begins to wait. */
  void begin(long now) {
    if (waiting++ == 0) {
      since = now;
    }
  }

  /** Somebody waits no more. */
  void end(long now) {
    if (--waiting == 0) {
      waited += now - since;
    }
  }

  /** So many octets were let pass. */
  void moved(int octets, long now) {
    moved += octets;
    if (moved >= PART) {
      moved = 0;
      waited = 0;
      since = now;
    }
  }

  /** The nanoseconds that may still be waited. */
  long left(long now) {
    return limit - waited - (waiting > 0 ? now - since : 0);
  }
}
