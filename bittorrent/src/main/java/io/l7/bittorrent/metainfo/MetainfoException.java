package io.l7.bittorrent.metainfo;

import java.io.IOException;

/** A torrent or magnet link that cannot be used, and why. */
public final class MetainfoException extends IOException {
  private static final long serialVersionUID = 1L;

  public MetainfoException(String reason) {
    super(reason);
  }

  public MetainfoException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
