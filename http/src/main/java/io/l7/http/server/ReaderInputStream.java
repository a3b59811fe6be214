package io.l7.http.server;

import io.l7.common.framing.WireReader;
import java.io.IOException;
import java.io.InputStream;

/** A connection's input as a stream, beginning with what is buffered. */
final class ReaderInputStream extends InputStream {
  private final WireReader in;

  ReaderInputStream(WireReader in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    return in.read();
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    return in.read(into, offset, length);
  }

  @Override
  public int available() {
    return in.buffered();
  }
}
