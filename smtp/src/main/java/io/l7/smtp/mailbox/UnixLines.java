package io.l7.smtp.mailbox;

import java.io.IOException;
import java.io.OutputStream;

/** Turns CR LF into LF on the way to a file; a CR that stands alone stays. */
final class UnixLines extends OutputStream {
  private static final byte[] CR = {'\r'};
  private final OutputStream out;
  private boolean carriageReturn;

  UnixLines(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] b, int offset, int length) throws IOException {
    var end = offset + length;
    var run = offset;
    for (var i = offset; i < end; i++) {
      if (carriageReturn && b[i] != '\n') {
        out.write(CR, 0, 1);
      }
      carriageReturn = b[i] == '\r';
      if (carriageReturn) {
        out.write(b, run, i - run);
        run = i + 1;
      }
    }
    out.write(b, run, end - run);
  }

  /** Says that nothing more comes. */
  void finish() throws IOException {
    if (carriageReturn) {
      out.write(CR, 0, 1);
      carriageReturn = false;
    }
  }
}
