package io.l7.common.link;

import io.l7.common.net.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The network as one host of a lab sees it: it sends from its own address, and what it sends takes
 * the time that the lab's links give it. Each host delays what it sends itself; programs from
 * outside the lab connect as they would to any server.
 */
public final class LinkedNetwork implements Network {
  private final Network base;
  private final InetAddress host;
  private final Links links;

  /** The view of {@code host} over {@code base}. */
  public LinkedNetwork(Network base, InetAddress host, Links links) {
    this.base = base;
    this.host = host;
    this.links = links;
  }

  @Override
  public Acceptor listen(InetSocketAddress address) throws IOException {
    var acceptor = base.listen(address);
    return new Acceptor() {
      @Override
      public Socket accept() throws IOException {
        var socket = acceptor.accept();
        return new LinkSocket(socket, host, socket.getInetAddress(), links);
      }

      @Override
      public InetSocketAddress address() {
        return acceptor.address();
      }

      @Override
      public void close() throws IOException {
        acceptor.close();
      }
    };
  }

  @Override
  public Socket connect(Optional<InetAddress> from, InetSocketAddress to, Duration timeout)
      throws IOException {
    var source = from.orElse(host);
    var path = links.path(source, to.getAddress());
    var back = links.path(to.getAddress(), source);
    if (path.isCut() || back.isCut()) {
      pause(timeout);
      throw new SocketTimeoutException("connect timed out: the link to " + to + " is cut");
    }
    var there = to.getAddress();
    // SYN, its ACK
    var trip = Duration.ofNanos(links.delay(source, there) + links.delay(there, source));
    if (trip.compareTo(timeout) > 0) {
      pause(timeout);
      throw new SocketTimeoutException("connect timed out: " + to + " is further away");
    }
    pause(trip);
    return new LinkSocket(
        base.connect(Optional.of(source), to, timeout), source, to.getAddress(), links);
  }

  private void pause(Duration duration) throws IOException {
    if (duration.isZero()) return;
    try {
      links.time().sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted while connecting");
    }
  }

  @Override
  public List<DatagramPort> bind(InetSocketAddress address, int sockets) throws IOException {
    // A client's port of any kind is on the host's own address, or its path would not be known.
    boolean anywhere = address.getPort() == 0 || address.getAddress().isAnyLocalAddress();
    var local = anywhere ? new InetSocketAddress(host, address.getPort()) : address;
    return base.bind(local, sockets).stream().<DatagramPort>map(LinkedPort::new).toList();
  }

  private final class LinkedPort implements DatagramPort {
    private final DatagramPort port;

    LinkedPort(DatagramPort port) {
      this.port = port;
    }

    @Override
    public Received receive(byte[] target) throws IOException {
      return port.receive(target);
    }

    @Override
    public void send(byte[] source, int offset, int length, InetSocketAddress to)
        throws IOException {
      int copies = links.copies(host, to.getAddress());
      for (int i = 0; i < copies; i++) {
        long wait = links.arrival(host, to.getAddress(), length) - links.time().nanos();
        if (wait <= 0) {
          port.send(source, offset, length, to);
        } else {
          var copy = java.util.Arrays.copyOfRange(source, offset, offset + length);
          links.time().after(Duration.ofNanos(wait), () -> deliver(copy, to));
        }
      }
    }

    private void deliver(byte[] datagram, InetSocketAddress to) {
      try {
        port.send(datagram, 0, datagram.length, to);
      } catch (IOException e) {
        // the port was closed while the datagram was on its way: it is lost, as datagrams are
      }
    }

    @Override
    public InetSocketAddress address() {
      return port.address();
    }

    @Override
    public void close() throws IOException {
      port.close();
    }
  }
}
