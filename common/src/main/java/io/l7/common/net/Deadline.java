package io.l7.common.net;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;

/**
 * The end of the phase that a session is in. Set and cleared several times a message by the
 * session, looked at ten times a second by the {@link Sweeper}: so neither a look at the clock nor
 * a full fence is paid for setting it, and the time of a longer phase begins when the sweeper first
 * sees it.
 */
final class Deadline {
  private static final long NONE = 0;
  private static final long BEGAN = System.nanoTime() - 1;

  /**
   * Below this a limit begins with the call: callers who set what is left of a longer one again and
   * again come to it, and must not begin anew each time.
   */
  private static final long SOON_NANOS = 1_000_000_000;

  /**
   * The limit as a negative number of nanoseconds while nobody has seen it, else its end in the
   * nanoseconds since {@link #BEGAN}.
   */
  private volatile long state = NONE;

  private static final VarHandle STATE =
      FieldHandle.of(MethodHandles.lookup(), "state", long.class);

  void set(Duration limit) {
    long nanos = Math.max(1, limit.toNanos());
    STATE.setRelease(this, nanos < SOON_NANOS ? System.nanoTime() - BEGAN + nanos : -nanos);
  }

  void clear() {
    STATE.setRelease(this, NONE);
  }

  /** Whether one is set, for the session itself. */
  boolean isSet() {
    return (long) STATE.get(this) != NONE;
  }

  /** Whether it has passed at {@code now}, a {@link System#nanoTime}; for the sweeper. */
  boolean hasPassed(long now) {
    long seen = state;
    if (seen < 0) {
      boolean _ = STATE.compareAndSet(this, seen, now - BEGAN - seen);
    }
    return seen > 0 && now - BEGAN > seen;
  }
}
