package io.l7.common.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A socket that is read and written through its channel, and waited for by a selector. */
final class ChannelSocket extends ReactorSocket {
  private final ChannelReactor reactor;
  private final LevelReadiness readable;
  private final LevelReadiness writable;
  private volatile @Nullable SelectionKey key;

  ChannelSocket(SocketChannel channel, ChannelReactor reactor) throws IOException {
    this(
        channel,
        reactor,
        new LevelReadiness(SelectionKey.OP_READ),
        new LevelReadiness(SelectionKey.OP_WRITE));
  }

  private ChannelSocket(
      SocketChannel channel,
      ChannelReactor reactor,
      LevelReadiness readable,
      LevelReadiness writable)
      throws IOException {
    super(channel, readable, writable);
    this.reactor = reactor;
    this.readable = readable;
    this.writable = writable;
  }

  @Override
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
  void report(SelectionKey from, ChannelReactor by) {
    int operations = from.readyOps();
    if ((operations & SelectionKey.OP_READ) != 0) readable.report(from, by);
    if ((operations & SelectionKey.OP_WRITE) != 0) writable.report(from, by);
  }

  @Override
  int receive(byte[] target, int offset, int length) throws IOException {
    return channel.read(ByteBuffer.wrap(target, offset, length));
  }

  @Override
  int send(byte[] source, int offset, int length) throws IOException {
    return channel.write(ByteBuffer.wrap(source, offset, length));
  }

  @Override
  public void close() throws IOException {
    super.close();
    if (key != null) reactor.changed();
  }
}
