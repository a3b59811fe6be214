package io.l7.bittorrent.bencode;

import java.io.IOException;

/** Bytes that are not bencoding, or more of it than the limits allow. */
public final class BencodeException extends IOException {
  private static final long serialVersionUID = 1L;
  private final int offset;

  BencodeException(String reason, int offset) {
    super(reason + " at byte " + offset);
    this.offset = offset;
  }

  /** Where in the input the fault stands. */
  public int offset() {
    return offset;
  }
}
