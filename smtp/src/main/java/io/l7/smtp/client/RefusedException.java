package io.l7.smtp.client;

import io.l7.smtp.protocol.Reply;
import java.io.IOException;

/** The server said no to what the whole session depends on. */
public final class RefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final transient Reply reply;

  /** {@code what} was refused with this reply. */
  public RefusedException(String what, Reply reply) {
    super(what + ": " + reply);
    this.what = what;
    this.reply = reply;
  }

  /** Whether it is this that was refused. */
  boolean isOf(String command) {
    return what.equals(command);
  }

  /** What the server said. */
  public Reply reply() {
    return reply;
  }
}
