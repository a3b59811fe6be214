package io.l7.common.net;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.function.BooleanSupplier;

/**
 * The plain socket under TLS. When input was shut down to wake a reader (drain or deadline), JSSE
 * must not take the end of input for a truncation attack, which would be fatal: it sees a time-out
 * instead, after which the session can still write its last words and close_notify.
 */
final class GuardedSocket extends WrappedSocket {
  private final InputStream in;

  GuardedSocket(Socket raw, BooleanSupplier stopped) throws IOException {
    super(raw);
    this.in =
        new FilterInputStream(raw.getInputStream()) {
          @Override
          public int read() throws IOException {
            return judge(super.read());
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            return judge(super.read(target, offset, length));
          }

          private int judge(int result) throws IOException {
            if (result < 0 && stopped.getAsBoolean()) {
              throw new SocketTimeoutException("input stopped");
            }
            return result;
          }
        };
  }

  @Override
  public InputStream getInputStream() {
    return in;
  }
}
