package io.l7.common.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * The plain socket under TLS. When input was shut down to wake a reader (drain or deadline), JSSE
 * must not take the end of input for a truncation attack, which would be fatal: it sees a time-out
 * instead, after which the session can still write its last words and close_notify.
 */
final class GuardedSocket extends WrappedSocket {
  private final InputStream in;

  /**
   * Guards a socket.
   *
   * @param ahead octets of the peer's that were read already
   */
  GuardedSocket(Socket raw, BooleanSupplier stopped, byte[] ahead) throws IOException {
    super(raw);
    this.in = new ReadAhead(raw.getInputStream(), stopped, ahead);
  }

  @Override
  public InputStream getInputStream() {
    return in;
  }

  /**
   * JSSE asks for the five octets of a record's header, and then for the rest: each question would
   * be a system call of its own.
   */
  private static final class ReadAhead extends InputStream {
    /** Octets read at once: the record of a request is smaller, that of a bulk goes past it. */
    private static final int OCTETS = 2 * 1024;

    private final InputStream raw;
    private final BooleanSupplier stopped;
    private final byte[] buffer;
    private int position;
    private int limit;

    ReadAhead(InputStream raw, BooleanSupplier stopped, byte[] ahead) {
      this.raw = raw;
      this.stopped = stopped;
      this.buffer = Arrays.copyOf(ahead, Math.max(OCTETS, ahead.length));
      this.limit = ahead.length;
    }

    @Override
    public int read() throws IOException {
      return position == limit && fill() < 0 ? -1 : buffer[position++] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) return 0;
      if (position == limit) {
        if (length >= OCTETS) return judge(raw.read(target, offset, length));
        if (fill() < 0) return -1;
      }
      int count = Math.min(length, limit - position);
      System.arraycopy(buffer, position, target, offset, count);
      position += count;
      return count;
    }

    private int fill() throws IOException {
      int count = judge(raw.read(buffer, 0, OCTETS));
      position = 0;
      limit = Math.max(0, count);
      return count;
    }

    private int judge(int result) throws IOException {
      if (result < 0 && stopped.getAsBoolean()) throw new SocketTimeoutException("input stopped");
      return result;
    }
  }
}
