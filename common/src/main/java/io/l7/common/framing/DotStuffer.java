package io.l7.common.framing;

import java.io.IOException;
import java.io.OutputStream;

/** Writes a dot-stuffed block (RFC 5321 §4.5.2). Line ends of any kind leave as CR LF. */
public final class DotStuffer extends OutputStream {
  private final WireWriter out;
  private boolean lineStart = true;
  private boolean afterReturn;

  DotStuffer(WireWriter out) {
    this.out = out;
  }

  @Override
  public void write(int octet) throws IOException {
    byte value = (byte) octet;
    if (value == '\n') {
      if (!afterReturn) endLine();
      afterReturn = false;
    } else if (value == '\r') {
      endLine();
      afterReturn = true;
    } else {
      if (lineStart && value == '.') out.write('.');
      out.write(value);
      lineStart = false;
      afterReturn = false;
    }
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    int end = offset + length;
    int i = offset;
    while (i < end) {
      int start = i;
      while (i < end && source[i] != '\r' && source[i] != '\n') i++;
      if (i > start) {
        if (lineStart && source[start] == '.') out.write('.');
        out.write(source, start, i - start);
        lineStart = false;
        afterReturn = false;
      }
      if (i < end) write(source[i++]);
    }
  }

  private void endLine() throws IOException {
    out.write('\r');
    out.write('\n');
    lineStart = true;
  }

  /** Ends the last line if it was open, and the block. Does not flush. */
  public void finish() throws IOException {
    if (!lineStart) endLine();
    out.latin1(".\r\n");
  }
}
