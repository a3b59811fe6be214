package io.l7.http.server;

import io.l7.common.net.Connection;
import io.l7.http.wire.HttpLimits;

/** Content of a declared length (RFC 9112 §6.2). */
final class CountedContent extends ContentInput {
  private long remaining;

  CountedContent(Connection connection, HttpLimits limits, boolean continueWanted, long length) {
    super(connection, limits, continueWanted);
    this.remaining = length;
  }

  @Override
  boolean isFinished() {
    return remaining == 0;
  }

  long remaining() {
    return remaining;
  }

  @Override
  int atHand() {
    return (int) Math.min(in().buffered(), remaining);
  }

  @Override
  int take(byte[] into, int offset, int length) throws java.io.IOException {
    if (remaining == 0) {
      return -1;
    }
    if (in().buffered() == 0) {
      return 0;
    }
    int taken =
        in().read(into, offset, (int) Math.min(Math.min(length, remaining), in().buffered()));
    remaining -= taken;
    return taken;
  }
}
