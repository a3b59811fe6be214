package io.l7.bittorrent.announce;

import java.io.IOException;

/** A UDP tracker's error message (BEP 15, action 3). */
final class TrackerError extends IOException {
  private static final long serialVersionUID = 1L;

  TrackerError(String text) {
    super(HttpAnnounce.printable(text));
  }
}
