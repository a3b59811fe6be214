package io.l7.bittorrent.wire;

import java.io.IOException;

/** A peer broke the protocol; its connection is closed. */
public final class WireViolation extends IOException {
  private static final long serialVersionUID = 1L;

  public WireViolation(String what) {
    super(what);
  }

  public WireViolation(String what, Throwable cause) {
    super(what, cause);
  }
}
