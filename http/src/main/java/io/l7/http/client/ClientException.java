package io.l7.http.client;

import java.io.IOException;

/** Why a request has no answer, or an answer no end. The message is fit to be shown to a user. */
public abstract sealed class ClientException extends IOException {
  private static final long serialVersionUID = 1L;

  private ClientException(String message, Throwable cause) {
    super(message, cause);
  }

  private ClientException(String message) {
    super(message);
  }

  /** What a fault says of itself, or its kind where it says nothing. */
  public static String words(Throwable fault) {
    String message = fault.getMessage();
    return message == null ? fault.getClass().getSimpleName() : message;
  }

  /**
   * No connection: no such name, refused, unreachable, or the TLS handshake failed. Nothing of the
   * request was sent.
   */
  public static final class NoConnection extends ClientException {
    private static final long serialVersionUID = 1L;

    public NoConnection(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** A phase took longer than its limit. */
  public static final class TimedOut extends ClientException {
    private static final long serialVersionUID = 1L;

    public TimedOut(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The server said something that is not HTTP, or that could be read in two ways. */
  public static final class BadResponse extends ClientException {
    private static final long serialVersionUID = 1L;

    public BadResponse(String message) {
      super(message);
    }

    public BadResponse(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The connection ended inside the answer, or before it. */
  public static final class BrokenOff extends ClientException {
    private static final long serialVersionUID = 1L;

    public BrokenOff(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The redirects form a circle, are too many, or lead where this request must not go. */
  public static final class BadRedirect extends ClientException {
    private static final long serialVersionUID = 1L;

    public BadRedirect(String message) {
      super(message);
    }
  }
}
