package io.l7.bittorrent.metainfo;

import java.io.IOException;

/** A torrent or magnet link that cannot be used, and why. */
public final class MetainfoException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  public MetainfoException(String reason) {
    super(reason);
    this.reason = reason;
  }

  public MetainfoException(String reason, Throwable cause) {
    super(reason, cause);
    this.reason = reason;
  }

  /** What is wrong, fit to be shown to a user. */
  public String reason() {
    return reason;
  }
}
