package io.l7.common.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The seam behind which a network is the machine's own, a lab's links, or memory. Servers and
 * clients take one and never open a socket themselves. Safe for all threads.
 */
public interface Network {
  /** The machine's sockets; datagrams in bursts where the system can and the JVM lets us. */
  static Network real() {
    return RealNetwork.BURSTS;
  }

  /** The machine's sockets by the JDK's channels alone, datagrams one at a time. */
  static Network channels() {
    return RealNetwork.CHANNELS;
  }

  /**
   * Does what the first listener of a process would wait for, some ten milliseconds: a program that
   * will serve calls it on another thread and goes on. Whoever listens meanwhile waits for it.
   */
  static void prepare() {
    RealNetwork.prepare();
  }

  /** Listens for connections on {@code address}; port 0 takes any free one. */
  Acceptor listen(InetSocketAddress address) throws IOException;

  /**
   * Connects, blocking.
   *
   * @param from the local address to come from, if it matters
   * @throws java.net.SocketTimeoutException when {@code timeout} passes first
   */
  Socket connect(Optional<InetAddress> from, InetSocketAddress to, Duration timeout)
      throws IOException;

  /** Opens a port for datagrams on {@code address}; port 0 takes any free one. */
  default DatagramPort bind(InetSocketAddress address) throws IOException {
    return bind(address, 1).getFirst();
  }

  /**
   * Opens several sockets on one address, among which the system spreads the datagrams
   * (SO_REUSEPORT); fewer than {@code sockets}, at least one, where that cannot be done. They are
   * for servers, which receive in platform threads.
   */
  List<DatagramPort> bind(InetSocketAddress address, int sockets) throws IOException;

  /**
   * Opens a port that hears a multicast group on one interface, beside others on this machine, and
   * sends to it there: to the next router at most, and to this machine itself too. Datagrams to the
   * group's port come as well that were sent elsewhere: it is for who looks at their senders.
   *
   * @param group its address and port
   * @param from the local address to come from, if it matters
   * @throws IOException there is no such interface, or no multicast on this network
   */
  default DatagramPort join(
      InetSocketAddress group, NetworkInterface on, Optional<InetAddress> from) throws IOException {
    throw new IOException("no multicast on this network");
  }

  /** Where connections arrive. */
  interface Acceptor extends AutoCloseable {
    /** Waits for a connection. Throws once closed. */
    Socket accept() throws IOException;

    /** The address it listens on, with the port it got. */
    InetSocketAddress address();

    @Override
    void close() throws IOException;
  }

  /** Where datagrams arrive and leave. Receiving and sending may happen at once in two threads. */
  interface DatagramPort extends AutoCloseable {
    /**
     * Waits for a datagram and copies it to {@code target}.
     *
     * @return its length and sender; a datagram longer than the array is cut, as the system cuts it
     */
    Received receive(byte[] target) throws IOException;

    /** A place to take datagrams in bursts, for one thread, in which alone it is closed. */
    default DatagramBurst burst() throws IOException {
      return new SingleBurst(this);
    }

    /** Sends {@code length} octets. A datagram may be lost without an error. */
    void send(byte[] source, int offset, int length, InetSocketAddress to) throws IOException;

    /** The address it is bound to, with the port it got. */
    InetSocketAddress address();

    @Override
    void close() throws IOException;
  }

  /**
   * A datagram that came.
   *
   * @param length in octets
   * @param from who sent it, if that can be believed
   */
  record Received(int length, InetSocketAddress from) {}
}
