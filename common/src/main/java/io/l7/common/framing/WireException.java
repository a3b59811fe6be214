package io.l7.common.framing;

import java.io.IOException;

/**
 * What can go wrong between the bytes of a peer and a message. A protocol maps each case once to
 * its own last words (421, 400, 408, FORMERR, silence). All of these are the peer's doing or the
 * clock's, never a fault of ours: they are counted, not logged with a stack trace.
 */
public abstract sealed class WireException extends IOException {
  private WireException(String message) {
    super(message);
  }

  /** The stream ended inside a message. */
  public static final class Truncated extends WireException {
    public Truncated(String what) {
      super("ended inside " + what);
    }
  }

  /** A message is over its limit. The stream is in step unless {@link #inStep()} says otherwise. */
  public static final class TooLong extends WireException {
    private final long limit;
    private final boolean inStep;

    private TooLong(String what, long limit, boolean inStep) {
      super(what + " over " + limit + " octets");
      this.limit = limit;
      this.inStep = inStep;
    }

    /** The message was read to its end and thrown away: the next one can be read. */
    public static TooLong inStep(String what, long limit) {
      return new TooLong(what, limit, true);
    }

    /** The end of the message was not found: all that is left is to close. */
    public static TooLong outOfStep(String what, long limit) {
      return new TooLong(what, limit, false);
    }

    /** The limit that was passed, in octets. */
    public long limit() {
      return limit;
    }

    /** Whether the stream stands at the start of the next message. */
    public boolean inStep() {
      return inStep;
    }
  }

  /** The bytes do not follow the grammar. */
  public static final class Malformed extends WireException {
    public Malformed(String why) {
      super(why);
    }
  }

  /** A deadline or an idle limit passed before the peer had said what was asked for. */
  public static final class TimedOut extends WireException {
    public TimedOut(String waitingFor) {
      super("timed out: " + waitingFor);
    }
  }

  /** The server is draining: nothing more will be read, last words can still be said. */
  public static final class Draining extends WireException {
    public Draining() {
      super("server is draining");
    }
  }
}
