package io.l7.common.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A socket for datagrams of Linux' own, for bursts. Receiving blocks its carrier: it is for
 * platform threads.
 */
final class LinuxPort implements Network.DatagramPort {
  private final int socket;
  private final InetSocketAddress address;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Who uses the descriptor, its owner among them: the last closes it, lest its number be reused.
   */
  private final AtomicInteger users = new AtomicInteger(1);

  private LinuxPort(int socket, InetSocketAddress address) {
    this.socket = socket;
    this.address = address;
  }

  static LinuxPort open(InetSocketAddress address, LinuxSockets.Sharing sharing, int receiveBuffer)
      throws IOException {
    int socket = LinuxSockets.open(address, sharing, receiveBuffer);
    try {
      return new LinuxPort(socket, LinuxSockets.address(socket));
    } catch (IOException e) {
      LinuxSockets.close(socket);
      throw e;
    }
  }

  /** The descriptor, kept open until {@link #release}. */
  int acquire() throws IOException {
    int before = users.getAndUpdate(count -> count == 0 ? 0 : count + 1);
    if (before == 0) {
      throw new SocketException("Socket closed");
    }
    return socket;
  }

  void release() {
    if (users.decrementAndGet() == 0) {
      LinuxSockets.close(socket);
    }
  }

  boolean isClosed() {
    return closed.get();
  }

  @Override
  public Network.Received receive(byte[] target) throws IOException {
    try (var burst = new LinuxBurst(this, 1)) {
      int _ = burst.receive();
      return new Network.Received(burst.copy(0, target), burst.from(0));
    }
  }

  @Override
  public DatagramBurst burst() throws IOException {
    return new LinuxBurst(this, LinuxBurst.DATAGRAMS);
  }

  @Override
  public void send(byte[] source, int offset, int length, InetSocketAddress to) throws IOException {
    int descriptor = acquire();
    try {
      LinuxSockets.send(descriptor, source, offset, length, to);
    } finally {
      release();
    }
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      LinuxSockets.shutdown(socket);
      release();
    }
  }
}
