package io.l7.dash.play;

import java.io.IOException;

/** The film cannot be played to its end. */
public final class PlayException extends IOException {
  private static final long serialVersionUID = 1;

  public PlayException(String message) {
    super(message);
  }

  public PlayException(String message, Throwable cause) {
    super(message, cause);
  }
}
