package io.l7.http.server;

import java.io.IOException;

/** The client went away, or reads nothing, while an answer was sent: nobody's fault to log. */
public final class ClientGoneException extends IOException {
  private static final long serialVersionUID = 1L;

  public ClientGoneException(IOException cause) {
    super("the client is gone: " + cause.getMessage(), cause);
  }
}
