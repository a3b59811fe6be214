package io.l7.common.net;

import io.l7.common.framing.WireException;
import io.l7.common.framing.WireException.Draining;
import io.l7.common.framing.WireException.TimedOut;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one session waits for and until when, and whether it is to wait no more: the session sets
 * it, the sweeper and a drain look at it.
 */
final class Patience {
  /** What a peer is waited for in a handshake. */
  interface Step {
    /** Waits. */
    boolean take() throws IOException;
  }

  private static final VarHandle IDLE =
      FieldHandle.of(MethodHandles.lookup(), "idle", boolean.class);

  private String waitingFor = "input";
  private final Deadline deadline = new Deadline();
  private final Deadline lastWords = new Deadline();
  private volatile boolean idle;
  private @Nullable Runnable farewell;
  private volatile boolean draining;
  private volatile boolean expired;
  private volatile boolean stopped;

  /** A phase begins. */
  void begin(Duration limit, String phase) {
    waitingFor = phase;
    deadline.set(limit);
  }

  /** No phase is being timed any more. */
  void end() {
    deadline.clear();
  }

  boolean isTimed() {
    return deadline.isSet();
  }

  /** Takes a step of a TLS handshake, which has {@code limit} unless a phase is timed already. */
  boolean handshake(Duration limit, Step step) throws IOException {
    boolean timed = isTimed();
    if (!timed) begin(limit, "TLS handshake");
    try {
      return step.take();
    } catch (SocketTimeoutException e) {
      throw why(e);
    } catch (IOException e) {
      throw expired ? why(e) : e;
    } finally {
      if (!timed) end();
    }
  }

  /** Tells that the session waits at a boundary, where it may be ended, or does so no more. */
  void idle(boolean waits) {
    // No full fence, which would cost a few percent of a request: should isToBeWoken() and this
    // miss each other, the sweeper looks again.
    IDLE.setRelease(this, waits);
  }

  boolean isDraining() {
    return draining;
  }

  void drain() {
    draining = true;
    var task = takeFarewell();
    if (task != null) task.run();
  }

  private synchronized @Nullable Runnable takeFarewell() {
    var task = farewell;
    farewell = null;
    return task;
  }

  /** Runs a task when the session is asked to end, at once where it has been. */
  void whenDraining(Runnable task) {
    synchronized (this) {
      farewell = task;
    }
    if (draining) drain();
  }

  /** Whether the session waits at a boundary and was asked to end. */
  boolean isToBeWoken() {
    return draining && idle;
  }

  /**
   * Ends all reading; from now on last words may be said for a while.
   *
   * @return false where it had ended before
   */
  boolean stop(Duration forLastWords) {
    if (stopped) return false;
    stopped = true;
    lastWords.set(forLastWords);
    return true;
  }

  /** Whether reading was ended from here. */
  boolean isStopped() {
    return stopped;
  }

  /** Whether the time of a phase is over, for the first time. */
  boolean expires(long now) {
    if (expired || !deadline.hasPassed(now)) return false;
    expired = true;
    return true;
  }

  boolean isExpired() {
    return expired;
  }

  /** Whether last words had their time. */
  boolean isOver(long now) {
    return lastWords.hasPassed(now);
  }

  /** Why reading was ended. */
  WireException why() {
    return draining && !expired ? new Draining() : timedOut();
  }

  /** The same, with how it showed. */
  WireException why(IOException shown) {
    var why = why();
    why.initCause(shown);
    return why;
  }

  /** That what is waited for did not come. */
  TimedOut timedOut() {
    return new TimedOut(waitingFor);
  }
}
