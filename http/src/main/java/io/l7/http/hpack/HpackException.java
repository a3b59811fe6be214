package io.l7.http.hpack;

import java.io.IOException;

/**
 * A field block that cannot be decoded: both ends no longer share a table, the connection is over
 * (RFC 9113 §4.3).
 */
public final class HpackException extends IOException {
  private static final long serialVersionUID = 1L;

  HpackException(String why) {
    super(why);
  }
}
