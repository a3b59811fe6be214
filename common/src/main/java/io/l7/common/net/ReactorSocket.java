package io.l7.common.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A socket whose threads wait at a {@link Reactor}: one may read while another writes. Its channel
 * does not block.
 */
final class ReactorSocket extends WrappedSocket {
  /** Octets written in one call: each passes through a buffer outside the heap. */
  private static final int WRITE_OCTETS = 128 * 1024;

  private final SocketChannel channel;
  private final Reactor reactor;
  private final Readiness readable = new Readiness(SelectionKey.OP_READ);
  private final Readiness writable = new Readiness(SelectionKey.OP_WRITE);
  private final InputStream in = new In();
  private final OutputStream out = new Out();
  private volatile @Nullable SelectionKey key;
  private volatile int timeout;

  ReactorSocket(SocketChannel channel, Reactor reactor) throws IOException {
    super(channel.socket());
    this.channel = channel;
    this.reactor = reactor;
    channel.configureBlocking(false);
  }

  /** Lets the reactor look for one operation, beside what it already looks for. */
  synchronized void watch(int operation) throws IOException {
    try {
      var known = key;
      if (known == null) {
        key = reactor.add(channel, operation, this);
      } else {
        known.interestOpsOr(operation);
        reactor.changed();
      }
    } catch (ClosedChannelException | CancelledKeyException _) {
      ensureOpen();
    }
  }

  /** For the reactor. */
  void report(SelectionKey from, Reactor by) {
    int operations = from.readyOps();
    if ((operations & SelectionKey.OP_READ) != 0) readable.report(from, by);
    if ((operations & SelectionKey.OP_WRITE) != 0) writable.report(from, by);
  }

  void ensureOpen() throws SocketException {
    if (!channel.isOpen()) throw new SocketException("Socket closed");
  }

  /** Waits until the kernel takes octets again. */
  void awaitWritable() throws IOException {
    writable.await(this, 0);
  }

  @Override
  public SocketChannel getChannel() {
    return channel;
  }

  @Override
  public InputStream getInputStream() {
    return in;
  }

  @Override
  public OutputStream getOutputStream() {
    return out;
  }

  @Override
  public void setSoTimeout(int millis) {
    timeout = millis;
  }

  @Override
  public int getSoTimeout() {
    return timeout;
  }

  @Override
  public void shutdownInput() throws IOException {
    super.shutdownInput();
    readable.wake();
  }

  @Override
  public void close() throws IOException {
    super.close();
    if (key != null) reactor.changed();
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
      var buffer = ByteBuffer.wrap(target, offset, length);
      try {
        while (true) {
          if (drained) readable.await(ReactorSocket.this, TimeUnit.MILLISECONDS.toNanos(timeout));
          int count = channel.read(buffer);
          drained = count >= 0 && count < length;
          if (count != 0) return count;
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

  private final class Out extends OutputStream {
    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      var buffer = ByteBuffer.wrap(source, offset, length);
      int end = buffer.limit();
      try {
        while (buffer.position() < end) {
          buffer.limit(Math.min(end, buffer.position() + WRITE_OCTETS));
          if (channel.write(buffer) == 0) awaitWritable();
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
