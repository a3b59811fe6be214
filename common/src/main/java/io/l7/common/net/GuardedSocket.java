package io.l7.common.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The plain socket under TLS. When input was shut down to wake a reader (drain or deadline), JSSE
 * must not take the end of input for a truncation attack, which would be fatal: it sees a time-out
 * instead, after which the session can still write its last words and close_notify.
 */
final class GuardedSocket extends WrappedSocket {
  private static final int SSL_2 = 0x80;

  private final ReadAhead in;

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
   * Whether the peer begins as one that wants TLS does: with a handshake's record (RFC 8446 §5.1),
   * or the one of SSL 2 that older ones sent. Waits for its first octet, which stays to be read; an
   * end of the stream is left to the handshake to judge.
   */
  boolean offersTls() throws IOException {
    int first = in.first();
    return first < 0 || first == Records.HANDSHAKE || first >= SSL_2;
  }

  /**
   * The handshake is done, and the peer may begin no other: each would cost a server a hundred
   * times what it costs the peer (CVE-2011-1473), and JSSE refuses them only for the whole JVM. TLS
   * 1.3 knows none.
   */
  void forbidRenegotiation() {
    in.records = new Records();
  }

  /** Where records begin, from the first one behind the handshake. */
  private static final class Records {
    private static final int HEADER = 5;
    private static final int HANDSHAKE = 22;

    private final byte[] header = new byte[HEADER];
    private int headed;
    private int left;

    void pass(byte[] octets, int offset, int count) throws SSLException {
      int end = offset + count;
      for (int at = offset; at < end; ) {
        if (left > 0) {
          int skipped = Math.min(left, end - at);
          left -= skipped;
          at += skipped;
          continue;
        }
        header[headed++] = octets[at++];
        if (headed == HEADER) {
          headed = 0;
          left = (header[3] & 0xff) << 8 | (header[4] & 0xff);
          // RFC 5246 §6.2.1: handshakes are told apart even when they are encrypted.
          if (header[0] == HANDSHAKE) throw new SSLException("renegotiation is not wanted");
        }
      }
    }
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
    private @Nullable Records records;

    ReadAhead(InputStream raw, BooleanSupplier stopped, byte[] ahead) {
      this.raw = raw;
      this.stopped = stopped;
      this.buffer = Arrays.copyOf(ahead, Math.max(OCTETS, ahead.length));
      this.limit = ahead.length;
    }

    int first() throws IOException {
      return position == limit && fill() < 0 ? -1 : buffer[position] & 0xff;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = take(target, offset, length);
      if (records != null && count > 0) records.pass(target, offset, count);
      return count;
    }

    private int take(byte[] target, int offset, int length) throws IOException {
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
