package io.l7.http.server;

import io.l7.common.framing.WireReader;
import java.io.IOException;
import java.io.InputStream;

/**
 * A connection's input as a stream, beginning with what is buffered. Closed by the connection's
 * thread, which then has it alone.
 */
final class ReaderInputStream extends InputStream {
  private final WireReader in;
  private final InputTurn turn = new InputTurn();

  ReaderInputStream(WireReader in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    turn.take();
    try {
      turn.check();
      if (in.buffered() == 0 && turn.fill(in) < 0) {
        return -1;
      }
      turn.check();
      return in.read(into, offset, length);
    } finally {
      turn.giveBack();
    }
  }

  @Override
  public int available() {
    return in.buffered();
  }

  /** Waits until nobody else reads, and lets nobody begin. */
  void end() {
    if (turn.own()) {
      turn.awaitNobody();
    }
  }
}
