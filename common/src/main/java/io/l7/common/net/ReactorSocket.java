package io.l7.common.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * A socket whose threads wait at a {@link Reactor}: one may read while another writes. Its channel
 * does not block.
 */
abstract class ReactorSocket extends WrappedSocket implements FileTransfer.Room {
  /** Octets written in one call. */
  private static final int WRITE_OCTETS = 128 * 1024;

  /** Whose socket it is. */
  final SocketChannel channel;

  private final Readiness readable;
  private final Readiness writable;
  private final InputStream in = new In();
  private final OutputStream out = new Out();
  private final Turn turn = new Turn();
  private volatile int timeout;

  ReactorSocket(SocketChannel channel, Readiness readable, Readiness writable) throws IOException {
    super(channel.socket());
    this.channel = channel;
    this.readable = readable;
    this.writable = writable;
    channel.configureBlocking(false);
  }

  /** Lets the reactor report one operation, of {@link java.nio.channels.SelectionKey}. */
  abstract void watch(int operation) throws IOException;

  /**
   * Takes what has come, without waiting.
   *
   * @return octets, 0 when nothing has come, -1 at the end
   */
  abstract int receive(byte[] target, int offset, int length) throws IOException;

  /**
   * Gives what the kernel takes, without waiting.
   *
   * @return octets, 0 when it takes none
   */
  abstract int send(byte[] source, int offset, int length) throws IOException;

  /** Whether more may be there after a read that was not filled, which nobody will report. */
  boolean mayHaveMore() {
    return false;
  }

  final void ensureOpen() throws SocketException {
    if (!channel.isOpen()) throw new SocketException("Socket closed");
  }

  @Override
  public void awaitWritable() throws IOException {
    writable.await(this, 0);
    turn.waited();
  }

  @Override
  public final void wrote(long octets) {
    turn.moved(octets);
  }

  @Override
  public final SocketChannel getChannel() {
    return channel;
  }

  @Override
  public final InputStream getInputStream() {
    return in;
  }

  @Override
  public final OutputStream getOutputStream() {
    return out;
  }

  @Override
  public final void setSoTimeout(int millis) {
    timeout = millis;
  }

  @Override
  public final int getSoTimeout() {
    return timeout;
  }

  @Override
  public final void shutdownInput() throws IOException {
    super.shutdownInput();
    readable.wake();
  }

  @Override
  public void close() throws IOException {
    super.close();
    readable.wake();
    writable.wake();
  }

  private static SocketException closed(ClosedChannelException cause) {
    var closed = new SocketException("Socket closed");
    closed.initCause(cause);
    return closed;
  }

  private final class In extends InputStream {
    /** Whether the last read took all there was: the next waits before it asks. */
    private boolean drained;

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) return 0;
      try {
        while (true) {
          if (drained) awaitReadable();
          int count = receive(target, offset, length);
          drained = count == 0 || (count > 0 && count < length && !mayHaveMore());
          if (count > 0) turn.moved(count);
          if (count != 0) return count;
        }
      } catch (ClosedChannelException e) {
        throw closed(e);
      }
    }

    private void awaitReadable() throws IOException {
      readable.await(ReactorSocket.this, TimeUnit.MILLISECONDS.toNanos(timeout));
      turn.waited();
    }

    @Override
    public void close() throws IOException {
      ReactorSocket.this.close();
    }
  }

  private final class Out extends OutputStream {
    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      int end = offset + length;
      try {
        for (int at = offset; at < end; ) {
          int count = send(source, at, Math.min(WRITE_OCTETS, end - at));
          if (count == 0) awaitWritable();
          else wrote(count);
          at += count;
        }
      } catch (ClosedChannelException e) {
        throw closed(e);
      }
    }

    @Override
    public void close() throws IOException {
      ReactorSocket.this.close();
    }
  }
}
