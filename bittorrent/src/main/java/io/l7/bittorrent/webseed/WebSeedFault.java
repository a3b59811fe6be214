package io.l7.bittorrent.webseed;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Why a web seed did not give what it was asked for. The message is fit to be shown to a user. */
public abstract sealed class WebSeedFault extends IOException {
  private static final long serialVersionUID = 1L;

  private WebSeedFault(String message) {
    super(message);
  }

  private WebSeedFault(String message, Throwable cause) {
    super(message, cause);
  }

  /** The server does not have, or does not show, one file. */
  public static final class Missing extends WebSeedFault {
    private static final long serialVersionUID = 1L;
    private final int file;

    Missing(int file, String message) {
      super(message);
      this.file = file;
    }

    /** Which of the torrent's files, from 0. */
    public int file() {
      return file;
    }
  }

  /** It is to be left alone for a while: too busy, unreachable, broken off. */
  public static final class Unavailable extends WebSeedFault {
    private static final long serialVersionUID = 1L;
    private final transient Optional<Duration> retryAfter;

    Unavailable(String message, Optional<Duration> retryAfter) {
      super(message);
      this.retryAfter = retryAfter;
    }

    Unavailable(String message, Throwable cause) {
      super(message, cause);
      this.retryAfter = Optional.empty();
    }

    /** How long it asks to be left alone (RFC 9110 §10.2.3). */
    public Optional<Duration> retryAfter() {
      return retryAfter;
    }
  }

  /** It answered what cannot be true: another length, another range, no range at all. */
  public static final class Untrue extends WebSeedFault {
    private static final long serialVersionUID = 1L;

    Untrue(String message) {
      super(message);
    }
  }

  /** Its URL, or where it redirects to, must not be asked. */
  public static final class Refused extends WebSeedFault {
    private static final long serialVersionUID = 1L;

    Refused(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
