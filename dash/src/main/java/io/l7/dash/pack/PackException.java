package io.l7.dash.pack;

import java.io.IOException;

/** The input cannot be packaged, or the encoder failed; the message is for the one who asked. */
public final class PackException extends IOException {
  private static final long serialVersionUID = 1;

  public PackException(String message) {
    super(message);
  }

  public PackException(String message, Throwable cause) {
    super(message, cause);
  }
}
