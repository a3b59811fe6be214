package io.l7.common.net;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The machine's sockets, through channels so that a file can be sent without a copy. */
enum RealNetwork implements Network {
  /**
   * A server's datagrams by the system's own calls, many at once, where they may be used. That is
   * looked up with the first such port: making the calls takes longer than all a client asks.
   */
  BURSTS,
  CHANNELS;

  /**
   * Connections the kernel keeps until they are accepted; a burst of new ones must not be refused.
   */
  private static final int BACKLOG = 4096;

  /**
   * Octets of answers that the kernel keeps for a connection beside those on their way. By itself
   * it takes up to four mebibytes from whoever writes; a thousand slow readers would have what
   * others wait for, and a newcomer would wait until it is copied for them. With less, large files
   * over loopback are slower.
   */
  private static final int UNSENT = 1 << 20;

  /**
   * Octets of the kernel's buffer for arriving datagrams: a burst while a receiver is descheduled.
   */
  private static final int DATAGRAM_BUFFER = 4 * 1024 * 1024;

  static void prepare() {
    try {
      var _ = Reactor.shared();
    } catch (IOException _) {
      // Whoever listens is told.
    }
  }

  @Override
  public Acceptor listen(InetSocketAddress address) throws IOException {
    var reactor = Reactor.shared();
    var channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      if (LinuxStreams.areAvailable()) LinuxStreams.boundUnsent(channel, UNSENT);
      bindNaming(address, () -> channel.bind(address, BACKLOG));
      return new ChannelAcceptor(channel, (InetSocketAddress) channel.getLocalAddress(), reactor);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public Socket connect(Optional<InetAddress> from, InetSocketAddress to, Duration timeout)
      throws IOException {
    var channel = SocketChannel.open();
    try {
      if (from.isPresent()) channel.bind(new InetSocketAddress(from.get(), 0));
      var socket = channel.socket();
      socket.connect(to, Math.toIntExact(Math.max(1, timeout.toMillis())));
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      // A platform thread waits best in the kernel.
      return Thread.currentThread().isVirtual() ? Reactor.shared().socket(channel) : socket;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** A client's port: waiting for an answer must not hold a virtual thread's carrier. */
  @Override
  public DatagramPort bind(InetSocketAddress address) throws IOException {
    return channel(address, LinuxSockets.Sharing.ALONE);
  }

  @Override
  public List<DatagramPort> bind(InetSocketAddress address, int sockets) throws IOException {
    if (sockets <= 1) return List.of(datagrams(address, LinuxSockets.Sharing.ALONE));
    // With SO_REUSEPORT and port 0 the system may hand out a port that shares with a stranger of
    // ours: let it choose one alone, and take that.
    var target = address;
    if (address.getPort() == 0) {
      try (var probe = datagrams(address, LinuxSockets.Sharing.ALONE)) {
        target = probe.address();
      }
    }
    var ports = new ArrayList<DatagramPort>(sockets);
    try {
      for (int i = 0; i < sockets; i++)
        ports.add(datagrams(target, LinuxSockets.Sharing.REUSEPORT));
      return ports;
    } catch (IOException e) {
      for (var port : ports) port.close();
      throw e;
    }
  }

  private DatagramPort datagrams(InetSocketAddress address, LinuxSockets.Sharing sharing)
      throws IOException {
    return this == BURSTS && LinuxSockets.isAvailable()
        ? LinuxPort.open(address, sharing, DATAGRAM_BUFFER)
        : channel(address, sharing);
  }

  private static DatagramPort channel(InetSocketAddress address, LinuxSockets.Sharing sharing)
      throws IOException {
    var channel = DatagramChannel.open();
    try {
      if (sharing == LinuxSockets.Sharing.REUSEPORT)
        channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, DATAGRAM_BUFFER);
      bindNaming(address, () -> channel.bind(address));
      return new ChannelPort(channel, (InetSocketAddress) channel.getLocalAddress());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public DatagramPort join(InetSocketAddress group, NetworkInterface on, Optional<InetAddress> from)
      throws IOException {
    return MulticastPort.open(group, on, from);
  }

  @FunctionalInterface
  private interface Binding {
    Object bind() throws IOException;
  }

  /** The system's error does not say which address it means. */
  private static void bindNaming(InetSocketAddress address, Binding binding) throws IOException {
    try {
      Object _ = binding.bind();
    } catch (BindException e) {
      var named = new BindException(Endpoint.of(address) + ": " + e.getMessage());
      named.initCause(e);
      throw named;
    }
  }

  private record ChannelAcceptor(
      ServerSocketChannel channel, InetSocketAddress address, Reactor reactor) implements Acceptor {
    @Override
    public Socket accept() throws IOException {
      var accepted = channel.accept();
      try {
        accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return reactor.socket(accepted);
      } catch (IOException e) {
        accepted.close();
        throw e;
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private record ChannelPort(DatagramChannel channel, InetSocketAddress address)
      implements DatagramPort {
    @Override
    public Received receive(byte[] target) throws IOException {
      var buffer = ByteBuffer.wrap(target);
      var from = (InetSocketAddress) channel.receive(buffer);
      return new Received(buffer.position(), from);
    }

    @Override
    public void send(byte[] source, int offset, int length, InetSocketAddress to)
        throws IOException {
      channel.send(ByteBuffer.wrap(source, offset, length), to);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
