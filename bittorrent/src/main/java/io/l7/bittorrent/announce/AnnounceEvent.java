package io.l7.bittorrent.announce;

/** What an announce reports (BEP 3), numbered as in BEP 15. */
public enum AnnounceEvent {
  /** The regular one. */
  NONE(0),
  COMPLETED(1),
  STARTED(2),
  STOPPED(3);

  private final int code;

  AnnounceEvent(int code) {
    this.code = code;
  }

  /** Its number on the wire. */
  int code() {
    return code;
  }
}
