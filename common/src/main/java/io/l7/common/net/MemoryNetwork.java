package io.l7.common.net;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A network inside the JVM: no ports, no kernel, any address. Every instance is a world of its own.
 * Safe for all threads.
 */
public final class MemoryNetwork implements Network {
  private static final int FIRST_PORT = 49_152;

  /** Datagrams that wait at a port; what comes when it is full is lost, as in a kernel. */
  private static final int DATAGRAMS = 1_024;

  private final ConcurrentHashMap<InetSocketAddress, MemoryAcceptor> acceptors =
      new ConcurrentHashMap<>();
  private final ConcurrentHashMap<InetSocketAddress, MemoryPort> ports = new ConcurrentHashMap<>();
  private final AtomicInteger nextPort = new AtomicInteger(FIRST_PORT);
  private final AtomicLong lost = new AtomicLong();

  /** How many datagrams found their port full and were lost. */
  public long lost() {
    return lost.get();
  }

  private InetSocketAddress numbered(InetSocketAddress address) {
    return address.getPort() != 0
        ? address
        : new InetSocketAddress(address.getAddress(), freePort());
  }

  private int freePort() {
    return FIRST_PORT
        + Math.floorMod(nextPort.getAndIncrement() - FIRST_PORT, 0x10000 - FIRST_PORT);
  }

  @Override
  public Acceptor listen(InetSocketAddress address) throws IOException {
    var acceptor = new MemoryAcceptor(numbered(address));
    if (acceptors.putIfAbsent(acceptor.address, acceptor) != null) {
      throw new BindException(Endpoint.of(address) + ": Address already in use");
    }
    return acceptor;
  }

  @Override
  public Socket connect(Optional<InetAddress> from, InetSocketAddress to, Duration timeout)
      throws IOException {
    var acceptor = acceptors.get(to);
    if (acceptor == null) throw new ConnectException("Connection refused");
    var local = new InetSocketAddress(from.orElse(InetAddress.getLoopbackAddress()), freePort());
    var there = new MemoryPipe();
    var back = new MemoryPipe();
    if (!acceptor.offer(new MemorySocket(there, back, to, local)))
      throw new ConnectException("Connection refused");
    return new MemorySocket(back, there, local, to);
  }

  @Override
  public List<DatagramPort> bind(InetSocketAddress address, int sockets) throws IOException {
    var port = new MemoryPort(numbered(address));
    if (ports.putIfAbsent(port.address, port) != null) {
      throw new BindException(Endpoint.of(address) + ": Address already in use");
    }
    return List.of(port);
  }

  private final class MemoryAcceptor implements Acceptor {
    private final InetSocketAddress address;
    private final LinkedBlockingQueue<Optional<Socket>> waiting = new LinkedBlockingQueue<>();

    private boolean closed;

    MemoryAcceptor(InetSocketAddress address) {
      this.address = address;
    }

    /** Lets a connection wait to be accepted, unless nobody will accept it any more. */
    synchronized boolean offer(Socket socket) {
      return !closed && waiting.add(Optional.of(socket));
    }

    @Override
    public Socket accept() throws IOException {
      try {
        return waiting.take().orElseThrow(() -> new SocketException("Socket closed"));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new java.io.InterruptedIOException("interrupted while accepting");
      }
    }

    @Override
    public InetSocketAddress address() {
      return address;
    }

    @Override
    public synchronized void close() throws IOException {
      closed = true;
      acceptors.remove(address, this);
      for (var left = waiting.poll(); left != null; left = waiting.poll()) {
        if (left.isPresent()) left.get().close();
      }
      waiting.add(Optional.empty());
    }
  }

  private record Packet(byte[] octets, @Nullable InetSocketAddress from) {}

  private final class MemoryPort implements DatagramPort {
    private final InetSocketAddress address;
    private final LinkedBlockingQueue<Packet> waiting = new LinkedBlockingQueue<>(DATAGRAMS);

    MemoryPort(InetSocketAddress address) {
      this.address = address;
    }

    @Override
    public Received receive(byte[] target) throws IOException {
      try {
        var packet = waiting.take();
        if (packet.from == null) throw new SocketException("Socket closed");
        int length = Math.min(target.length, packet.octets.length);
        System.arraycopy(packet.octets, 0, target, 0, length);
        return new Received(length, packet.from);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new java.io.InterruptedIOException("interrupted while receiving");
      }
    }

    @Override
    public void send(byte[] source, int offset, int length, InetSocketAddress to) {
      var there = ports.get(to);
      if (there != null) {
        var packet = new Packet(Arrays.copyOfRange(source, offset, offset + length), address);
        if (!there.waiting.offer(packet)) lost.incrementAndGet();
      }
    }

    @Override
    public InetSocketAddress address() {
      return address;
    }

    @Override
    public void close() {
      ports.remove(address, this);
      waiting.clear();
      waiting.add(new Packet(new byte[0], null));
    }
  }
}
